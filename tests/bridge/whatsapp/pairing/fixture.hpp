/// Readers of pairing.json, and accounts with the keys of a vector.
#pragma once

#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/pairing/primary.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <string>

namespace tests::pairing {

namespace pairing = bridge::whatsapp::pairing;
using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
using bridge::whatsapp::storage::Account;
using common::Bytes;
using common::ByteView;
using support::hex;
using support::text;

template <std::size_t N>
common::ByteArray<N> array(common::json::Value object, std::string_view key) {
    return common::to_array<N>(hex(object, key)).value();
}
inline common::crypto::KeyPair key_pair(common::json::Value object, std::string_view key) {
    return common::crypto::KeyPair::from_private(array<32>(object, key));
}
inline Node node(common::json::Value object, std::string_view key) {
    return bridge::whatsapp::binary::decode(hex(object, key)).value();
}
/// As it would arrive: text that is a token comes back as text, other content as bytes.
inline Node over_the_wire(const Node& sent) {
    return bridge::whatsapp::binary::decode(bridge::whatsapp::binary::encode(sent)).value();
}
/// For comparisons of requests, whose ids and order of attributes are free.
inline Node without_id(Node iq) {
    iq.erase("id");
    std::sort(iq.attrs.begin(), iq.attrs.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return iq;
}

}  // namespace tests::pairing
