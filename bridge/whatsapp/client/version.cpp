#include "bridge/whatsapp/client/version.hpp"

#include "common/http/client.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>

namespace bridge::whatsapp::client {

using common::Error;

std::string to_string(const Version& version) {
    return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
}

Result<Version> parse_version(std::string_view text) {
    Version version{};
    for (std::size_t part = 0; part < version.size(); ++part) {
        const std::size_t dot = text.find('.');
        const bool last = part + 1 == version.size();
        const std::string_view digits = text.substr(0, last ? text.size() : dot);
        if (!last && dot == std::string_view::npos) return Error{common::Errc::invalid_argument, "version is a.b.c"};
        const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), version[part]);
        if (code != std::errc{} || end != digits.data() + digits.size())
            return Error{common::Errc::invalid_argument, "version is a.b.c"};
        text.remove_prefix(last ? text.size() : dot + 1);
    }
    return version;
}

Result<Version> find_version(std::string_view body) {
    constexpr std::string_view key = "client_revision";
    const std::size_t at = body.find(key);
    if (at == std::string_view::npos) return Error{common::Errc::not_found, "no client_revision"};
    body.remove_prefix(at + key.size());
    // Between key and number stand quotes (maybe escaped), a colon and spaces.
    const std::size_t digit = body.find_first_of("0123456789");
    if (digit == std::string_view::npos || digit > 8) return Error{common::Errc::not_found, "no client_revision"};
    std::uint32_t build = 0;
    const auto [end, code] = std::from_chars(body.data() + digit, body.data() + body.size(), build);
    if (code != std::errc{} || build == 0) return Error{common::Errc::not_found, "no client_revision"};
    return Version{2, 3000, build};
}

Version load_version(const std::string& file) {
    if (file.empty()) return built_in_version;
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    const auto version = parse_version(line);
    return version && *version > built_in_version ? *version : built_in_version;
}

Status save_version(const std::string& file, const Version& version) {
    if (file.empty()) return {};
    const std::string fresh = file + ".new";
    {
        std::ofstream out{fresh};
        out << to_string(version) << '\n';
        if (!out.flush()) return Error{common::Errc::unavailable, "cannot write " + fresh};
    }
    std::error_code code;
    std::filesystem::rename(fresh, file, code);
    if (code) return Error{common::Errc::unavailable, code.message()};
    return {};
}

common::asio::awaitable<Result<Version>> fetch_version(
    common::asio::any_io_executor io, std::string url, std::string ca_file
) {
    common::http::ClientOptions options;
    options.ca_file = ca_file;
    options.max_body = 8U << 20;
    options.user_agent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";
    common::http::Client http{io, options};
    common::http::ClientRequest request;
    request.url = url;
    request.headers.add("Sec-Fetch-Site", "none");
    request.headers.add("Accept", "*/*");
    auto answer = co_await http.send(std::move(request));
    if (!answer) co_return answer.error().within("fetch the web client's version");
    if (answer->status != 200) co_return Error{common::Errc::unavailable, "status " + std::to_string(answer->status)};
    co_return find_version(answer->body);
}

}  // namespace bridge::whatsapp::client
