#include "bridge/convert/formats/detail/guess.hpp"
#include "bridge/convert/formats/detail/reader.hpp"

#include <array>

namespace bridge::convert::formats::detail {
namespace {

using namespace std::string_view_literals;

Type type_of_brand(std::string_view brand) noexcept {
    if (brand == "M4A " || brand == "M4B " || brand == "M4P " || brand == "F4A ") return Type::m4a;
    if (brand == "qt  ") return Type::quicktime;
    if (brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis" || brand == "hevc" ||
        brand == "mif1" || brand == "msf1") {
        return Type::heic;
    }
    if (brand == "avif" || brand == "avis") return Type::avif;
    if (brand.starts_with("3gp") || brand.starts_with("3g2")) return Type::three_gp;
    return Type::mp4;
}

struct MpegFrame {
    Type type{Type::unknown};
    std::size_t size{0};
};

/// Layer III of MPEG 1, 2 and 2.5 (ISO 11172-3, 13818-3) and ADTS (ISO 13818-7).
MpegFrame mpeg_frame_at(ByteView bytes) noexcept {
    if (bytes.size() < 7 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0) return {};
    if ((bytes[1] & 0xF6) == 0xF0) {
        const std::size_t size = (std::size_t{bytes[3]} & 3) << 11 | std::size_t{bytes[4]} << 3 | bytes[5] >> 5;
        return size >= 7 && (bytes[2] >> 2 & 15) < 13 ? MpegFrame{Type::aac, size} : MpegFrame{};
    }
    const unsigned version = bytes[1] >> 3 & 3;  // 0: 2.5, 2: 2, 3: 1
    const unsigned layer = bytes[1] >> 1 & 3;    // 1: III
    const unsigned rate_index = bytes[2] >> 4;
    const unsigned hz_index = bytes[2] >> 2 & 3;
    if (version == 1 || layer != 1 || rate_index == 0 || rate_index == 15 || hz_index == 3) return {};
    constexpr std::array<std::uint16_t, 15> kbit_1{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    constexpr std::array<std::uint16_t, 15> kbit_2{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    constexpr std::array<std::uint32_t, 3> hertz{44100, 48000, 32000};
    const std::uint32_t hz = hertz[hz_index] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    const std::uint32_t kbit = version == 3 ? kbit_1[rate_index] : kbit_2[rate_index];
    const std::uint32_t samples_by_8 = version == 3 ? 144 : 72;
    return {Type::mp3, samples_by_8 * kbit * 1000 / hz + (bytes[2] >> 1 & 1)};
}

}  // namespace

Type brand_of(ByteView head) noexcept {
    if (head.size() < 12) return Type::unknown;
    const std::string_view text = common::as_text(head);
    const Type major = type_of_brand(text.substr(8, 4));
    if (major != Type::heic) return major;
    // "mif1" is any still picture; the compatible brands tell AVIF from HEIC.
    const std::size_t size = std::min<std::size_t>(common::read_be(head.first(4)), text.size());
    for (std::size_t at = 16; at + 4 <= size; at += 4) {
        if (type_of_brand(text.substr(at, 4)) == Type::avif) return Type::avif;
    }
    return Type::heic;
}

Type ebml_of(ByteView head) noexcept {
    // The document type is one of the first elements: id 42 82, size with its marker bit, text.
    const std::string_view text = common::as_text(head.first(std::min<std::size_t>(head.size(), 128)));
    const std::size_t at = text.find("\x42\x82"sv);
    if (at != text.npos && text.substr(at + 2).starts_with("\x84webm"sv)) return Type::webm;
    if (at != text.npos && text.substr(at + 2).starts_with("\x88matroska"sv)) return Type::matroska;
    return Type::unknown;
}

Type ogg_of(ByteView head) noexcept {
    // The first pages each begin a stream and hold its identification packet.
    Type sound = Type::ogg_audio;
    std::size_t at = 0;
    while (head.size() - at > 27 && starts_with(head, "OggS", at) && (head[at + 5] & 2) != 0) {
        const std::size_t segments = head[at + 26];
        if (head.size() - at < 27 + segments) break;
        std::size_t body = 0;
        for (std::size_t i = 0; i < segments; ++i) body += head[at + 27 + i];
        const std::size_t start = at + 27 + segments;
        if (starts_with(head, "\x80theora", start) || starts_with(head, "BBCD", start)) return Type::ogg_video;
        if (starts_with(head, "OpusHead", start)) sound = Type::ogg_opus;
        if (starts_with(head, "\x01vorbis", start)) sound = Type::ogg_vorbis;
        if (body > head.size() - start) break;
        at = start + body;
    }
    return sound;
}

Type mpeg_audio_of(ByteView head) noexcept {
    const MpegFrame first = mpeg_frame_at(head);
    if (first.type == Type::unknown || first.size > head.size()) return Type::unknown;
    return mpeg_frame_at(head.subspan(first.size)).type == first.type ? first.type : Type::unknown;
}

}  // namespace bridge::convert::formats::detail
