/// Encoding and decoding of binary nodes (protocol part 1, section 3).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"

namespace bridge::whatsapp::binary {

enum class Errc {
    truncated = 1,
    bad_token,
    bad_packed,
    bad_list,
    bad_tag,
    bad_attribute,
    bad_jid,
    trailing_bytes,
    too_deep,
    too_large,
    bad_compression
};
common::ErrcInfo describe(Errc code) noexcept;

/// Limits against hostile frames.
struct Limits {
    std::size_t inflated{32U << 20};    ///< bytes after zlib
    std::size_t depth{64};              ///< nesting of nodes
    std::size_t nodes{500'000};         ///< nodes in one frame
    std::size_t attributes{1'000'000};  ///< of all nodes together
};

/// A frame's plaintext: flag byte (always 00) and the node. Empty attributes are left out. Throws `std::length_error`
/// for what the format cannot hold: more than 65535 items in a list, a user's device number above 255.
Bytes encode(const Node& node);

/// A frame's plaintext with its flag byte; zlib when bit 02 is set. Leftover bytes are an error.
Result<Node> decode(ByteView plaintext, const Limits& limits = {});

/// For tests and the simulator: the same with zlib (flag 02).
Bytes encode_compressed(const Node& node);

}  // namespace bridge::whatsapp::binary
