/// What a file is, read from its bytes and never from its name, and the measures that stand in its headers.
///
/// Pure and bounded: nothing is decoded, every walk has a limit, hostile bytes give "unknown". What needs decoding is
/// in bridge/convert.
#pragma once

#include "bridge/convert/formats/source.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::convert::formats {

/// As what a phone would send the file.
enum class Kind { image, video, audio, document };

enum class Type {
    unknown,
    jpeg,
    png,
    gif,
    webp,
    bmp,
    tiff,
    ico,
    heic,
    avif,
    jxl,
    mp4,
    quicktime,
    three_gp,
    webm,
    matroska,
    avi,
    flv,
    asf,
    mpeg,
    mpeg_ts,
    ogg_video,
    m4a,
    ogg_opus,
    ogg_vorbis,
    ogg_audio,
    mp3,
    aac,
    wav,
    flac,
    amr,
    amr_wb,
    aiff,
    caf,
    midi,
    pdf,
    zip,
    docx,
    xlsx,
    pptx,
    odt,
    ods,
    odp,
    epub,
    apk,
    ole,
    rtf,
    rar,
    seven_zip,
    gzip,
    bzip2,
    xz,
    zstd,
    tar,
    vcard,
    calendar,
    html,
    svg,
    xml,
    text
};

struct Format {
    Type type{Type::unknown};
    Kind kind{Kind::document};
    std::string_view mime;       ///< as WhatsApp writes it, "audio/ogg; codecs=opus" (protocol part 2, section 7.4)
    std::string_view extension;  ///< without the dot, for naming a file that has no name
};

/// Everything known about a type; static storage.
Format format_of(Type type) noexcept;

/// What the file is; `application/octet-stream` when nothing fits.
Format identify(Source& file) noexcept;

struct Dimensions {
    std::uint32_t width{0};
    std::uint32_t height{0};
    std::uint64_t pixels() const noexcept { return std::uint64_t{width} * height; }
    friend bool operator==(const Dimensions&, const Dimensions&) = default;
};

struct ImageInfo {
    Dimensions stored;            ///< as coded; never zero
    std::uint8_t orientation{1};  ///< EXIF 1 to 8: how the coded picture has to be turned
    bool animated{false};
    bool has_alpha{false};
    bool whole{false};        ///< decoders hold all of it in memory (progressive, interlaced, lossless WebP)
    bool plain_colour{true};  ///< false for CMYK
    /// As shown.
    Dimensions shown() const noexcept { return orientation >= 5 ? Dimensions{stored.height, stored.width} : stored; }
};

/// Of JPEG, PNG, GIF, WebP and BMP; nothing for other files and broken headers.
std::optional<ImageInfo> find_image_info(Source& file) noexcept;

struct Mp4Info {
    std::optional<Dimensions> video;  ///< of the first video track, as shown (rotation applied)
    std::optional<std::chrono::milliseconds> duration;
    bool has_audio{false};
    bool fast_start{false};        ///< the index comes before the data, so players start before they have it all
    std::uint32_t video_codec{0};  ///< four letters, big-endian: 'avc1'
    std::uint32_t audio_codec{0};  ///< 'mp4a'
};

/// Of MP4, QuickTime, 3GP and M4A; nothing without a movie header.
std::optional<Mp4Info> find_mp4_info(Source& file) noexcept;

/// How long the sound lasts, where the file's headers tell it: Ogg Opus and Vorbis, WAV.
std::optional<std::chrono::milliseconds> find_audio_duration(Source& file) noexcept;

/// Pages of a PDF, where its page tree is not compressed.
std::optional<std::uint32_t> find_page_count(Source& file) noexcept;

}  // namespace bridge::convert::formats
