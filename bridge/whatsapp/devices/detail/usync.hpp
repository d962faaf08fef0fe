/// Reading usync answers: shared by the queries of this room.
#pragma once

#include "bridge/whatsapp/devices/devices.hpp"

namespace bridge::whatsapp::devices::detail {

/// `<iq><usync>` around protocols and users.
Node usync(std::string_view context, const std::string& sid, Node::Nodes protocols, Node::Nodes users);

/// The `<user>` elements; an error when the answer has none or `protocol` failed as a whole.
Result<const Node::Nodes*> users_of(const Node& iq, std::string_view protocol);

/// Bare JID of a user in an attribute; nothing when absent or of another kind.
std::optional<Jid> user_in(const Node& node, std::string_view key);
std::optional<Jid> lid_of(const Node& user);

/// A device id fits one byte on the wire.
std::optional<std::uint16_t> device_id(std::optional<std::uint64_t> number);

}  // namespace bridge::whatsapp::devices::detail
