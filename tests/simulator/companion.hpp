/// A linked companion with real keys, for tests without sockets: seals for a phone and opens what waits for it.
#pragma once

#include "bridge/whatsapp/content/unwrap.hpp"
#include "proto/adv.pb.h"
#include "tests/simulator/adv.hpp"
#include "tests/simulator/bundle.hpp"
#include "tests/simulator/network.hpp"
#include "tests/simulator/phone_content.hpp"

#include <string_view>

namespace simulator {

/// What an honest companion answers to the identity it was offered.
inline Bytes counter_sign(
    const SignedCompanion& offered,
    const common::crypto::KeyPair& companion,
    const common::crypto::PublicKey& account_key
) {
    wa::adv::ADVSignedDeviceIdentity record;
    record.ParseFromArray(offered.signed_identity.data(), static_cast<int>(offered.signed_identity.size()));
    const Bytes prefix{6, 1};
    const auto signature = common::crypto::xeddsa_sign(
        companion.private_key, common::concat({prefix, offered.details, companion.public_key, account_key})
    );
    record.clear_account_signature_key();
    record.set_device_signature(common::to_string(ByteView{signature}));
    return common::to_bytes(record.SerializeAsString());
}

class Companion {
public:
    Companion(Network& network, std::string_view number, std::uint16_t device_number = 1)
        : network_{network},
          number_{number},
          device_{device_number},
          identity_{common::crypto::KeyPair::generate()},
          cipher_{storage_, bridge::whatsapp::signal::LocalIdentity{identity_, 7}} {
        Account& account = network.account(number);
        Device& device = network.add_companion(number, device_number);
        device.keys.identity = identity_.public_key;
        const Bytes secret(32, 9);
        const auto offered = sign_companion(account, identity_.public_key, 1, 1'790'000'000, secret, false);
        const Bytes answer = counter_sign(offered, identity_, account.identity.public_key);
        device.identity_record = accept_device_signature(account, identity_.public_key, offered, answer).value();
        bridge::whatsapp::storage::SignedPreKey key;
        key.pair = common::crypto::KeyPair::generate();
        const Bytes signed_bytes = common::crypto::prefixed(key.pair.public_key);
        key.signature = common::crypto::xeddsa_sign(identity_.private_key, signed_bytes);
        storage_.signed_pre_keys().save(key).value();
        device.keys.signed_id = key.id;
        device.keys.signed_key = common::to_bytes(ByteView{key.pair.public_key});
        device.keys.signature = common::to_bytes(ByteView{key.signature});
    }

    /// `<enc>` of a message for the phone of `to`.
    Node seal(std::string_view to, ByteView message) {
        const Jid phone = person(to, Space::lid);
        if (!cipher_.has_session(phone).value()) {
            const auto bundle = parse_bundle(take_bundle(network_.account(to).devices.at(0), phone));
            cipher_.start_session(phone, bundle.value()).value();
        }
        const auto sealed = cipher_.encrypt(phone, padded(message)).value();
        const bool first = sealed.type == bridge::whatsapp::signal::MessageType::pre_key_message;
        return Node{"enc", {{"v", "2"}, {"type", first ? "pkmsg" : "msg"}}, sealed.bytes};
    }
    void send(Node stanza) {
        Device& device = network_.account(number_).devices.at(device_);
        stanza.add(Node{"device-identity", {}, device.identity_record});
        network_.server.router().message(network_.account(number_), device, stanza);
        network_.settle();
    }
    /// The unwrapped content of a pairwise message that waited here.
    Bytes open(const Node& stanza) {
        const Node& enc = *stanza.child("enc");
        const bool first = enc.text("type") == "pkmsg";
        const auto type = first ? bridge::whatsapp::signal::MessageType::pre_key_message
                                : bridge::whatsapp::signal::MessageType::message;
        const Bytes plain = cipher_.decrypt(*stanza.jid("from"), type, enc.bytes()).value();
        return bridge::whatsapp::content::unwrap(unpadded(plain).value()).value().content;
    }

private:
    Network& network_;
    std::string number_;
    std::uint16_t device_;
    common::crypto::KeyPair identity_;
    tests::support::MemoryStorage storage_;
    bridge::whatsapp::signal::Cipher cipher_;
};

}  // namespace simulator
