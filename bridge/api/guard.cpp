#include "bridge/api/detail/guard.hpp"

#include "bridge/api/detail/answer.hpp"

#include <algorithm>

namespace bridge::api::detail {
namespace {

bool same_text(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool holds_token(const Request& request, std::string_view token) {
    const auto matches = [&](std::string_view given) {
        return common::equal_secret(common::as_bytes(given), common::as_bytes(token));
    };
    if (const auto key = request.headers.find("X-API-Key"); key && matches(*key)) return true;
    const auto authorization = request.headers.find("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization || !same_text(authorization->substr(0, scheme.size()), scheme)) return false;
    return matches(authorization->substr(scheme.size()));
}

/// "http://localhost:3000" -> "localhost:3000"; "" for "null" and the like.
std::string_view authority_of(std::string_view origin) noexcept {
    const auto start = origin.find("://");
    return start == std::string_view::npos ? std::string_view{} : origin.substr(start + 3);
}

/// A browser on this machine reaches loopback too. What it adds tells its pages from programs: Host holds the name that
/// a page was loaded under (DNS rebinding), Origin and Sec-Fetch-Site the page that asks.
bool comes_from_web_page(const Request& request) {
    for (const auto& [name, value] : request.headers.all()) {
        if (same_text(name, "Host") && !is_loopback_authority(value)) return true;
        if (same_text(name, "Origin") && !is_loopback_authority(authority_of(value))) return true;
        if (same_text(name, "Sec-Fetch-Site") && same_text(value, "cross-site")) return true;
    }
    return false;
}

}  // namespace

bool is_loopback_authority(std::string_view authority) noexcept {
    constexpr std::string_view bracketed = "[::1]";
    std::string_view host = authority.substr(0, authority.find(':'));
    std::string_view rest = authority.substr(host.size());
    if (authority.starts_with(bracketed)) {
        host = bracketed;
        rest = authority.substr(bracketed.size());
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool port_fits = rest.empty() || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), is_digit));
    if (!port_fits) return false;
    if (host == bracketed || same_text(host, "localhost")) return true;
    // A name may begin with "127." as well (127.0.0.1.example): an address has only digits and dots.
    const auto in_address = [&](char c) { return is_digit(c) || c == '.'; };
    return host.starts_with("127.") && std::all_of(host.begin(), host.end(), in_address);
}

std::optional<Response> refuse_stranger(const Request& request, std::string_view token) {
    if (!token.empty()) {
        if (request.path == "/health" || holds_token(request, token)) return std::nullopt;
        Response response = refusal(401, "The bridge's token is needed, as bearer token or in X-API-Key.");
        response.headers.set("WWW-Authenticate", "Bearer");
        return response;
    }
    if (!request.remote_is_loopback) return refusal(403, "Without a token the bridge serves only its own machine.");
    if (comes_from_web_page(request)) return refusal(403, "Web pages may not use the bridge.");
    return std::nullopt;
}

}  // namespace bridge::api::detail
