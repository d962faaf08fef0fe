/// Media values from and to their messages: the field numbers differ per kind, the meaning does not.
#pragma once

#include "bridge/whatsapp/content/detail/message.hpp"
#include "bridge/whatsapp/content/media.hpp"
#include "common/result/result.hpp"

#include <optional>

namespace bridge::whatsapp::content::detail {

Media read_media(const wa::e2e::ImageMessage& message);
/// `note`: the round video.
Media read_media(const wa::e2e::VideoMessage& message, bool note = false);
Media read_media(const wa::e2e::AudioMessage& message);
Media read_media(const wa::e2e::DocumentMessage& message);
Media read_media(const wa::e2e::StickerMessage& message);
std::optional<Media> find_media(const wa::e2e::Message& message);
StickerPack read_sticker_pack(const wa::e2e::StickerPackMessage& message);

common::Status put(wa::e2e::Message& message, const Media& media, bool view_once);

}  // namespace bridge::whatsapp::content::detail
