/// Messages to send, read from JSON: the body of `POST /api/messages`. The names of the parts are those under which a
/// message shows them.
#pragma once

#include "bridge/api/detail/fields.hpp"
#include "bridge/api/ports.hpp"
#include "bridge/whatsapp/content/content.hpp"

#include <string_view>

namespace bridge::api::detail {

/// Recipient, content, file, quote. What it cannot use is a problem of `body`; then the value is of no use.
/// The options of the way are read by `read_send_options`.
SendRequest read_message(Fields& body);

/// Exactly one of `path`, `upload`, `url` and `message_id`.
MediaSource read_media_source(Fields media);

/// As what a file of this name is sent: image, video, audio, voice note or document.
whatsapp::content::MediaKind media_kind_of(std::string_view file_name);
bool takes_caption(whatsapp::content::MediaKind kind) noexcept;

// The parts of contents that are not files; each reads its own object.
whatsapp::content::Location read_location(Fields place);
whatsapp::content::ContactCards read_contacts(std::vector<Fields> cards);
whatsapp::content::Poll read_poll(Fields poll);
whatsapp::content::Event read_event(Fields event);
whatsapp::content::GroupInvite read_group_invite(Fields invite);
whatsapp::content::LinkPreview read_link_preview(Fields preview);

}  // namespace bridge::api::detail
