#include "bridge/convert/formats/detail/reader.hpp"
#include "bridge/convert/formats/formats.hpp"

#include <cstdlib>

namespace bridge::convert::formats {
namespace {

using detail::four;
using detail::Reader;

std::optional<ImageInfo> valid(const ImageInfo& info, const Reader& reader) noexcept {
    if (!reader.ok() || info.stored.width == 0 || info.stored.height == 0) return std::nullopt;
    return info;
}

/// The orientation tag of an EXIF block that starts at the reader's place and is `size` bytes long (TIFF 6.0).
std::uint8_t read_orientation(Reader reader, std::uint64_t size) noexcept {
    const std::uint64_t start = reader.position() + 6;
    if (size < 14 || reader.be32() != four("Exif") || reader.be16() != 0) return 1;
    const std::uint16_t order = reader.be16();
    if (order != 0x4949 && order != 0x4D4D) return 1;
    const bool little = order == 0x4949;
    const auto u16 = [&] { return little ? reader.le16() : reader.be16(); };
    const auto u32 = [&] { return little ? reader.le32() : reader.be32(); };
    if (u16() != 42) return 1;
    const std::uint32_t directory = u32();
    if (directory > size) return 1;
    reader.seek(start + directory);
    const std::uint16_t entries = u16();
    for (std::uint16_t i = 0; i < entries && reader.ok() && reader.position() < start + size; ++i) {
        const std::uint16_t tag = u16();
        const std::uint16_t type = u16();
        const std::uint32_t count = u32();
        const std::uint16_t value = u16();
        reader.skip(2);
        if (tag == 0x0112) {
            return type == 3 && count == 1 && value >= 1 && value <= 8 ? static_cast<std::uint8_t>(value)
                                                                       : std::uint8_t{1};
        }
    }
    return 1;
}

/// Markers up to the frame header (ITU T.81, annex B).
std::optional<ImageInfo> read_jpeg(Reader reader) noexcept {
    constexpr int most_markers = 4096;
    ImageInfo info;
    reader.skip(2);
    for (int i = 0; i < most_markers && reader.ok(); ++i) {
        if (reader.u8() != 0xFF) return std::nullopt;
        std::uint8_t marker = reader.u8();
        for (int fill = 0; marker == 0xFF && fill < 64; ++fill) marker = reader.u8();
        if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;  // no length
        if (marker == 0xD9 || marker == 0xDA) return std::nullopt;           // data before a frame header
        const std::uint64_t start = reader.position();
        const std::uint16_t length = reader.be16();
        if (length < 2) return std::nullopt;
        if (marker == 0xE1 && info.orientation == 1) info.orientation = read_orientation(reader, length - 2U);
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
            reader.skip(1);
            info.stored.height = reader.be16();
            info.stored.width = reader.be16();
            info.plain_colour = reader.u8() != 4;
            info.whole = marker != 0xC0 && marker != 0xC1;
            return valid(info, reader);
        }
        reader.seek(start);
        reader.skip(length);
    }
    return std::nullopt;
}

std::optional<ImageInfo> read_png(Reader reader) noexcept {
    constexpr int most_chunks = 1024;
    ImageInfo info;
    reader.skip(8);
    if (reader.be32() != 13 || reader.be32() != four("IHDR")) return std::nullopt;
    info.stored.width = reader.be32();
    info.stored.height = reader.be32();
    reader.skip(1);
    const std::uint8_t colour = reader.u8();
    info.has_alpha = (colour & 4) != 0;
    reader.skip(2);
    info.whole = reader.u8() != 0;
    const auto found = valid(info, reader);
    if (!found || info.stored.width > 0x7FFFFFFF || info.stored.height > 0x7FFFFFFF) return std::nullopt;
    // An animation's control chunk and a palette's transparency come before the data.
    reader.skip(4);
    for (int i = 0; i < most_chunks; ++i) {
        const std::uint32_t length = reader.be32();
        const std::uint32_t type = reader.be32();
        reader.skip(std::uint64_t{length} + 4);
        if (!reader.ok() || type == four("IDAT")) break;
        if (type == four("acTL")) info.animated = true;
        if (type == four("tRNS")) info.has_alpha = true;
    }
    return info;
}

/// Skips the sub-blocks of a GIF; false at a broken or endless chain.
bool skip_sub_blocks(Reader& reader, std::uint64_t& budget) noexcept {
    while (budget > 0) {
        --budget;
        const std::uint8_t size = reader.u8();
        if (!reader.ok()) return false;
        if (size == 0) return true;
        reader.skip(size);
    }
    return false;
}

void skip_palette(Reader& reader, std::uint8_t flags) noexcept {
    if ((flags & 0x80) != 0) reader.skip(std::uint64_t{3} << ((flags & 7) + 1));
}

std::optional<ImageInfo> read_gif(Reader reader) noexcept {
    ImageInfo info;
    info.has_alpha = true;
    reader.skip(6);
    info.stored.width = reader.le16();
    info.stored.height = reader.le16();
    const std::uint8_t flags = reader.u8();
    reader.skip(2);
    const auto found = valid(info, reader);
    if (!found) return std::nullopt;
    skip_palette(reader, flags);
    // Animated when a second picture follows the first.
    std::uint64_t budget = 1U << 18;
    for (int pictures = 0; budget > 0;) {
        const std::uint8_t block = reader.u8();
        if (!reader.ok()) break;
        if (block == 0x21) {
            reader.skip(1);
        } else if (block == 0x2C && ++pictures < 2) {
            reader.skip(8);
            skip_palette(reader, reader.u8());
            reader.skip(1);
        } else {
            info.animated = block == 0x2C;
            break;
        }
        if (!skip_sub_blocks(reader, budget)) break;
    }
    return info;
}

/// RIFF container and the headers of VP8 (RFC 6386, 9.1), VP8L and VP8X.
std::optional<ImageInfo> read_webp(Reader reader) noexcept {
    ImageInfo info;
    reader.skip(12);
    const std::uint32_t chunk = reader.be32();
    reader.skip(4);
    if (chunk == four("VP8X")) {
        const std::uint8_t flags = reader.u8();
        info.animated = (flags & 2) != 0;
        info.has_alpha = (flags & 16) != 0;
        info.whole = true;  // the coding of the picture inside is not looked at
        reader.skip(3);
        info.stored.width = static_cast<std::uint32_t>(reader.little(3)) + 1;
        info.stored.height = static_cast<std::uint32_t>(reader.little(3)) + 1;
    } else if (chunk == four("VP8L")) {
        if (reader.u8() != 0x2F) return std::nullopt;
        const std::uint32_t bits = reader.le32();
        info.stored = {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
        info.has_alpha = (bits >> 28 & 1) != 0;
        info.whole = true;
    } else if (chunk == four("VP8 ")) {
        reader.skip(3);
        if (reader.be16() != 0x9D01 || reader.u8() != 0x2A) return std::nullopt;
        info.stored.width = reader.le16() & 0x3FFFU;
        info.stored.height = reader.le16() & 0x3FFFU;
    }
    return valid(info, reader);
}

std::optional<ImageInfo> read_bmp(Reader reader) noexcept {
    ImageInfo info;
    info.whole = true;
    reader.skip(14);
    if (reader.le32() == 12) {
        info.stored.width = reader.le16();
        info.stored.height = reader.le16();
    } else {
        info.stored.width = reader.le32();
        const auto height = static_cast<std::int32_t>(reader.le32());  // negative: from top to bottom
        info.stored.height = height < 0 ? 0U - static_cast<std::uint32_t>(height) : static_cast<std::uint32_t>(height);
    }
    return valid(info, reader);
}

}  // namespace

std::optional<ImageInfo> find_image_info(Source& file) noexcept {
    const Reader reader{file};
    switch (identify(file).type) {
        case Type::jpeg: return read_jpeg(reader);
        case Type::png: return read_png(reader);
        case Type::gif: return read_gif(reader);
        case Type::webp: return read_webp(reader);
        case Type::bmp: return read_bmp(reader);
        default: return std::nullopt;
    }
}

}  // namespace bridge::convert::formats
