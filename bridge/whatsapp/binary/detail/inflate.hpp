/// zlib streams (RFC 1950) of compressed frames.
#pragma once

#include "common/bytes/bytes.hpp"

namespace bridge::whatsapp::binary::detail {

/// The whole stream, at most `limit` bytes; anything after its end is an error.
common::Result<common::Bytes> inflate_all(common::ByteView stream, std::size_t limit);
common::Bytes deflate_all(common::ByteView bytes);

}  // namespace bridge::whatsapp::binary::detail
