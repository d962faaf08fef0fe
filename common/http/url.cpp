#include "common/http/url.hpp"

#include "common/http/address.hpp"
#include "common/http/detail/text.hpp"
#include "common/http/message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace common::http {
namespace {

Error bad_url(std::string_view text) { return Error{HttpErrc::bad_url, std::string{text}}; }

/// What a resolver takes for a name as it stands: decoded escapes could hide anything, even an end of the string.
bool is_name(std::string_view host) noexcept {
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

std::uint16_t default_port(std::string_view scheme) noexcept { return scheme == "https" || scheme == "wss" ? 443 : 80; }

}  // namespace

Result<Url> parse_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return bad_url(text);
    // Boost 1.81 takes what follows a broken port for the path ("a.example:80x/").
    const auto path = parsed->encoded_path();
    if (!path.empty() && path.front() != '/') return bad_url(text);
    Url url;
    url.scheme = parsed->scheme();
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), detail::lower);
    if (url.scheme != "http" && url.scheme != "https" && url.scheme != "ws" && url.scheme != "wss")
        return bad_url(text);
    url.host = parsed->host_address();
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), detail::lower);
    if (url.host.empty() || (!is_name(url.host) && !parse_address(url.host))) return bad_url(text);
    url.port = default_port(url.scheme);
    if (const std::string port = parsed->port(); !port.empty()) {
        const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (code != std::errc{} || end != port.data() + port.size() || url.port == 0) return bad_url(text);
    }
    const auto host_and_port = parsed->encoded_host_and_port();
    url.authority.assign(host_and_port.data(), host_and_port.size());
    const auto resource = parsed->encoded_resource();
    url.target.assign(resource.data(), resource.size());
    if (const auto hash = url.target.find('#'); hash != std::string::npos) url.target.erase(hash);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    url.has_userinfo = parsed->has_userinfo();
    return url;
}

Result<std::string> resolve_url(std::string_view base, std::string_view link) {
    const auto reference = boost::urls::parse_uri_reference({link.data(), link.size()});
    const auto from = boost::urls::parse_uri({base.data(), base.size()});
    if (!reference || !from) return bad_url(link);
    boost::urls::url resolved{*from};
    if (!resolved.resolve(*reference)) return bad_url(link);
    resolved.remove_fragment();
    const auto text = resolved.buffer();
    return std::string{text.data(), text.size()};
}

}  // namespace common::http
