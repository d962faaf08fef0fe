#include "tests/simulator/bundle.hpp"

namespace simulator {

namespace signal = bridge::whatsapp::signal;
using bridge::whatsapp::Node;
using common::Result;

namespace {

Result<std::uint32_t> id_of(const Node& key) {
    const Node* id = key.child("id");
    if (id == nullptr || id->bytes().size() != 3) return common::Errc::invalid_argument;
    return static_cast<std::uint32_t>(common::read_be(id->bytes()));
}

Result<common::crypto::PublicKey> value_of(const Node* node) {
    if (node == nullptr) return common::Errc::invalid_argument;
    return common::to_array<32>(node->bytes());
}

}  // namespace

Result<signal::PreKeyBundle> parse_bundle(const Node& user) { return parse_bundle(user, user.child("registration")); }

Result<signal::PreKeyBundle> parse_bundle(const Node& keys, const Node* registration) {
    const Node* signed_key = keys.child("skey");
    const Node* signature = signed_key == nullptr ? nullptr : signed_key->child("signature");
    if (registration == nullptr || registration->bytes().size() != 4 || signature == nullptr) {
        return common::Errc::invalid_argument;
    }
    const auto identity = value_of(keys.child("identity"));
    const auto signed_id = id_of(*signed_key);
    const auto signed_value = value_of(signed_key->child("value"));
    if (!identity || !signed_id || !signed_value) return common::Errc::invalid_argument;
    signal::PreKeyBundle bundle;
    bundle.registration_id = static_cast<std::uint32_t>(common::read_be(registration->bytes()));
    bundle.identity = *identity;
    bundle.signed_pre_key.id = *signed_id;
    bundle.signed_pre_key.key = *signed_value;
    bundle.signed_pre_key.signature = common::to_bytes(signature->bytes());
    if (const Node* key = keys.child("key")) {
        const auto id = id_of(*key);
        const auto value = value_of(key->child("value"));
        if (!id || !value) return common::Errc::invalid_argument;
        bundle.pre_key = signal::PreKeyBundle::OneTimeKey{*id, *value};
    }
    return bundle;
}

}  // namespace simulator
