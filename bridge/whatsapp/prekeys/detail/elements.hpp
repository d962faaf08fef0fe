/// The elements that key stanzas are made of, read strictly: a wrong size is an error.
#pragma once

#include "bridge/whatsapp/prekeys/prekeys.hpp"

namespace bridge::whatsapp::prekeys::detail {

/// `<iq xmlns="encrypt" to=SERVER>`; the id is added when it is asked. Made here, as this room knows no connection.
Node encrypt_iq(std::string_view type, Node::Nodes children);

Node bytes_node(std::string_view tag, ByteView content);
Node id_node(std::uint32_t id);  ///< 3 bytes, big endian
Node skey_node(const storage::SignedPreKey& key);

/// Number of exactly `size` bytes in the child `tag`.
Result<std::uint32_t> number_in(const Node& parent, std::string_view tag, std::size_t size);
Result<common::crypto::PublicKey> key_in(const Node& parent, std::string_view tag);

}  // namespace bridge::whatsapp::prekeys::detail
