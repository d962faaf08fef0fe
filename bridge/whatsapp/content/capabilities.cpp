#include "bridge/whatsapp/content/capabilities.hpp"

#include <array>

namespace bridge::whatsapp::content {
namespace {

constexpr std::string_view received_only = "this kind of content can only be received";
constexpr std::string_view needs_group = "this works only in groups";
constexpr std::string_view not_in_status = "a status takes texts, pictures, videos and voice notes";
constexpr std::string_view not_in_list = "a broadcast list takes texts, media, locations and contacts";
constexpr std::string_view not_in_channel = "a channel takes texts, media, stickers, polls and reactions";
constexpr std::string_view direct_only = "an invitation goes to one person";

using Reasons = std::array<std::string_view, 5>;  ///< by `ChatKind`; empty: allowed

/// Who takes what, by kind of content. Protocol part 2, sections 5.5, 5.6 and 7.
constexpr Reasons reasons_for(Kind kind) {
    switch (kind) {
        //                                    direct  group  status      broadcast list  newsletter
        case Kind::text:
        case Kind::image:
        case Kind::video:
        case Kind::gif:
        case Kind::voice_note: return {};
        case Kind::audio:
        case Kind::document:
        case Kind::sticker: return {"", "", not_in_status, "", ""};
        case Kind::video_note: return {"", "", not_in_status, "", not_in_channel};
        case Kind::location:
        case Kind::contacts: return {"", "", not_in_status, "", not_in_channel};
        case Kind::album: return {"", "", not_in_status, not_in_list, not_in_channel};
        case Kind::poll: return {"", "", not_in_status, not_in_list, ""};
        case Kind::poll_vote:
        case Kind::poll_option:
        case Kind::event:
        case Kind::event_response:
        case Kind::pin:
        case Kind::keep:
        case Kind::timer:
        case Kind::choice_reply:
        case Kind::encrypted_edit: return {"", "", not_in_status, not_in_list, not_in_channel};
        case Kind::reaction:
        case Kind::revoke: return {"", "", "", not_in_list, ""};
        case Kind::edit: return {"", "", "a status cannot be edited", not_in_list, ""};
        case Kind::comment:
        case Kind::encrypted_comment:
        case Kind::encrypted_reaction:
        case Kind::member_label: return {needs_group, "", needs_group, needs_group, needs_group};
        case Kind::group_invite: return {"", direct_only, direct_only, direct_only, direct_only};
        case Kind::phone_number_request: return {"", direct_only, direct_only, direct_only, direct_only};
        case Kind::protocol: return {"", "", not_in_status, not_in_list, not_in_channel};
        default: return {received_only, received_only, received_only, received_only, received_only};
    }
}

}  // namespace

ChatKind chat_kind_of(const Jid& chat) noexcept {
    if (chat.is_group()) return ChatKind::group;
    if (chat.is_newsletter()) return ChatKind::newsletter;
    if (chat.is_broadcast()) return chat.user == "status" ? ChatKind::status : ChatKind::broadcast_list;
    return ChatKind::direct;
}

std::string_view name(ChatKind kind) noexcept {
    switch (kind) {
        case ChatKind::direct: return "direct";
        case ChatKind::group: return "group";
        case ChatKind::status: return "status";
        case ChatKind::broadcast_list: return "broadcast_list";
        case ChatKind::newsletter: return "newsletter";
    }
    return "direct";
}

Capability can_send(Kind kind, ChatKind chat) noexcept {
    const std::string_view reason = reasons_for(kind).at(static_cast<std::size_t>(chat));
    return {reason.empty(), reason};
}

}  // namespace bridge::whatsapp::content
