#include "bridge/convert/formats/detail/guess.hpp"

#include <algorithm>
#include <array>

namespace bridge::convert::formats {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::string_view bytes;
    Type type;
    std::size_t at{0};
};

// What a fixed run of bytes decides. Families that need a second look are asked first.
constexpr std::array magics{
    Magic{"\xFF\xD8\xFF"sv, Type::jpeg},
    Magic{"\x89PNG\r\n\x1A\n"sv, Type::png},
    Magic{"GIF87a"sv, Type::gif},
    Magic{"GIF89a"sv, Type::gif},
    Magic{"II*\0"sv, Type::tiff},
    Magic{"MM\0*"sv, Type::tiff},
    Magic{"\xFF\x0A"sv, Type::jxl},
    Magic{"\0\0\0\x0CJXL \r\n\x87\n"sv, Type::jxl},
    Magic{"%PDF-"sv, Type::pdf},
    Magic{"fLaC"sv, Type::flac},
    Magic{"#!AMR-WB\n"sv, Type::amr_wb},
    Magic{"#!AMR\n"sv, Type::amr},
    Magic{"caff\0\x01"sv, Type::caf},
    Magic{"MThd\0\0\0\x06"sv, Type::midi},
    Magic{"ID3"sv, Type::mp3},
    Magic{"FLV\x01"sv, Type::flv},
    Magic{"\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, Type::asf},
    Magic{"\0\0\x01\xBA"sv, Type::mpeg},
    Magic{"\0\0\x01\xB3"sv, Type::mpeg},
    Magic{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Type::ole},
    Magic{"{\\rtf"sv, Type::rtf},
    Magic{"Rar!\x1A\x07"sv, Type::rar},
    Magic{"7z\xBC\xAF\x27\x1C"sv, Type::seven_zip},
    Magic{"\x1F\x8B\x08"sv, Type::gzip},
    Magic{"BZh"sv, Type::bzip2},
    Magic{
        "\xFD"
        "7zXZ\0"sv,
        Type::xz},
    Magic{"\x28\xB5\x2F\xFD"sv, Type::zstd},
    Magic{"ustar"sv, Type::tar, 257},
};

Type riff_of(ByteView head) noexcept {
    if (detail::starts_with(head, "WEBP", 8)) return Type::webp;
    if (detail::starts_with(head, "WAVE", 8)) return Type::wav;
    if (detail::starts_with(head, "AVI ", 8)) return Type::avi;
    return Type::unknown;
}

bool is_bmp(ByteView head) noexcept {
    // "BM" alone begins many a text: the reserved words are zero and the header's size is a known one.
    if (head.size() < 18 || !detail::starts_with(head, "BM") || !detail::starts_with(head, "\0\0\0\0"sv, 6))
        return false;
    constexpr std::array<std::uint8_t, 7> sizes{12, 40, 52, 56, 64, 108, 124};
    return std::find(sizes.begin(), sizes.end(), head[14]) != sizes.end() && head[15] == 0;
}

bool is_icon(ByteView head) noexcept {
    return head.size() >= 22 && detail::starts_with(head, "\0\0\x01\0"sv) && head[4] > 0 && head[5] == 0 &&
           head[9] == 0;
}

bool is_transport_stream(ByteView head) noexcept {
    constexpr std::size_t packet = 188;
    if (head.size() < 4 * packet) return false;
    for (std::size_t i = 0; i < 4; ++i) {
        if (head[i * packet] != 0x47) return false;
    }
    return true;
}

Type type_of(Source& file) noexcept {
    std::array<std::uint8_t, 4096> buffer;
    const ByteView head = ByteView{buffer}.first(file.read(0, buffer));

    if (detail::starts_with(head, "ftyp", 4)) return detail::brand_of(head);
    if (detail::starts_with(head, "moov", 4) || detail::starts_with(head, "mdat", 4)) return Type::quicktime;
    if (detail::starts_with(head, "RIFF")) return riff_of(head);
    if (detail::starts_with(head, "FORM") && detail::starts_with(head, "AIF", 8)) return Type::aiff;
    if (detail::starts_with(head, "OggS")) return detail::ogg_of(head);
    if (detail::starts_with(head, "\x1A\x45\xDF\xA3")) return detail::ebml_of(head);
    if (detail::starts_with(head, "PK\x03\x04") || detail::starts_with(head, "PK\x05\x06"))
        return detail::archive_of(file);
    for (const Magic& magic : magics) {
        if (detail::starts_with(head, magic.bytes, magic.at)) return magic.type;
    }
    if (is_bmp(head)) return Type::bmp;
    if (is_icon(head)) return Type::ico;
    if (const Type type = detail::mpeg_audio_of(head); type != Type::unknown) return type;
    if (is_transport_stream(head)) return Type::mpeg_ts;
    return detail::text_of(head, head.size() == file.size());
}

}  // namespace

namespace detail {

bool starts_with(ByteView head, std::string_view magic, std::size_t at) noexcept {
    return head.size() >= at && common::as_text(head.subspan(at)).starts_with(magic);
}

}  // namespace detail

Format identify(Source& file) noexcept { return format_of(type_of(file)); }

}  // namespace bridge::convert::formats
