/// A device with all its state, as the client wires it.
#pragma once

#include "bridge/whatsapp/messages/opener.hpp"
#include "bridge/whatsapp/pairing/pairing.hpp"
#include "tests/support/memory_storage.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace tests::messages {

using namespace bridge::whatsapp;  // NOLINT: tests of this library
using bridge::whatsapp::messages::Opened;
using common::Bytes;

inline const common::UnixTime now{std::chrono::seconds{1'700'000'000}};

struct Party {
    Party(Jid pn_device, Jid lid_device) {
        common::SystemClock clock;
        account = pairing::new_account(clock);
        account.jid = pn_device;
        account.lid = lid_device;
        account.device_identity = Bytes{1, 2, 3};
        REQUIRE(storage.account().save(account));
        cipher =
            std::make_unique<signal::Cipher>(storage, signal::LocalIdentity{account.identity, account.registration_id});
        opener = std::make_unique<bridge::whatsapp::messages::Opener>(storage, *cipher);
        opener->refresh(account);
    }

    signal::PreKeyBundle bundle() {
        signal::PreKeyBundle made;
        made.registration_id = account.registration_id;
        made.identity = account.identity.public_key;
        made.signed_pre_key.id = account.signed_pre_key.id;
        made.signed_pre_key.key = account.signed_pre_key.pair.public_key;
        made.signed_pre_key.signature = common::to_bytes(common::ByteView{account.signed_pre_key.signature});
        auto keys = storage.pre_keys().generate(1);
        REQUIRE(keys);
        signal::PreKeyBundle::OneTimeKey one_time;
        one_time.id = keys->front().id;
        one_time.key = keys->front().pair.public_key;
        made.pre_key = one_time;
        return made;
    }

    Opened open(const Node& stanza) {
        auto opened = opener->open(stanza, now, false);
        REQUIRE(opened);
        return std::move(*opened);
    }

    support::MemoryStorage storage;
    storage::Account account;
    std::unique_ptr<signal::Cipher> cipher;
    std::unique_ptr<bridge::whatsapp::messages::Opener> opener;
};

}  // namespace tests::messages
