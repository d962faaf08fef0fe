#include "bridge/whatsapp/media/media.hpp"

#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::whatsapp::media {

namespace crypto = common::crypto;
using common::Kind;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::bad_key: return {Kind::invalid, "media key has a wrong size"};
        case Errc::bad_hash: return {Kind::invalid, "hash of a media file has a wrong size"};
        case Errc::too_short: return {Kind::invalid, "media file is cut off"};
        case Errc::body_hash_differs: return {Kind::invalid, "media file differs from what was sent"};
        case Errc::wrong_mac: return {Kind::invalid, "media file was changed on its way"};
        case Errc::wrong_padding: return {Kind::invalid, "media file is malformed"};
        case Errc::content_hash_differs: return {Kind::invalid, "media content differs from what was sent"};
        case Errc::wrong_sidecar: return {Kind::invalid, "part of a media file was changed on its way"};
        case Errc::bad_path: return {Kind::invalid, "media has no usable path"};
        case Errc::gone: return {Kind::not_found, "media is no longer on the server"};
        case Errc::not_allowed: return {Kind::unavailable, "the media server refuses this account"};
        case Errc::no_hosts: return {Kind::unavailable, "no usable media server"};
        case Errc::unavailable: return {Kind::unavailable, "media server does not do its work"};
        case Errc::too_large: return {Kind::invalid, "media file is too large"};
        case Errc::bad_answer: return {Kind::unavailable, "media server gave an unusable answer"};
        case Errc::file_failed: return {Kind::internal, "media file cannot be read or written"};
        case Errc::not_on_phone: return {Kind::not_found, "the phone does not have the media any more"};
    }
    return {Kind::internal, "unknown media error"};
}

std::string_view mms_type(Type type) noexcept {
    switch (type) {
        case Type::image:
        case Type::sticker: return "image";
        case Type::video:
        case Type::gif:
        case Type::video_note: return "video";
        case Type::audio:
        case Type::voice_note: return "audio";
        case Type::document: return "document";
        case Type::history: return "md-msg-hist";
        case Type::app_state: return "md-app-state";
        case Type::link_thumbnail: return "thumbnail-link";
        case Type::image_thumbnail: return "thumbnail-image";
        case Type::video_thumbnail: return "thumbnail-video";
        case Type::document_thumbnail: return "thumbnail-document";
        case Type::sticker_pack: return "sticker-pack";
        case Type::sticker_pack_thumbnail: return "thumbnail-sticker-pack";
    }
    return "document";
}

std::string_view key_info(Type type) noexcept {
    switch (type) {
        case Type::image:
        case Type::sticker: return "WhatsApp Image Keys";
        case Type::video:
        case Type::gif:
        case Type::video_note: return "WhatsApp Video Keys";
        case Type::audio:
        case Type::voice_note: return "WhatsApp Audio Keys";
        case Type::document: return "WhatsApp Document Keys";
        case Type::history: return "WhatsApp History Keys";
        case Type::app_state: return "WhatsApp App State Keys";
        case Type::link_thumbnail: return "WhatsApp Link Thumbnail Keys";
        case Type::image_thumbnail: return "WhatsApp Image Thumbnail Keys";
        case Type::video_thumbnail: return "WhatsApp Video Thumbnail Keys";
        case Type::document_thumbnail: return "WhatsApp Document Thumbnail Keys";
        case Type::sticker_pack: return "WhatsApp Sticker Pack Keys";
        case Type::sticker_pack_thumbnail: return "WhatsApp Sticker Pack Thumbnail Keys";
    }
    return "WhatsApp Document Keys";
}

Result<Keys> Keys::derive(ByteView media_key, Type type) {
    if (media_key.size() != media_key_size) return Errc::bad_key;
    const auto expanded = crypto::hkdf_sha256(media_key, {}, common::as_bytes(key_info(type)), 112);
    const ByteView all = expanded.view();
    Keys keys;
    std::copy_n(all.begin(), keys.iv.size(), keys.iv.begin());
    keys.cipher_key = SecretArray<32>{all.subspan<16, 32>()};
    keys.mac_key = SecretArray<32>{all.subspan<48, 32>()};
    return keys;
}

std::string token_of(ByteView file_enc_sha256) {
    std::string token = common::to_base64url(file_enc_sha256);
    while (token.size() % 4 != 0) token += '=';
    return token;
}

}  // namespace bridge::whatsapp::media
