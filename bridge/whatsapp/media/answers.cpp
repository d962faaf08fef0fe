#include "bridge/whatsapp/media/detail/answers.hpp"

#include "bridge/whatsapp/media/detail/urls.hpp"
#include "common/json/json.hpp"

#include <charconv>

namespace bridge::whatsapp::media::detail {
namespace {

namespace json = common::json;

constexpr std::size_t longest_text = 8192;

Result<Uploaded> uploaded_in(json::Value root) {
    Uploaded uploaded;
    uploaded.url = root["url"].string_or("");
    uploaded.direct_path = root["direct_path"].string_or("");
    uploaded.handle = root["handle"].string_or("");
    if (uploaded.direct_path.empty()) uploaded.direct_path = path_of_url(uploaded.url).value_or("");
    if (!is_direct_path(uploaded.direct_path)) return Error{Errc::bad_answer, "upload: direct_path"};
    if (uploaded.url.size() > longest_text || uploaded.handle.size() > longest_text) {
        return Error{Errc::bad_answer, "upload: length"};
    }
    return uploaded;
}

/// Whole numbers, also as text.
std::optional<std::uint64_t> number_in(json::Value value) {
    if (const auto number = value.unsigned_integer()) return number;
    const auto text = value.string();
    std::uint64_t number = 0;
    if (!text || text->empty()) return std::nullopt;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (code != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return number;
}

}  // namespace

http::BodySink into_text(std::string& text) {
    return [&text](std::string piece) -> asio::awaitable<Status> {
        if (text.size() + piece.size() > longest_answer) co_return Error{Errc::bad_answer, "too long"};
        text += piece;
        co_return Status{};
    };
}

Result<Uploaded> parse_uploaded(std::string_view text) {
    const auto document = json::Document::parse(text);
    if (!document) return Error{Errc::bad_answer, "upload: no JSON"};
    return uploaded_in(document->root());
}

Result<std::variant<Uploaded, std::uint64_t>> parse_resume(std::string_view text, std::uint64_t body_length) {
    using Answer = std::variant<Uploaded, std::uint64_t>;
    const auto document = json::Document::parse(text);
    if (!document) return Error{Errc::bad_answer, "resume: no JSON"};
    const json::Value resume = document->root()["resume"];
    if (resume.string() == "complete") {
        auto uploaded = uploaded_in(document->root());
        if (!uploaded) return uploaded.error();
        return Answer{std::move(*uploaded)};
    }
    const auto offset = number_in(resume);
    if (!offset || *offset > body_length) return Error{Errc::bad_answer, "resume: offset"};
    return Answer{*offset};
}

}  // namespace bridge::whatsapp::media::detail
