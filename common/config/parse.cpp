#include "common/config/parse.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

namespace common::config {
namespace {

/// Four decimal numbers up to 255, the first being 127.
bool is_ipv4_loopback(std::string_view host) noexcept {
    if (!host.starts_with("127.")) return false;
    for (int part = 0; part < 4; ++part) {
        std::uint8_t number = 0;
        const auto [end, error] = std::from_chars(host.data(), host.data() + host.size(), number);
        if (error != std::errc{}) return false;
        host.remove_prefix(static_cast<std::size_t>(end - host.data()));
        if (part == 3) return host.empty();
        if (!host.starts_with('.')) return false;
        host.remove_prefix(1);
    }
    return false;
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return common::Errc::invalid_argument;
    return value;
}

Result<HostPort> parse_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return common::Errc::invalid_argument;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":[]") != std::string_view::npos) {
        return common::Errc::invalid_argument;  // an IPv6 address without brackets: the port would be a guess
    }
    const auto port = parse_integer(text.substr(colon + 1));
    if (host.empty() || !port || *port < 0 || *port > std::numeric_limits<std::uint16_t>::max()) {
        return common::Errc::invalid_argument;
    }
    return HostPort{std::string{host}, static_cast<std::uint16_t>(*port)};
}

bool is_loopback(std::string_view host) noexcept {
    return host == "localhost" || host == "::1" || is_ipv4_loopback(host);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<std::string_view, std::chrono::milliseconds>, 5> units{
        {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};
    constexpr std::chrono::milliseconds longest = 24h * 36525;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_integer(text.substr(0, digits));
    if (!count) return count.error();
    for (const auto& [name, unit] : units) {
        if (text.substr(digits) != name) continue;
        if (*count > longest / unit) return common::Errc::invalid_argument;
        return *count * unit;
    }
    return common::Errc::invalid_argument;
}

Result<bool> parse_toggle(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    return common::Errc::invalid_argument;
}

}  // namespace common::config
