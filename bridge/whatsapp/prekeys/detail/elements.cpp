#include "bridge/whatsapp/prekeys/detail/elements.hpp"

namespace bridge::whatsapp::prekeys::detail {

Node encrypt_iq(std::string_view type, Node::Nodes children) {
    return Node{"iq", {{"to", Jid::whatsapp_server()}, {"type", type}, {"xmlns", "encrypt"}}, std::move(children)};
}

Node bytes_node(std::string_view tag, ByteView content) { return Node{tag, {}, common::to_bytes(content)}; }

Node id_node(std::uint32_t id) { return bytes_node("id", common::be_bytes(id, 3)); }

Node skey_node(const storage::SignedPreKey& key) {
    Node skey{"skey"};
    skey.add(id_node(key.id));
    skey.add(bytes_node("value", key.pair.public_key));
    skey.add(bytes_node("signature", key.signature));
    return skey;
}

Result<std::uint32_t> number_in(const Node& parent, std::string_view tag, std::size_t size) {
    const Node* child = parent.child(tag);
    if (!child || child->bytes().size() != size) return common::Error{Errc::malformed, std::string{tag}};
    return static_cast<std::uint32_t>(common::read_be(child->bytes()));
}

Result<common::crypto::PublicKey> key_in(const Node& parent, std::string_view tag) {
    const Node* child = parent.child(tag);
    const auto key = common::to_array<32>(child ? child->bytes() : ByteView{});
    if (!key) return common::Error{Errc::malformed, std::string{tag}};
    return *key;
}

}  // namespace bridge::whatsapp::prekeys::detail
