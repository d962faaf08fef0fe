/// Type bytes of the node encoding (protocol part 1, section 3.2).
#pragma once

#include <cstdint>

namespace bridge::whatsapp::binary::detail {

namespace wire {
inline constexpr std::uint8_t list_empty = 0;
inline constexpr std::uint8_t interop_jid = 245;
inline constexpr std::uint8_t fb_jid = 246;
inline constexpr std::uint8_t ad_jid = 247;
inline constexpr std::uint8_t list_8 = 248;
inline constexpr std::uint8_t list_16 = 249;
inline constexpr std::uint8_t jid_pair = 250;
inline constexpr std::uint8_t hex_8 = 251;
inline constexpr std::uint8_t binary_8 = 252;
inline constexpr std::uint8_t binary_20 = 253;
inline constexpr std::uint8_t binary_32 = 254;
inline constexpr std::uint8_t nibble_8 = 255;
}  // namespace wire

/// Bit of the flag byte: the rest is a zlib stream.
inline constexpr std::uint8_t compressed_flag = 0x02;

/// Domain types of AD_JID.
inline constexpr std::uint8_t domain_pn = 0;
inline constexpr std::uint8_t domain_lid = 1;
inline constexpr std::uint8_t domain_hosted = 128;
inline constexpr std::uint8_t domain_hosted_lid = 129;

}  // namespace bridge::whatsapp::binary::detail
