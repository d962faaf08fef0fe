#include "tests/bridge/whatsapp/signal/party.hpp"

#include <vector>

namespace tests::signal {

namespace {

const Jid alice_jid{"15550100001", server::user, 3};
const Jid bob_jid{"100000012345678", server::lid, 0};

TEST_CASE("sessions: the first messages are pre-key messages until the other side has answered", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    CHECK_FALSE(*alice.cipher.has_session(bob.jid));
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    CHECK(*alice.cipher.has_session(bob.jid));
    const auto first = sealed(alice, bob, "one");
    const auto second = sealed(alice, bob, "two");
    CHECK(first.type == MessageType::pre_key_message);
    CHECK(second.type == MessageType::pre_key_message);
    CHECK(opened(bob, alice, second) == "two");
    CHECK(opened(bob, alice, first) == "one");
    CHECK(opened(alice, bob, sealed(bob, alice, "three")) == "three");
    const auto fourth = sealed(alice, bob, "four");
    CHECK(fourth.type == MessageType::message);
    CHECK(opened(bob, alice, fourth) == "four");
}

TEST_CASE("sessions: a bundle without a one-time pre-key is enough", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle_without_one_time_key()));
    CHECK(opened(bob, alice, sealed(alice, bob, "hi")) == "hi");
}

TEST_CASE("sessions: encrypting without a session is refused", "[signal]") {
    Party alice{alice_jid};
    const auto sent = alice.cipher.encrypt(bob_jid, bytes("x"));
    REQUIRE_FALSE(sent);
    CHECK(sent.error() == Errc::no_session);
}

TEST_CASE("sessions: a message without a session is told apart from a broken one", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    Party carol{Jid{"15550100003", server::user}};
    introduce(alice, bob);
    const auto message = sealed(alice, bob, "for bob");
    CHECK(carol.cipher.decrypt(alice.jid, message.type, message.bytes).error() == Errc::no_session);
    auto damaged = message;
    damaged.bytes.back() ^= 1;
    CHECK(bob.cipher.decrypt(alice.jid, damaged.type, damaged.bytes).error() == Errc::invalid_message);
    CHECK(opened(bob, alice, message) == "for bob");
}

TEST_CASE("sessions: a message opens once, and says so the second time", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    const auto first = sealed(alice, bob, "once");
    CHECK(opened(bob, alice, first) == "once");
    CHECK(bob.cipher.decrypt(alice.jid, first.type, first.bytes).error() == Errc::duplicate_message);
}

TEST_CASE("sessions: a used one-time pre-key is gone, and its id is the error", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    const auto bundle = bob.bundle();
    REQUIRE(alice.cipher.start_session(bob.jid, bundle));
    CHECK(opened(bob, alice, sealed(alice, bob, "first")) == "first");
    CHECK_FALSE(bob.store.pre_keys().load(bundle.pre_key->id)->has_value());

    Party carol{Jid{"15550100003", server::user}};
    REQUIRE(carol.cipher.start_session(bob.jid, bundle));
    const auto late = sealed(carol, bob, "late");
    CHECK(bob.cipher.decrypt(carol.jid, late.type, late.bytes).error() == Errc::invalid_key_id);
}

TEST_CASE("sessions: a broken first message leaves session, identity and pre-key alone", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    const auto bundle = bob.bundle();
    REQUIRE(alice.cipher.start_session(bob.jid, bundle));
    const auto message = sealed(alice, bob, "whole");
    auto damaged = message;
    damaged.bytes[damaged.bytes.size() - 8] ^= 1;  // in the MAC, which two short numbers follow
    CHECK(bob.cipher.decrypt(alice.jid, damaged.type, damaged.bytes).error() == Errc::invalid_message);
    CHECK_FALSE(*bob.cipher.has_session(alice.jid));
    CHECK_FALSE(bob.cipher.identity_of(alice.jid)->has_value());
    CHECK(bob.store.pre_keys().load(bundle.pre_key->id)->has_value());
    CHECK(opened(bob, alice, message) == "whole");
    CHECK(*bob.cipher.identity_of(alice.jid) == alice.identity.public_key);
}

TEST_CASE("sessions: a bundle signed by somebody else starts nothing", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    auto bundle = bob.bundle();
    SECTION("a flipped bit") { bundle.signed_pre_key.signature[10] ^= 1; }
    SECTION("a short signature") { bundle.signed_pre_key.signature.pop_back(); }
    SECTION("no signature") { bundle.signed_pre_key.signature.clear(); }
    SECTION("another identity") { bundle.identity = KeyPair::generate().public_key; }
    CHECK(alice.cipher.start_session(bob.jid, bundle).error() == Errc::invalid_signature);
    CHECK_FALSE(*alice.cipher.has_session(bob.jid));
    CHECK_FALSE(alice.cipher.identity_of(bob.jid)->has_value());
}

TEST_CASE("sessions: a changed identity is accepted and reported once", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    std::vector<Jid> changed;
    alice.cipher.on_identity_change([&](const Jid& device) { changed.push_back(device); });
    introduce(alice, bob);
    CHECK(changed.empty());

    Party reinstalled{bob_jid, 12};
    REQUIRE(reinstalled.cipher.start_session(alice.jid, alice.bundle()));
    CHECK(opened(alice, reinstalled, sealed(reinstalled, alice, "new phone")) == "new phone");
    CHECK(opened(alice, reinstalled, sealed(reinstalled, alice, "who dis")) == "who dis");
    CHECK(changed == std::vector<Jid>{bob_jid});
    CHECK(*alice.cipher.identity_of(bob_jid) == reinstalled.identity.public_key);
}

TEST_CASE("sessions: a new bundle replaces the session, and messages of the old one still open", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    introduce(alice, bob);
    const auto old_key = alice.cipher.base_key(bob.jid);
    const auto late = sealed(alice, bob, "late");
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    CHECK(*alice.cipher.base_key(bob.jid) != *old_key);
    CHECK(opened(bob, alice, sealed(alice, bob, "fresh")) == "fresh");
    CHECK(opened(bob, alice, late) == "late");
}

TEST_CASE("sessions: the other side's registration id and base key can be read", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid, 0xFFFFFFFF};
    CHECK_FALSE(alice.cipher.remote_registration_id(bob.jid)->has_value());
    CHECK_FALSE(alice.cipher.base_key(bob.jid)->has_value());
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    CHECK(*alice.cipher.remote_registration_id(bob.jid) == 0xFFFFFFFF);
    CHECK((*alice.cipher.base_key(bob.jid))->size() == 33);
}

TEST_CASE("sessions: what a rolled-back transaction changed is forgotten with the cache", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    introduce(alice, bob);
    const auto message = sealed(alice, bob, "again");
    {
        const auto transaction = bob.store.begin();
        REQUIRE(transaction);
        CHECK(opened(bob, alice, message) == "again");
    }
    bob.cipher.forget_cache();
    CHECK(opened(bob, alice, message) == "again");
}

TEST_CASE("sessions: held records are written once, and not at all when the transaction is rolled back", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    introduce(alice, bob);
    const auto first = sealed(alice, bob, "first");
    const auto second = sealed(alice, bob, "second");
    const auto address = storage::address_of(alice.jid);
    const auto before = **bob.store.sessions().load(address);
    bob.cipher.hold_writes();
    CHECK(opened(bob, alice, first) == "first");
    CHECK(opened(bob, alice, second) == "second");
    CHECK(**bob.store.sessions().load(address) == before);

    SECTION("written") {
        REQUIRE(bob.cipher.write_held());
        CHECK_FALSE(**bob.store.sessions().load(address) == before);
        bob.cipher.forget_cache();
        CHECK(bob.cipher.decrypt(alice.jid, second.type, second.bytes).error() == Errc::duplicate_message);
        CHECK(opened(bob, alice, sealed(alice, bob, "third")) == "third");
    }
    SECTION("forgotten") {
        bob.cipher.forget_cache();
        CHECK(opened(bob, alice, second) == "second");
        CHECK(opened(bob, alice, first) == "first");
        CHECK_FALSE(**bob.store.sessions().load(address) == before);
    }
    SECTION("moved while held") {
        const Jid lid{"100000000000009", server::lid};
        REQUIRE(bob.cipher.migrate(alice.jid.bare(), lid));
        REQUIRE(bob.cipher.write_held());
        bob.cipher.forget_cache();
        const auto again = bob.cipher.decrypt(lid.with_device(alice.jid.device), second.type, second.bytes);
        CHECK(again.error() == Errc::duplicate_message);
    }
    SECTION("removed while held") {
        REQUIRE(bob.cipher.remove_session(alice.jid));
        REQUIRE(bob.cipher.write_held());
        CHECK_FALSE(bob.store.sessions().load(address)->has_value());
    }
}

TEST_CASE("sessions: removing a session or a whole user removes what belongs to it", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    introduce(alice, bob);
    SECTION("session") {
        REQUIRE(alice.cipher.remove_session(bob.jid));
        CHECK(alice.cipher.identity_of(bob.jid)->has_value());
    }
    SECTION("user") {
        REQUIRE(alice.cipher.remove_user(bob.jid.bare()));
        CHECK_FALSE(alice.cipher.identity_of(bob.jid)->has_value());
    }
    CHECK_FALSE(*alice.cipher.has_session(bob.jid));
    CHECK(alice.store.session_count() == 0);
}

TEST_CASE("sessions: a migration moves all devices of a number to its LID, once and again", "[signal]") {
    const Jid pn{"15550100002", server::user};
    const Jid lid{"100000000000002", server::lid};
    Party alice{alice_jid};
    Party phone{pn};
    Party laptop{pn.with_device(9)};
    introduce(alice, phone);
    introduce(alice, laptop);
    REQUIRE(alice.cipher.migrate(pn, lid));
    CHECK_FALSE(*alice.cipher.has_session(pn));
    CHECK(*alice.cipher.has_session(lid));
    CHECK(*alice.cipher.identity_of(lid.with_device(9)) == laptop.identity.public_key);
    phone.jid = lid;
    CHECK(opened(phone, alice, sealed(alice, phone, "same session")) == "same session");

    SECTION("a session that appears under the number later moves too, unless the LID has one") {
        Party tablet{pn.with_device(10)};
        introduce(alice, tablet);
        REQUIRE(alice.cipher.migrate(pn, lid));
        CHECK(*alice.cipher.has_session(lid.with_device(10)));
        CHECK_FALSE(*alice.cipher.has_session(pn.with_device(10)));
        CHECK(alice.store.session_count() == 3);
    }
}

TEST_CASE("sessions: hostile bytes give errors and change nothing", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(alice.cipher.start_session(bob.jid, bob.bundle()));
    const auto first = sealed(alice, bob, "payload");
    for (std::size_t size = 0; size < first.bytes.size(); ++size) {
        const auto prefix = common::ByteView{first.bytes}.first(size);
        CHECK_FALSE(bob.cipher.decrypt(alice.jid, MessageType::pre_key_message, prefix));
        CHECK_FALSE(bob.cipher.decrypt(alice.jid, MessageType::message, prefix));
    }
    CHECK(opened(bob, alice, first) == "payload");
    REQUIRE(opened(alice, bob, sealed(bob, alice, "answer")) == "answer");
    const auto second = sealed(alice, bob, "next");
    REQUIRE(second.type == MessageType::message);
    for (std::size_t bit = 0; bit < second.bytes.size() * 8; ++bit) {
        auto damaged = second.bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(bob.cipher.decrypt(alice.jid, second.type, damaged));
    }
    CHECK(opened(bob, alice, second) == "next");
}

TEST_CASE("sessions: a message from far in the future is refused", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    introduce(alice, bob);
    Ciphertext last;
    for (int i = 0; i < 2100; ++i) last = sealed(alice, bob, "x");
    CHECK(bob.cipher.decrypt(alice.jid, last.type, last.bytes).error() == Errc::invalid_message);
}

}  // namespace

}  // namespace tests::signal
