/// One end of a Signal conversation: storage, keys and a cipher.
#pragma once

#include "bridge/whatsapp/signal/signal.hpp"
#include "tests/support/memory_storage.hpp"
#include "tests/support/print.hpp"

#include <string>

namespace tests::signal {

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::signal;
using common::crypto::KeyPair;

struct Party {
    explicit Party(Jid own, std::uint32_t registration = 4711) : jid{std::move(own)}, registration_id{registration} {
        storage::SignedPreKey key;
        key.id = 7;
        key.pair = KeyPair::generate();
        key.signature =
            common::crypto::xeddsa_sign(identity.private_key, common::crypto::prefixed(key.pair.public_key));
        REQUIRE(store.signed_pre_keys().save(key));
        signed_pre_key = key;
    }

    /// With a fresh one-time pre-key, as the server would hand it out.
    PreKeyBundle bundle() {
        PreKeyBundle made = bundle_without_one_time_key();
        const auto keys = store.pre_keys().generate(1);
        REQUIRE(keys);
        made.pre_key = PreKeyBundle::OneTimeKey{keys->front().id, keys->front().pair.public_key};
        return made;
    }
    PreKeyBundle bundle_without_one_time_key() const {
        PreKeyBundle made;
        made.registration_id = registration_id;
        made.identity = identity.public_key;
        const auto& signature = signed_pre_key.signature;
        made.signed_pre_key = {
            signed_pre_key.id, signed_pre_key.pair.public_key, common::Bytes{signature.begin(), signature.end()}};
        return made;
    }

    Jid jid;
    std::uint32_t registration_id;
    KeyPair identity{KeyPair::generate()};
    storage::SignedPreKey signed_pre_key;
    support::MemoryStorage store;
    Cipher cipher{store, LocalIdentity{identity, registration_id}};
};

inline common::Bytes bytes(std::string_view text) { return common::to_bytes(text); }

/// Opens with the right type and wants success.
inline std::string opened(Party& by, const Party& from, const Ciphertext& message) {
    const auto plain = by.cipher.decrypt(from.jid, message.type, message.bytes);
    INFO(Catch::Detail::stringify(plain));
    REQUIRE(plain);
    return common::to_string(*plain);
}

inline Ciphertext sealed(Party& by, const Party& to, std::string_view text) {
    auto message = by.cipher.encrypt(to.jid, common::as_bytes(text));
    REQUIRE(message);
    return std::move(*message);
}

/// Alice started from a bundle of Bob and both have heard from each other.
inline void introduce(Party& alice, Party& bob) {
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    REQUIRE(opened(bob, alice, sealed(alice, bob, "hello")) == "hello");
    REQUIRE(opened(alice, bob, sealed(bob, alice, "hello back")) == "hello back");
}

}  // namespace tests::signal
