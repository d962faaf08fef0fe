#include "common/http/message.hpp"

#include "common/http/detail/text.hpp"

#include <algorithm>

namespace common::http {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

ErrcInfo describe(HttpErrc code) noexcept {
    switch (code) {
        case HttpErrc::bad_url: return {Kind::invalid, "not a usable URL"};
        case HttpErrc::tls_failed: return {Kind::unavailable, "TLS failed"};
        case HttpErrc::untrusted_certificate: return {Kind::unavailable, "server certificate is not trusted"};
        case HttpErrc::bad_message: return {Kind::unavailable, "the peer does not speak HTTP"};
        case HttpErrc::body_too_large: return {Kind::unavailable, "the answer is too large"};
        case HttpErrc::connection_lost: return {Kind::unavailable, "connection ended early"};
        case HttpErrc::address_refused: return {Kind::invalid, "the address may not be visited"};
        case HttpErrc::range_not_satisfiable: return {Kind::invalid, "the range is not in the file"};
    }
    return {Kind::internal, "unknown HTTP error"};
}

void Headers::add(std::string_view name, std::string_view value) { items_.emplace_back(name, value); }

void Headers::set(std::string_view name, std::string_view value) {
    remove(name);
    add(name, value);
}

void Headers::remove(std::string_view name) {
    std::erase_if(items_, [&](const auto& item) { return detail::iequals(item.first, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const auto& [key, value] : items_) {
        if (detail::iequals(key, name)) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::query_value(std::string_view key) const noexcept {
    for (const auto& [name, value] : query) {
        if (name == key) return value;
    }
    return std::nullopt;
}

std::string_view Request::param(std::string_view key) const noexcept {
    const auto found = params.find(key);
    return found == params.end() ? std::string_view{} : std::string_view{found->second};
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            out.push_back(text[i]);
            continue;
        }
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
            continue;
        }
        out.push_back('%');
        out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
        out.push_back(hex[static_cast<unsigned char>(c) & 15]);
    }
    return out;
}

}  // namespace common::http
