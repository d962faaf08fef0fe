#include "common/http/address.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace common::http {
namespace {

namespace ip = boost::asio::ip;

struct Block4 {
    std::uint32_t first;
    unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) { return a << 24 | b << 16 | c << 8 | d; }

/// IANA's special-purpose registry (RFC 6890 and later), and multicast.
constexpr std::array<Block4, 15> special{{
    {v4(0, 0, 0, 0), 8},        // this network
    {v4(10, 0, 0, 0), 8},       // private
    {v4(100, 64, 0, 0), 10},    // shared by carriers
    {v4(127, 0, 0, 0), 8},      // loopback
    {v4(169, 254, 0, 0), 16},   // link-local; metadata services of clouds
    {v4(172, 16, 0, 0), 12},    // private
    {v4(192, 0, 0, 0), 24},     // protocol assignments
    {v4(192, 0, 2, 0), 24},     // documentation
    {v4(192, 88, 99, 0), 24},   // 6to4 relays
    {v4(192, 168, 0, 0), 16},   // private
    {v4(198, 18, 0, 0), 15},    // benchmarks
    {v4(198, 51, 100, 0), 24},  // documentation
    {v4(203, 0, 113, 0), 24},   // documentation
    {v4(224, 0, 0, 0), 4},      // multicast
    {v4(240, 0, 0, 0), 4},      // reserved, broadcast
}};

bool is_public(std::uint32_t address) {
    return std::none_of(special.begin(), special.end(), [&](const Block4& block) {
        return (address ^ block.first) >> (32 - block.bits) == 0;
    });
}

std::uint32_t v4_at(const ip::address_v6::bytes_type& bytes, std::size_t at) {
    return v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

bool is_public(const ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    const auto starts_with = [&](std::initializer_list<unsigned> prefix) {
        return std::equal(prefix.begin(), prefix.end(), bytes.begin());
    };
    const bool zero_start = std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned char b) { return b == 0; });
    if (zero_start) {
        // ::ffff:a.b.c.d (mapped) and ::a.b.c.d (compatible, which includes :: and ::1).
        return bytes[10] == 0xFF && bytes[11] == 0xFF && is_public(v4_at(bytes, 12));
    }
    if (starts_with({0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public(v4_at(bytes, 12));  // NAT64
    if (starts_with({0x20, 0x02})) return is_public(v4_at(bytes, 2));                                       // 6to4
    if (starts_with({0x20, 0x01, 0x00, 0x00})) return false;                                                // Teredo
    if (starts_with({0x20, 0x01, 0x0D, 0xB8})) return false;  // documentation
    return (bytes[0] & 0xE0) == 0x20;                         // 2000::/3 is all that is given out
}

}  // namespace

std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code failed;
    const auto address = ip::make_address(std::string{text}, failed);
    if (failed) return std::nullopt;
    return address;
}

bool is_public(const ip::address& address) {
    return address.is_v4() ? is_public(address.to_v4().to_uint()) : is_public(address.to_v6());
}

}  // namespace common::http
