#include "tests/bridge/whatsapp/signal/party.hpp"

namespace tests::signal {

namespace {

const std::string group = "120363000000000001@g.us";
const Jid alice_jid{"100000000000001", server::lid, 3};
const Jid bob_jid{"100000000000002", server::lid, 0};

common::Bytes distribution(Party& by) {
    auto made = by.cipher.sender_key_distribution(group, by.jid);
    REQUIRE(made);
    return std::move(*made);
}
common::Bytes group_sealed(Party& by, std::string_view text) {
    auto made = by.cipher.group_encrypt(group, by.jid, common::as_bytes(text));
    REQUIRE(made);
    return std::move(*made);
}
std::string group_opened(Party& by, const Party& from, const common::Bytes& message) {
    const auto plain = by.cipher.group_decrypt(group, from.jid, message);
    INFO(Catch::Detail::stringify(plain));
    REQUIRE(plain);
    return common::to_string(*plain);
}

TEST_CASE("sender keys: who got the distribution reads the group", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, distribution(alice)));
    const auto first = group_sealed(alice, "first");
    const auto second = group_sealed(alice, "second");
    CHECK(group_opened(bob, alice, second) == "second");
    CHECK(group_opened(bob, alice, first) == "first");
    CHECK(bob.cipher.group_decrypt(group, alice.jid, first).error() == Errc::duplicate_message);
}

TEST_CASE("sender keys: a missing key, a foreign key and a bad signature are told apart", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    const auto skdm = distribution(alice);
    const auto message = group_sealed(alice, "hi");
    CHECK(alice.cipher.group_encrypt("other@g.us", alice.jid, bytes("x")).error() == Errc::no_sender_key);
    CHECK(bob.cipher.group_decrypt(group, alice.jid, message).error() == Errc::no_sender_key);
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, skdm));
    auto forged = message;
    forged.back() ^= 1;
    CHECK(bob.cipher.group_decrypt(group, alice.jid, forged).error() == Errc::invalid_signature);
    CHECK(group_opened(bob, alice, message) == "hi");

    Party other{alice_jid};
    distribution(other);
    CHECK(bob.cipher.group_decrypt(group, alice.jid, group_sealed(other, "?")).error() == Errc::no_sender_key);
}

TEST_CASE("sender keys: a distribution for a later position does not hide messages before it", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, distribution(alice)));
    const auto early = group_sealed(alice, "early");
    const auto later = distribution(alice);
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, later));
    CHECK(group_opened(bob, alice, early) == "early");
    CHECK(group_opened(bob, alice, group_sealed(alice, "late")) == "late");
}

TEST_CASE("sender keys: a sender who begins a new chain is heard again", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, distribution(alice)));
    Party again{alice_jid};
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, distribution(again)));
    CHECK(group_opened(bob, again, group_sealed(again, "new chain")) == "new chain");
    CHECK(group_opened(bob, alice, group_sealed(alice, "old chain")) == "old chain");
}

TEST_CASE("sender keys: they move to the LID with the sessions", "[signal]") {
    Party alice{Jid{"15550100001", server::user, 3}};
    Party bob{bob_jid};
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, distribution(alice)));
    const auto message = group_sealed(alice, "moved");
    REQUIRE(bob.cipher.migrate(alice.jid.bare(), alice_jid.bare()));
    CHECK(bob.cipher.group_decrypt(group, alice.jid, message).error() == Errc::no_sender_key);
    CHECK(*bob.cipher.group_decrypt(group, alice_jid, message) == bytes("moved"));
}

TEST_CASE("sender keys: prefixes and flipped bits give errors", "[signal]") {
    Party alice{alice_jid};
    Party bob{bob_jid};
    const auto skdm = distribution(alice);
    for (std::size_t size = 0; size < skdm.size(); ++size) {
        CHECK_FALSE(bob.cipher.process_sender_key_distribution(group, alice.jid, common::ByteView{skdm}.first(size)));
    }
    REQUIRE(bob.cipher.process_sender_key_distribution(group, alice.jid, skdm));
    const auto message = group_sealed(alice, "hi");
    for (std::size_t size = 0; size < message.size(); ++size) {
        CHECK_FALSE(bob.cipher.group_decrypt(group, alice.jid, common::ByteView{message}.first(size)));
    }
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
        auto damaged = message;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(bob.cipher.group_decrypt(group, alice.jid, damaged));
    }
    CHECK(group_opened(bob, alice, message) == "hi");
}

}  // namespace

}  // namespace tests::signal
