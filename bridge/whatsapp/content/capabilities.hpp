/// Which chat takes which content for sending.
#pragma once

#include "bridge/whatsapp/content/content.hpp"

#include <string_view>

namespace bridge::whatsapp::content {

enum class ChatKind { direct, group, status, broadcast_list, newsletter };

/// From the address; anything that is no group, broadcast or channel is `direct`.
ChatKind chat_kind_of(const Jid& chat) noexcept;
/// "direct", "group", "status", "broadcast_list", "newsletter".
std::string_view name(ChatKind kind) noexcept;

struct Capability {
    bool allowed{true};
    std::string_view reason;  ///< a sentence for people, when not allowed

    explicit operator bool() const noexcept { return allowed; }
};
/// Whether this kind of content can be sent there at all; what the chat's settings forbid besides is not known here.
Capability can_send(Kind kind, ChatKind chat) noexcept;

}  // namespace bridge::whatsapp::content
