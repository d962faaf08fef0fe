#include "bridge/mediastore/url_fetcher.hpp"

#include "common/crypto/stream.hpp"
#include "common/http/url.hpp"

#include <algorithm>

namespace bridge::mediastore {

namespace files = common::files;
using common::ByteView;
using common::Kind;

namespace {

constexpr std::size_t longest_url = 4096;

http::ClientOptions options_for(const FetchRules& rules, http::AddressFilter allow) {
    http::ClientOptions options;
    options.max_idle_per_host = 0;  // other people's servers; also, an address is judged when it is dialled
    options.max_body = 64U << 10;
    options.ca_file = rules.ca_file;
    options.allow_address = std::move(allow);
    return options;
}

bool host_matches(std::string_view pattern, std::string_view host) {
    if (pattern == "*") return true;
    if (!pattern.starts_with("*.")) return pattern == host;
    return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
}

bool allows(const std::string& entry, const http::Url& url) {
    std::string_view pattern = entry;
    const bool is_default_port = url.port == (url.scheme == "https" ? 443 : 80);
    const auto colon = pattern.ends_with(']') ? std::string_view::npos : pattern.rfind(':');
    if (colon == std::string_view::npos) {
        if (!is_default_port) return false;
    } else {
        if (pattern.substr(colon + 1) != std::to_string(url.port)) return false;
        pattern = pattern.substr(0, colon);
    }
    if (pattern.starts_with('[') && pattern.ends_with(']')) pattern = pattern.substr(1, pattern.size() - 2);
    return host_matches(pattern, url.host);
}

bool is_redirect(unsigned status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What one visit to the worker needs.
struct Saving {
    files::TempFile file;
    common::crypto::Sha256Stream hash;
    std::uint64_t size{0};

    Status take(ByteView piece) {
        hash.update(piece);
        const auto written = file.file().write_at(size, piece);
        size += piece.size();
        return written;
    }
};

}  // namespace

UrlFetcher::UrlFetcher(
    asio::any_io_executor io, asio::any_io_executor worker, FetchRules rules, http::AddressFilter allow
)
    : worker_{std::move(worker)},
      rules_{std::move(rules)},
      client_{std::move(io), options_for(rules_, std::move(allow))} {}

Status UrlFetcher::check(const std::string& text) const {
    if (text.size() > longest_url) return Errc::host_not_allowed;
    const auto url = http::parse_url(text);
    if (!url) return Error{Errc::host_not_allowed, "no URL"};
    if (url->scheme != "https" && !(rules_.plain_http && url->scheme == "http")) {
        return Error{Errc::host_not_allowed, "scheme"};
    }
    if (url->has_userinfo) return Error{Errc::host_not_allowed, "user in the URL"};
    const auto& hosts = rules_.allowed_hosts;
    const bool good = std::any_of(hosts.begin(), hosts.end(), [&](const auto& entry) { return allows(entry, *url); });
    if (!good) return Error{Errc::host_not_allowed, url->host};
    return {};
}

asio::awaitable<Result<Fetched>> UrlFetcher::fetch(std::string url, std::string folder) {
    auto following = follow(std::move(url), std::move(folder));
    co_return co_await common::with_timeout(rules_.deadline, std::move(following));
}

asio::awaitable<Result<Fetched>> UrlFetcher::follow(std::string url, std::string folder) {
    if (const auto allowed = check(url); !allowed) co_return allowed.error();
    Saving saving;
    auto create = [&folder] { return files::TempFile::create(folder); };
    auto created = co_await common::run_on(worker_, std::move(create));
    if (!created) co_return created.error().within("fetch");
    saving.file = std::move(*created);
    for (unsigned redirects = 0;; ++redirects) {
        http::Transfer request;
        request.url = url;
        request.headers.set("Accept", "*/*");
        request.stall_timeout = rules_.stall_timeout;
        request.max_body = rules_.max_size;
        request.accept = [&](const http::Response& head) -> Result<http::BodySink> {
            if (head.status != 200) return http::BodySink{};
            return http::BodySink{[&](std::string piece) -> asio::awaitable<Status> {
                auto work = [&saving, &piece] { return saving.take(common::as_bytes(piece)); };
                co_return co_await common::run_on(worker_, std::move(work));
            }};
        };
        const auto answer = co_await client_.transfer(std::move(request));
        if (!answer) {
            if (answer.error() == http::HttpErrc::address_refused) co_return Errc::host_not_allowed;
            if (answer.error() == http::HttpErrc::body_too_large) co_return Errc::too_large;
            if (answer.error().kind() == Kind::unavailable)
                co_return Error{Errc::fetch_failed, answer.error().message()};
            co_return answer.error().within("fetch");
        }
        if (answer->status == 200) {
            Fetched fetched;
            fetched.file = std::move(saving.file);
            fetched.sha256 = saving.hash.finish();
            fetched.size = saving.size;
            fetched.content_type = answer->content_type;
            co_return std::move(fetched);
        }
        const auto location = answer->headers.find("Location");
        if (!is_redirect(answer->status) || !location || redirects == rules_.max_redirects) {
            co_return Error{Errc::fetch_failed, "status " + std::to_string(answer->status)};
        }
        auto next = http::resolve_url(url, *location);
        if (!next) co_return Error{Errc::fetch_failed, "redirect"};
        url = std::move(*next);
        if (const auto allowed = check(url); !allowed) co_return allowed.error();
    }
}

}  // namespace bridge::mediastore
