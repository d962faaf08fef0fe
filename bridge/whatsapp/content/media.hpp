/// Contents that are a file on a media host: what to download, how to open it, and what to show meanwhile (protocol
/// part 2, sections 7.4 and 9). Uploading and downloading is the media room's.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::content {

enum class MediaKind {
    image,
    video,
    gif,         ///< a video without sound that plays by itself
    video_note,  ///< the round video
    audio,       ///< an audio file
    voice_note,
    document,
    sticker,
};

/// A larger preview that is a media file of its own (its key is the medium's).
struct Thumbnail {
    std::string direct_path;
    common::Bytes sha256;
    common::Bytes enc_sha256;
    std::uint32_t width{0};   ///< pixels, documents only
    std::uint32_t height{0};  ///< pixels, documents only
    friend bool operator==(const Thumbnail&, const Thumbnail&) = default;
};

struct Media {
    MediaKind kind{MediaKind::document};

    // Where the file is and how it opens.
    std::string mime_type;
    std::string url;  ///< of one host; `direct_path` counts
    std::string direct_path;
    common::SecretBytes media_key;  ///< 32 bytes
    common::Bytes file_sha256;      ///< of the plain file
    common::Bytes file_enc_sha256;  ///< of the encrypted file with its MAC
    std::uint64_t file_length{0};   ///< of the plain file, bytes; the sender's word until the file is there
    common::UnixTime media_key_time{};
    common::Bytes streaming_sidecar;  ///< video, audio; optional

    // What it is for people.
    std::string caption;               ///< image, video, gif, document
    std::string file_name;             ///< documents; a name from the network, never a path
    std::string title;                 ///< documents; usually the file name
    std::uint32_t width{0};            ///< pixels
    std::uint32_t height{0};           ///< pixels
    std::chrono::seconds duration{0};  ///< video, audio
    common::Bytes waveform;            ///< voice notes: 64 values of 0 to 100
    common::Bytes thumbnail;           ///< a small JPEG (PNG for stickers)
    std::optional<Thumbnail> large_thumbnail;
    std::uint32_t page_count{0};       ///< documents
    std::uint32_t background_argb{0};  ///< voice notes as status; 0 is none
    std::string accessibility_label;   ///< said aloud instead of shown

    // Stickers.
    bool animated{false};
    bool lottie{false};
    bool avatar{false};
    bool ai_made{false};
    std::string emojis;
    common::UnixMillis sticker_sent{};
    std::uint32_t first_frame_length{0};
    common::Bytes first_frame_sidecar;

    friend bool operator==(const Media&, const Media&) = default;
};

/// Announces an album; its pictures and videos follow as messages associated with this one.
struct Album {
    std::uint32_t images{0};
    std::uint32_t videos{0};
    friend bool operator==(const Album&, const Album&) = default;
};

/// A set of stickers as one file; received only.
struct StickerPack {
    std::string id;
    std::string name;
    std::string publisher;
    std::string description;
    std::string caption;
    std::vector<std::string> emojis;  ///< of its stickers, in order
    std::uint32_t stickers{0};
    friend bool operator==(const StickerPack&, const StickerPack&) = default;
};

}  // namespace bridge::whatsapp::content
