/// Availability and typing on the wire (protocol part 2, sections 10.1 and 10.2). Nothing here is stored or
/// acknowledged.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/events/events.hpp"

#include <optional>
#include <string>

namespace bridge::whatsapp::presence {

/// `<presence type="available|unavailable" name/>`: the name is mandatory. While available the phone stops notifying,
/// and the server sends presence and typing of others.
Node own_presence(bool available, const std::string& push_name);

/// `<presence type="subscribe" to/>`; lasts as long as the connection. `token`: trusted-contact token, or empty.
Node subscription(const Jid& who, common::ByteView token);

/// `<chatstate to><composing [media="audio"]/>|<paused/></chatstate>`.
Node chat_state(const Jid& chat, events::Typing typing);

/// Nothing when the stanza is about nobody.
std::optional<events::Presence> parse_presence(const Node& stanza);
std::optional<events::ChatState> parse_chat_state(const Node& stanza);

}  // namespace bridge::whatsapp::presence
