#include "gateway/auth/access.hpp"

#include "common/config/parse.hpp"
#include "common/contract/contract.hpp"

#include <algorithm>
#include <array>

namespace gateway::auth {
namespace {

using common::http::Request;
using common::http::Response;

/// The host of "host:port" or "[ipv6]:port", without brackets.
std::string_view host_of(std::string_view authority) noexcept {
    if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
    return authority.substr(0, authority.find(':'));
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// What a monitor or a person asks before having a key; nothing here shows a chat.
bool is_open(std::string_view path) noexcept {
    constexpr std::array exact{"/", "/api/v1", "/health", "/api/v1/health", "/ready", "/api/v1/ready", "/openapi.json"};
    if (std::ranges::find(exact, path) != exact.end()) return true;
    const auto below = [path](std::string_view page) {
        return path == page || path.starts_with(std::string{page} + '/');
    };
    return below("/docs") || below("/redoc");
}

bool changes_state(const Request& request) noexcept {
    return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

bool is_upgrade(const Request& request) noexcept { return request.headers.find("Upgrade").has_value(); }

/// The page that asks was served by this machine (or by nobody: no browser).
bool has_near_origin(const Request& request) noexcept {
    const auto origin = request.headers.find("Origin");
    if (!origin) return true;
    const auto scheme = origin->find("://");
    return scheme != std::string_view::npos && common::config::is_loopback(host_of(origin->substr(scheme + 3)));
}

Response refusal(unsigned status, std::string_view detail) {
    return {status, "application/json", common::contract::error_body(detail)};
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::open_to_the_network:
            return {
                common::Kind::invalid,
                "Refusing to listen beyond this machine without authentication: everybody on the network could read "
                "and "
                "send messages. Set GATEWAY_API_KEY, or listen on 127.0.0.1."};
    }
    return {common::Kind::internal, "unknown authentication error"};
}

common::Status Access::may_listen(std::string_view host) const {
    if (key_.empty() && !common::config::is_loopback(host)) return Errc::open_to_the_network;
    return {};
}

std::optional<Response> Access::refuse(const Request& request) const {
    if (key_.empty()) return refuse_without_key(request);
    if (is_open(request.path) || has_key(request)) return std::nullopt;
    auto response = refusal(401, "An API key is needed: X-API-Key or Authorization: Bearer.");
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

std::optional<Response> Access::refuse_without_key(const Request& request) const {
    const auto host = request.headers.find("Host");
    if (host && !common::config::is_loopback(host_of(*host))) {
        return refusal(403, "Without an API key this gateway only answers to localhost. Set GATEWAY_API_KEY.");
    }
    if ((changes_state(request) || is_upgrade(request)) && !has_near_origin(request)) {
        return refusal(403, "Without an API key this gateway takes no requests from other sites. Set GATEWAY_API_KEY.");
    }
    return std::nullopt;
}

bool Access::has_key(const Request& request) const {
    constexpr std::string_view bearer = "Bearer ";
    if (const auto key = request.headers.find("X-API-Key"))
        return common::equal_secret(common::as_bytes(*key), key_.view());
    const auto header = request.headers.find("Authorization");
    if (!header || header->size() < bearer.size() || !equal_without_case(header->substr(0, bearer.size()), bearer))
        return false;
    return common::equal_secret(common::as_bytes(header->substr(bearer.size())), key_.view());
}

}  // namespace gateway::auth
