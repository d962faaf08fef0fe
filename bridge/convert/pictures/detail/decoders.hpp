/// One decoder a format. All scale down on the way where they can, and leave turning to the caller.
#pragma once

#include "bridge/convert/pictures/pictures.hpp"

namespace bridge::convert::pictures::detail {

Result<Picture> decode_jpeg(ByteView file, std::uint32_t side);
Result<Picture> decode_png(formats::Source& file, std::uint32_t side);
Result<Picture> decode_webp(ByteView file, std::uint32_t side);
Status decode_webp_animation(ByteView file, const TakeFrame& take);

/// All of the file.
Result<Bytes> read_all(formats::Source& file, std::uint64_t most);

}  // namespace bridge::convert::pictures::detail
