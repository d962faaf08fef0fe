#include "bridge/whatsapp/content/detail/media.hpp"

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"

#include <algorithm>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::AudioMessage;
using wa::e2e::DocumentMessage;
using wa::e2e::ImageMessage;
using wa::e2e::StickerMessage;
using wa::e2e::VideoMessage;

/// What every medium has.
template <class M>
Media read_common(const M& message, MediaKind kind) {
    Media media;
    media.kind = kind;
    media.mime_type = text(message.mimetype());
    media.url = text(message.url());
    media.direct_path = text(message.direct_path());
    media.media_key = common::SecretBytes{bytes(message.media_key())};
    media.file_sha256 = bytes(message.file_sha256());
    media.file_enc_sha256 = bytes(message.file_enc_sha256());
    media.file_length = message.file_length();
    media.media_key_time = time(message.media_key_timestamp());
    media.accessibility_label = text(message.accessibility_label());
    return media;
}

template <class M>
void put_common(M& message, const Media& media) {
    put(message, &M::mutable_mimetype, media.mime_type);
    put(message, &M::mutable_url, media.url);
    put(message, &M::mutable_direct_path, media.direct_path);
    put(message, &M::mutable_media_key, common::as_text(media.media_key.view()));
    put(message, &M::mutable_file_sha256, media.file_sha256);
    put(message, &M::mutable_file_enc_sha256, media.file_enc_sha256);
    message.set_file_length(media.file_length);
    put(message, &M::set_media_key_timestamp, unix_seconds(media.media_key_time));
    put(message, &M::mutable_accessibility_label, media.accessibility_label);
}

template <class M>
std::optional<Thumbnail> read_large_thumbnail(const M& message) {
    if (message.thumbnail_direct_path().empty()) return std::nullopt;
    Thumbnail large;
    large.direct_path = text(message.thumbnail_direct_path());
    large.sha256 = bytes(message.thumbnail_sha256());
    large.enc_sha256 = bytes(message.thumbnail_enc_sha256());
    return large;
}

template <class M>
void put_large_thumbnail(M& message, const Media& media) {
    if (!media.large_thumbnail) return;
    put(message, &M::mutable_thumbnail_direct_path, media.large_thumbnail->direct_path);
    put(message, &M::mutable_thumbnail_sha256, media.large_thumbnail->sha256);
    put(message, &M::mutable_thumbnail_enc_sha256, media.large_thumbnail->enc_sha256);
}

common::Status check(const Media& media) {
    const auto is_hash = [](const common::Bytes& hash) { return hash.size() == 32; };
    if (media.direct_path.empty() && media.url.empty()) return Errc::bad_media;
    if (media.mime_type.empty() || !is_hash(media.file_sha256)) return Errc::bad_media;
    // Channels carry plain files: neither key nor hash of the encrypted file.
    const bool plain = media.media_key.empty() && media.file_enc_sha256.empty();
    if (!plain && (media.media_key.size() != 32 || !is_hash(media.file_enc_sha256))) return Errc::bad_media;
    const bool shows_caption = media.kind == MediaKind::image || media.kind == MediaKind::video ||
                               media.kind == MediaKind::gif || media.kind == MediaKind::document;
    if (!shows_caption && !media.caption.empty()) return Errc::no_caption;
    return {};
}

void put_image(ImageMessage& message, const Media& media, bool view_once) {
    put_common(message, media);
    put(message, &ImageMessage::mutable_caption, media.caption);
    put(message, &ImageMessage::set_width, media.width);
    put(message, &ImageMessage::set_height, media.height);
    put(message, &ImageMessage::mutable_jpeg_thumbnail, media.thumbnail);
    put(message, &ImageMessage::set_view_once, view_once);
    put_large_thumbnail(message, media);
}

void put_video(VideoMessage& message, const Media& media, bool view_once) {
    put_common(message, media);
    put(message, &VideoMessage::mutable_caption, media.caption);
    put(message, &VideoMessage::set_gif_playback, media.kind == MediaKind::gif);
    put(message, &VideoMessage::set_width, media.width);
    put(message, &VideoMessage::set_height, media.height);
    put(message, &VideoMessage::set_seconds, seconds(media.duration));
    put(message, &VideoMessage::mutable_jpeg_thumbnail, media.thumbnail);
    put(message, &VideoMessage::mutable_streaming_sidecar, media.streaming_sidecar);
    put(message, &VideoMessage::set_view_once, view_once);
    put_large_thumbnail(message, media);
}

void put_audio(AudioMessage& message, const Media& media, bool view_once) {
    put_common(message, media);
    const bool is_note = media.kind == MediaKind::voice_note;
    put(message, &AudioMessage::set_ptt, is_note);
    // A voice note of no second is shown as a file.
    put(message, &AudioMessage::set_seconds, std::max(seconds(media.duration), is_note ? 1U : 0U));
    put(message, &AudioMessage::mutable_streaming_sidecar, media.streaming_sidecar);
    put(message, &AudioMessage::mutable_waveform, media.waveform);
    put(message, &AudioMessage::set_background_argb, media.background_argb);
    put(message, &AudioMessage::set_view_once, view_once);
}

void put_document(DocumentMessage& message, const Media& media) {
    put_common(message, media);
    put(message, &DocumentMessage::mutable_file_name, media.file_name);
    put(message, &DocumentMessage::mutable_title, media.title.empty() ? media.file_name : media.title);
    put(message, &DocumentMessage::mutable_caption, media.caption);
    put(message, &DocumentMessage::set_page_count, media.page_count);
    put(message, &DocumentMessage::mutable_jpeg_thumbnail, media.thumbnail);
    put_large_thumbnail(message, media);
    if (!media.large_thumbnail) return;
    put(message, &DocumentMessage::set_thumbnail_width, media.large_thumbnail->width);
    put(message, &DocumentMessage::set_thumbnail_height, media.large_thumbnail->height);
}

void put_sticker(StickerMessage& message, const Media& media) {
    put_common(message, media);
    put(message, &StickerMessage::set_width, media.width);
    put(message, &StickerMessage::set_height, media.height);
    put(message, &StickerMessage::mutable_png_thumbnail, media.thumbnail);
    put(message, &StickerMessage::set_is_animated, media.animated);
    put(message, &StickerMessage::set_is_lottie, media.lottie);
    put(message, &StickerMessage::set_is_avatar, media.avatar);
    put(message, &StickerMessage::set_is_ai_sticker, media.ai_made);
    put(message, &StickerMessage::mutable_emojis, media.emojis);
    put(message, &StickerMessage::set_sticker_sent_ts, unix_ms(media.sticker_sent));
    put(message, &StickerMessage::set_first_frame_length, media.first_frame_length);
    put(message, &StickerMessage::mutable_first_frame_sidecar, media.first_frame_sidecar);
}

}  // namespace

Media read_media(const ImageMessage& message) {
    Media media = read_common(message, MediaKind::image);
    media.caption = text(message.caption());
    media.width = message.width();
    media.height = message.height();
    media.thumbnail = bytes(message.jpeg_thumbnail());
    media.large_thumbnail = read_large_thumbnail(message);
    return media;
}

Media read_media(const VideoMessage& message, bool note) {
    const MediaKind kind = message.gif_playback() ? MediaKind::gif : MediaKind::video;
    Media media = read_common(message, note ? MediaKind::video_note : kind);
    media.caption = text(message.caption());
    media.width = message.width();
    media.height = message.height();
    media.duration = std::chrono::seconds{message.seconds()};
    media.thumbnail = bytes(message.jpeg_thumbnail());
    media.streaming_sidecar = bytes(message.streaming_sidecar());
    media.large_thumbnail = read_large_thumbnail(message);
    return media;
}

Media read_media(const AudioMessage& message) {
    Media media = read_common(message, message.ptt() ? MediaKind::voice_note : MediaKind::audio);
    media.duration = std::chrono::seconds{message.seconds()};
    media.streaming_sidecar = bytes(message.streaming_sidecar());
    media.waveform = bytes(message.waveform());
    media.background_argb = message.background_argb();
    return media;
}

Media read_media(const DocumentMessage& message) {
    Media media = read_common(message, MediaKind::document);
    media.file_name = text(message.file_name());
    media.title = text(message.title());
    media.caption = text(message.caption());
    media.page_count = message.page_count();
    media.thumbnail = bytes(message.jpeg_thumbnail());
    media.large_thumbnail = read_large_thumbnail(message);
    if (media.large_thumbnail) {
        media.large_thumbnail->width = message.thumbnail_width();
        media.large_thumbnail->height = message.thumbnail_height();
    }
    return media;
}

Media read_media(const StickerMessage& message) {
    Media media = read_common(message, MediaKind::sticker);
    media.width = message.width();
    media.height = message.height();
    media.thumbnail = bytes(message.png_thumbnail());
    media.animated = message.is_animated();
    media.lottie = message.is_lottie();
    media.avatar = message.is_avatar();
    media.ai_made = message.is_ai_sticker();
    media.emojis = text(message.emojis());
    media.sticker_sent = time_ms(message.sticker_sent_ts());
    media.first_frame_length = message.first_frame_length();
    media.first_frame_sidecar = bytes(message.first_frame_sidecar());
    return media;
}

std::optional<Media> find_media(const wa::e2e::Message& message) {
    if (message.has_image_message()) return read_media(message.image_message());
    if (message.has_video_message()) return read_media(message.video_message());
    if (message.has_ptv_message()) return read_media(message.ptv_message(), true);
    if (message.has_audio_message()) return read_media(message.audio_message());
    if (message.has_document_message()) return read_media(message.document_message());
    if (message.has_sticker_message()) return read_media(message.sticker_message());
    return std::nullopt;
}

StickerPack read_sticker_pack(const wa::e2e::StickerPackMessage& message) {
    StickerPack pack;
    pack.id = text(message.sticker_pack_id());
    pack.name = text(message.name());
    pack.publisher = text(message.publisher());
    pack.description = text(message.pack_description());
    pack.caption = text(message.caption());
    pack.stickers = static_cast<std::uint32_t>(message.stickers_size());
    for (const auto& sticker : message.stickers()) {
        for (const auto& emoji : sticker.emojis()) {
            if (pack.emojis.size() < 256) pack.emojis.push_back(text(emoji));
        }
    }
    return pack;
}

common::Status put(wa::e2e::Message& message, const Media& media, bool view_once) {
    if (auto checked = check(media); !checked) return checked;
    switch (media.kind) {
        case MediaKind::image: put_image(*message.mutable_image_message(), media, view_once); break;
        case MediaKind::video:
        case MediaKind::gif: put_video(*message.mutable_video_message(), media, view_once); break;
        case MediaKind::video_note: put_video(*message.mutable_ptv_message(), media, view_once); break;
        case MediaKind::audio:
        case MediaKind::voice_note: put_audio(*message.mutable_audio_message(), media, view_once); break;
        case MediaKind::document: put_document(*message.mutable_document_message(), media); break;
        case MediaKind::sticker: put_sticker(*message.mutable_sticker_message(), media); break;
    }
    const bool can_vanish = media.kind != MediaKind::document && media.kind != MediaKind::sticker;
    if (view_once && !can_vanish) return Errc::bad_view_once;
    return {};
}

}  // namespace bridge::whatsapp::content::detail
