#include "bridge/whatsapp/presence/presence.hpp"

#include <algorithm>

namespace bridge::whatsapp::presence {

using events::Typing;

Node own_presence(bool available, const std::string& push_name) {
    Node presence{"presence", {{"type", available ? "available" : "unavailable"}}};
    presence.set("name", push_name);
    return presence;
}

Node subscription(const Jid& who, common::ByteView token) {
    Node presence{"presence", {{"type", "subscribe"}, {"to", who.bare()}}};
    if (!token.empty()) presence.add(Node{"tctoken", {}, common::to_bytes(token)});
    return presence;
}

Node chat_state(const Jid& chat, Typing typing) {
    Node state{typing == Typing::paused ? "paused" : "composing"};
    if (typing == Typing::recording) state.set("media", "audio");
    Node stanza{"chatstate", {{"to", chat.bare()}}};
    stanza.add(std::move(state));
    return stanza;
}

std::optional<events::Presence> parse_presence(const Node& stanza) {
    const auto from = stanza.jid("from");
    if (!from || !from->is_user()) return std::nullopt;
    events::Presence out;
    out.who = from->normalised().bare();
    out.available = stanza.text("type") != "unavailable";
    // "deny", "none" and the like: the person does not tell.
    if (const auto last = stanza.number("last")) {
        out.last_seen = common::UnixTime{std::chrono::seconds{std::min<std::uint64_t>(*last, 253'402'300'799ULL)}};
    }
    return out;
}

std::optional<events::ChatState> parse_chat_state(const Node& stanza) {
    const auto from = stanza.jid("from");
    if (!from || from->user.empty()) return std::nullopt;
    events::ChatState out;
    out.chat = from->normalised().bare();
    out.who = out.chat;
    if (from->is_group()) {
        const auto participant = stanza.jid("participant");
        if (!participant || !participant->is_user()) return std::nullopt;
        out.who = participant->normalised().bare();
    }
    if (const Node* composing = stanza.child("composing")) {
        out.typing = composing->text("media") == "audio" ? Typing::recording : Typing::composing;
    } else if (!stanza.child("paused")) {
        return std::nullopt;
    }
    return out;
}

}  // namespace bridge::whatsapp::presence
