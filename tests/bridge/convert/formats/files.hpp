/// Small files of each kind, written byte by byte from their specifications.
#pragma once

#include "bridge/convert/formats/formats.hpp"
#include "common/bytes/bytes.hpp"

#include <string>
#include <string_view>

namespace files {

using common::append;
using common::append_be;
using common::as_bytes;
using common::Bytes;
using common::ByteView;
using namespace std::string_view_literals;

inline void append_le(Bytes& out, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

inline Bytes text(std::string_view content) { return common::to_bytes(content); }

/// A JPEG up to its frame header, with an EXIF orientation where one is given.
inline Bytes jpeg(std::uint16_t width, std::uint16_t height, std::uint8_t orientation = 0, std::uint8_t frame = 0xC0) {
    Bytes out = text("\xFF\xD8\xFF\xE0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"sv);
    if (orientation != 0) {
        append(
            out,
            as_bytes("\xFF\xE1\x00\x22"
                     "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"sv)
        );
        out.push_back(orientation);
        append(out, as_bytes("\0\0\0\0\0\0\0"sv));
    }
    append(out, as_bytes("\xFF"sv));
    out.push_back(frame);
    append(out, as_bytes("\x00\x11\x08"sv));
    append_be(out, height, 2);
    append_be(out, width, 2);
    append(out, as_bytes("\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"sv));
    return out;
}

inline Bytes png(std::uint32_t width, std::uint32_t height, bool animated = false) {
    Bytes out = text("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"sv);
    append_be(out, width, 4);
    append_be(out, height, 4);
    append(out, as_bytes("\x08\x06\0\0\0crc!"sv));
    if (animated)
        append(
            out,
            as_bytes("\0\0\0\x08"
                     "acTL\0\0\0\x02\0\0\0\0crc!"sv)
        );
    append(out, as_bytes("\0\0\0\0IDATcrc!"sv));
    return out;
}

inline Bytes gif(std::uint16_t width, std::uint16_t height, int pictures) {
    Bytes out = text("GIF89a");
    append_le(out, width, 2);
    append_le(out, height, 2);
    append(out, as_bytes("\x80\0\0\0\0\0\xFF\xFF\xFF"sv));
    for (int i = 0; i < pictures; ++i) {
        append(out, as_bytes("\x21\xF9\x04\0\x0A\0\0\0"sv));
        append(out, as_bytes("\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"sv));
    }
    append(out, as_bytes(";"));
    return out;
}

inline Bytes webp(std::string_view chunk, std::string_view content) {
    Bytes out = text("RIFF");
    append_le(out, content.size() + 12, 4);
    append(out, as_bytes("WEBP"));
    append(out, as_bytes(chunk));
    append_le(out, content.size(), 4);
    append(out, as_bytes(content));
    return out;
}

inline Bytes box(std::string_view type, ByteView content) {
    Bytes out;
    append_be(out, content.size() + 8, 4);
    append(out, as_bytes(type));
    append(out, content);
    return out;
}

inline Bytes box(std::string_view type, std::initializer_list<Bytes> parts) {
    Bytes content;
    for (const Bytes& part : parts) append(content, part);
    return box(type, content);
}

/// tkhd of version 0: 40 bytes before the matrix.
inline Bytes track_header(std::uint32_t width, std::uint32_t height, bool turned) {
    Bytes content(40, 0);
    for (const std::uint32_t cell :
         {turned ? 0U : 0x10000U,
          turned ? 0x10000U : 0U,
          0U,
          turned ? 0xFFFF0000U : 0U,
          turned ? 0U : 0x10000U,
          0U,
          0U,
          0U,
          0x40000000U}) {
        append_be(content, cell, 4);
    }
    append_be(content, width << 16, 4);
    append_be(content, height << 16, 4);
    return box("tkhd", content);
}

inline Bytes track(std::string_view handler, std::string_view codec, Bytes header) {
    Bytes handler_content(8, 0);
    append(handler_content, as_bytes(handler));
    append(handler_content, Bytes(13, 0));
    Bytes description;
    append_be(description, 0, 4);
    append_be(description, 1, 4);
    append(description, box(codec, Bytes(16, 0)));
    const Bytes table = box("stbl", box("stsd", description));
    const Bytes media = box("mdia", {box("hdlr", handler_content), box("minf", table)});
    return box("trak", {std::move(header), media});
}

inline Bytes movie_header(std::uint32_t scale, std::uint32_t units) {
    Bytes content(12, 0);
    append_be(content, scale, 4);
    append_be(content, units, 4);
    append(content, Bytes(80, 0));
    return box("mvhd", content);
}

/// 720 by 1280 stored as 1280 by 720 and turned, with sound.
inline Bytes movie(bool index_first, std::uint32_t units = 12'345) {
    const Bytes kind = box("ftyp", as_bytes("isom\0\0\2\0isomiso2avc1mp41"sv));
    const Bytes data = box("mdat", Bytes(64, 7));
    const Bytes index =
        box("moov",
            {movie_header(1000, units),
             track("soun", "mp4a", track_header(0, 0, false)),
             track("vide", "avc1", track_header(1280, 720, true))});
    return common::concat({kind, index_first ? index : data, index_first ? data : index});
}

inline Bytes ogg_page(std::string_view packet, std::uint64_t position, std::uint8_t flags, std::uint32_t serial = 7) {
    Bytes out = text("OggS");
    out.push_back(0);
    out.push_back(flags);
    append_le(out, position, 8);
    append_le(out, serial, 4);
    append_le(out, 0, 8);
    out.push_back(1);
    out.push_back(static_cast<std::uint8_t>(packet.size()));
    append(out, as_bytes(packet));
    return out;
}

inline Bytes wav(std::uint32_t bytes_a_second, std::uint32_t claimed, std::size_t held) {
    Bytes out = text("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"sv);
    append_le(out, bytes_a_second / 2, 4);
    append_le(out, bytes_a_second, 4);
    append(out, as_bytes("\x02\0\x10\0data"sv));
    append_le(out, claimed, 4);
    append(out, Bytes(held, 0));
    return out;
}

/// A ZIP of empty stored entries with these names.
inline Bytes zip(std::initializer_list<std::string_view> names, std::string_view first_content = {}) {
    Bytes out;
    Bytes directory;
    for (const std::string_view name : names) {
        const std::size_t offset = out.size();
        const std::string_view content = offset == 0 ? first_content : std::string_view{};
        append(out, as_bytes("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"sv));
        append_le(out, content.size(), 4);
        append_le(out, content.size(), 4);
        append_le(out, name.size(), 2);
        append_le(out, 0, 2);
        append(out, as_bytes(name));
        append(out, as_bytes(content));
        append(directory, as_bytes("PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"sv));
        append_le(directory, content.size(), 4);
        append_le(directory, content.size(), 4);
        append_le(directory, name.size(), 2);
        append(directory, Bytes(12, 0));
        append_le(directory, offset, 4);
        append(directory, as_bytes(name));
    }
    const std::size_t start = out.size();
    append(out, directory);
    append(out, as_bytes("PK\x05\x06\0\0\0\0"sv));
    append_le(out, names.size(), 2);
    append_le(out, names.size(), 2);
    append_le(out, directory.size(), 4);
    append_le(out, start, 4);
    append_le(out, 0, 2);
    return out;
}

/// Everything that the room reads from a file; what hostile bytes are thrown at.
inline void read_all(ByteView bytes) {
    namespace formats = bridge::convert::formats;
    formats::MemorySource source{bytes};
    (void)formats::identify(source);
    (void)formats::find_image_info(source);
    (void)formats::find_mp4_info(source);
    (void)formats::find_audio_duration(source);
    (void)formats::find_page_count(source);
}

/// Every prefix and every bit flip of a file.
inline void mistreat(const Bytes& file) {
    for (std::size_t size = 0; size < file.size(); ++size) read_all(ByteView{file}.first(size));
    Bytes broken = file;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        read_all(broken);
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

}  // namespace files
