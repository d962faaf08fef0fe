/// Texts of settings into values.
#pragma once

#include "common/result/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace common::config {

struct HostPort {
    std::string host;  ///< without the brackets of IPv6
    std::uint16_t port{0};

    friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// "host:port" or "[ipv6]:port".
Result<HostPort> parse_host_port(std::string_view text);

/// Whether only this machine can reach `host`: "localhost", 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view host) noexcept;

/// A whole number and a unit: ms, s, m, h or d; at most 100 years.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A decimal number with nothing around it.
Result<std::int64_t> parse_integer(std::string_view text);

/// true/false, yes/no, on/off, 1/0.
Result<bool> parse_toggle(std::string_view text);

}  // namespace common::config
