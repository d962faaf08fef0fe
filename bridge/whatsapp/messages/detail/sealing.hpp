/// Parts of outgoing `<message>` stanzas that direct, group and repeated sends share.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/messages/outgoing.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/result/result.hpp"

#include <string>
#include <vector>

namespace bridge::whatsapp::messages::detail {

/// A padding length's random byte.
std::uint8_t random_byte();

/// `<enc v="2">` of one ciphertext; `labels` may be null for keys.
Node enc_node(std::string_view type, common::Bytes bytes, const content::Labels* labels);
std::string_view enc_type(signal::MessageType type) noexcept;

/// Seals one plaintext for many devices: `<to jid><enc/></to>` for each that has a session. A device is named as given;
/// its session is the one under its LID, where that is known.
struct Participants {
    Node node{"participants"};
    bool any_pre_key{false};  ///< the stanza needs `<device-identity>`
    std::vector<Jid> reached;
    std::vector<Jid> skipped;  ///< without a session
};
common::Status seal_for(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const std::vector<Jid>& devices,
    common::ByteView plain,
    const content::Labels* labels,
    Participants& out
);

Node device_identity(const storage::Account& account);

/// `<message id to type [edit]>` without children.
Node message_node(const Outgoing& message, const Jid& to);
/// `<meta>`, `<reporting>` and the tokens, behind everything else.
void add_trailer(Node& stanza, const Outgoing& message);

}  // namespace bridge::whatsapp::messages::detail
