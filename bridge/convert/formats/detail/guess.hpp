/// Steps of `identify`, one a family of formats. `head` is the start of the file, at most 4 KiB.
#pragma once

#include "bridge/convert/formats/formats.hpp"

#include <optional>
#include <string_view>

namespace bridge::convert::formats::detail {

bool starts_with(ByteView head, std::string_view magic, std::size_t at = 0) noexcept;

Type brand_of(ByteView head) noexcept;                ///< of "ftyp": MP4 and its relatives
Type ebml_of(ByteView head) noexcept;                 ///< WebM or Matroska
Type ogg_of(ByteView head) noexcept;                  ///< by the first packet of each stream that starts in the head
Type archive_of(Source& file) noexcept;               ///< ZIP and the document formats made of it
Type text_of(ByteView head, bool is_whole) noexcept;  ///< `unknown` for what no text contains
/// MP3 or ADTS by two frame headers, one where the other says that it is.
Type mpeg_audio_of(ByteView head) noexcept;

}  // namespace bridge::convert::formats::detail
