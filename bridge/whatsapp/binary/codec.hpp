/// Encoding and decoding of binary nodes (protocol part 1, section 3).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"

namespace bridge::whatsapp::binary {

enum class Errc {
    truncated = 1, bad_token, bad_packed, bad_list, bad_tag, bad_attribute, bad_jid, bad_content, trailing_bytes,
    too_deep, too_large, bad_compression
};
common::ErrcInfo describe(Errc code) noexcept;

/// Limits against hostile frames.
struct Limits {
    std::size_t inflated{32U << 20};  ///< bytes after zlib
    std::size_t depth{64};            ///< nesting of nodes
    std::size_t nodes{500'000};       ///< nodes in one frame
};

/// A frame's plaintext: flag byte (always 00) and the node. Empty text attributes are left out.
Bytes encode(const Node& node);

/// A frame's plaintext with its flag byte; zlib when bit 02 is set. Leftover bytes are an error.
Result<Node> decode(ByteView plaintext, const Limits& limits = {});

/// For tests and the simulator: the same with zlib (flag 02).
Bytes encode_compressed(const Node& node);

}  // namespace bridge::whatsapp::binary
