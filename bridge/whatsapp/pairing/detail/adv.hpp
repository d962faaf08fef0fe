/// Signatures and MACs of ADV identities, for both sides (protocol part 1, sections 6.4, 6.6 and 9.4).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>

namespace bridge::whatsapp::pairing::detail {

using common::Bytes;
using common::ByteView;

/// What the phone signs for a companion: prefix, details, the companion's identity key.
Bytes account_signed_message(ByteView details, const common::crypto::PublicKey& companion, bool hosted);
/// What the companion signs in return.
Bytes device_signed_message(
    ByteView details, const common::crypto::PublicKey& companion, const common::crypto::PublicKey& phone
);
/// What the phone signs for the list of its companions.
Bytes key_index_list_message(ByteView details);
/// Proof that the container comes from whoever scanned the code.
common::crypto::Sha256 container_mac(ByteView adv_secret, ByteView signed_identity, bool hosted);

/// Any generated message, as bytes.
template <class Message>
Bytes to_wire(const Message& message) {
    const std::string text = message.SerializeAsString();
    return common::to_bytes(text);
}
/// False when the bytes are not such a message.
template <class Message>
bool from_wire(Message& message, ByteView bytes) {
    return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

/// Content of the only child of that name; empty when there is none.
inline ByteView child_bytes(const Node& node, std::string_view tag) {
    const Node* child = node.child(tag);
    return child ? child->bytes() : ByteView{};
}

}  // namespace bridge::whatsapp::pairing::detail
