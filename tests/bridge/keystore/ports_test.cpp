#include "tests/bridge/keystore/fixtures.hpp"

#include <set>

namespace tests::keystore {

namespace {

using common::crypto::KeyPair;

storage::Account linked_account() {
    storage::Account account;
    account.registration_id = 4711;
    account.noise = KeyPair::generate();
    account.identity = KeyPair::generate();
    account.signed_pre_key = {9, KeyPair::generate(), {}, at(1'700'000'000)};
    account.signed_pre_key.signature.fill(3);
    account.adv_secret = common::SecretBytes{common::Bytes(32, 1)};
    account.jid = Jid{"15550100001", server::user, 3};
    account.lid = Jid{"100000000000001", server::lid, 3};
    account.push_name = "Ann \xF0\x9F\x8C\xBB";
    account.platform = "android";
    account.business_name = "Ann's";
    account.device_identity = bytes("adv");
    account.routing_info = {0, 1, 2};
    account.linked_at = at(1'700'000'001);
    return account;
}

TEMPLATE_TEST_CASE("storage: an account comes back as it was saved", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& store = fixture.storage();
    CHECK_FALSE(take(store.account().load()));
    const auto saved = linked_account();
    REQUIRE(store.account().save(saved));
    const auto loaded = take(store.account().load());
    REQUIRE(loaded);
    CHECK(loaded->registration_id == saved.registration_id);
    CHECK(loaded->noise.private_key == saved.noise.private_key);
    CHECK(loaded->noise.public_key == saved.noise.public_key);
    CHECK(loaded->identity.private_key == saved.identity.private_key);
    CHECK(loaded->signed_pre_key.id == 9);
    CHECK(loaded->signed_pre_key.signature == saved.signed_pre_key.signature);
    CHECK(loaded->signed_pre_key.created == saved.signed_pre_key.created);
    CHECK(loaded->adv_secret == saved.adv_secret);
    CHECK(loaded->jid == saved.jid);
    CHECK(loaded->lid == saved.lid);
    CHECK(loaded->push_name == saved.push_name);
    CHECK(loaded->platform == saved.platform);
    CHECK(loaded->business_name == saved.business_name);
    CHECK(loaded->device_identity == saved.device_identity);
    CHECK(loaded->routing_info == saved.routing_info);
    CHECK(loaded->linked_at == saved.linked_at);
    CHECK(take(store.signed_pre_keys().load(9))->pair.private_key == saved.signed_pre_key.pair.private_key);
}

TEMPLATE_TEST_CASE("storage: an account that is not linked yet can be saved", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto account = linked_account();
    account.jid = {};
    account.lid = {};
    account.device_identity.clear();
    account.adv_secret = {};
    REQUIRE(fixture.storage().account().save(account));
    const auto loaded = take(fixture.storage().account().load());
    REQUIRE(loaded);
    CHECK_FALSE(loaded->linked());
    CHECK(loaded->lid.empty());
    CHECK(loaded->adv_secret.empty());
}

TEMPLATE_TEST_CASE(
    "storage: a logout forgets the link and keeps what is the person's", "[keystore]", InMemory, InFile
) {
    TestType fixture;
    auto& store = fixture.storage();
    const Jid user{"15550100002", server::user};
    const Jid lid{"100000000000002", server::lid};
    const Address address{user.signal_name(), 0};
    REQUIRE(store.account().save(linked_account()));
    REQUIRE(store.sessions().save(address, bytes("session")));
    REQUIRE(store.identities().save(address, {}));
    REQUIRE(store.sender_keys().save("g@g.us", address, bytes("key")));
    CHECK(take(store.pre_keys().generate(3)).front().id == 1);
    REQUIRE(store.device_lists().save(user, {{0, 1}, 1, at(1)}));
    REQUIRE(store.privacy_tokens().save(user, {bytes("token"), at(1), at(2)}));
    REQUIRE(store.retry_counts().bump(user, user, "A", 0, at(1)));
    REQUIRE(store.mappings().save({user, lid}));
    storage::OutboxEntry entry;
    entry.id = "B";
    entry.chat = user;
    REQUIRE(store.outbox().add(entry));
    {
        const auto transaction = take(store.begin());
        REQUIRE(store.account().forget_link());
        REQUIRE(transaction->commit());
    }
    CHECK_FALSE(take(store.account().load()));
    CHECK_FALSE(take(store.sessions().load(address)));
    CHECK_FALSE(take(store.identities().load(address)));
    CHECK_FALSE(take(store.sender_keys().load("g@g.us", address)));
    CHECK_FALSE(take(store.signed_pre_keys().load(9)));
    CHECK_FALSE(take(store.pre_keys().load(1)));
    CHECK_FALSE(take(store.device_lists().load(user)));
    CHECK_FALSE(take(store.privacy_tokens().load(user)));
    CHECK(take(store.retry_counts().bump(user, user, "A", 0, at(1))) == 1);
    CHECK(take(store.pre_keys().generate(1)).front().id == 1);
    CHECK(take(store.mappings().lid_of(user)) == lid);
    CHECK(take(store.outbox().find("B")));
}

TEMPLATE_TEST_CASE("storage: sessions are kept by name and device", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& sessions = fixture.storage().sessions();
    REQUIRE(sessions.save({"a", 0}, bytes("a0")));
    REQUIRE(sessions.save({"a", 7}, bytes("a7")));
    REQUIRE(sessions.save({"ab", 0}, bytes("ab0")));
    REQUIRE(sessions.save({"a", 7}, bytes("newer")));
    CHECK(*take(sessions.load({"a", 7})) == bytes("newer"));
    CHECK(take(sessions.devices("a")) == std::vector<std::int32_t>{0, 7});
    CHECK(take(sessions.devices("nobody")).empty());
    REQUIRE(sessions.remove({"a", 0}));
    CHECK_FALSE(take(sessions.load({"a", 0})));
    REQUIRE(sessions.remove_all("a"));
    CHECK(take(sessions.devices("a")).empty());
    CHECK(take(sessions.load({"ab", 0})));
}

TEMPLATE_TEST_CASE("storage: large records and empty ones come back whole", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& sessions = fixture.storage().sessions();
    const common::Bytes large(92'000, 0xAB);
    REQUIRE(sessions.save({"a", 0}, large));
    REQUIRE(sessions.save({"b", 0}, {}));
    CHECK(*take(sessions.load({"a", 0})) == large);
    REQUIRE(take(sessions.load({"b", 0})));
    CHECK(take(sessions.load({"b", 0}))->empty());
}

TEMPLATE_TEST_CASE(
    "storage: a migration moves what the target lacks and drops the rest", "[keystore]", InMemory, InFile
) {
    TestType fixture;
    auto& store = fixture.storage();
    common::crypto::PublicKey old_key{};
    common::crypto::PublicKey new_key{};
    new_key.fill(1);
    for (const std::int32_t device : {0, 5}) {
        REQUIRE(store.sessions().save({"pn", device}, bytes("pn")));
        REQUIRE(store.identities().save({"pn", device}, old_key));
        REQUIRE(store.sender_keys().save("g@g.us", {"pn", device}, bytes("pn")));
    }
    REQUIRE(store.sessions().save({"lid_1", 5}, bytes("lid")));
    REQUIRE(store.identities().save({"lid_1", 5}, new_key));
    REQUIRE(store.sender_keys().save("g@g.us", {"lid_1", 5}, bytes("lid")));
    REQUIRE(store.sender_keys().save("h@g.us", {"pn", 5}, bytes("pn")));

    REQUIRE(store.sessions().migrate("pn", "lid_1"));
    REQUIRE(store.identities().migrate("pn", "lid_1"));
    REQUIRE(store.sender_keys().migrate("pn", "lid_1"));
    REQUIRE(store.sessions().migrate("lid_1", "lid_1"));
    CHECK(take(store.sessions().devices("pn")).empty());
    CHECK(*take(store.sessions().load({"lid_1", 0})) == bytes("pn"));
    CHECK(*take(store.sessions().load({"lid_1", 5})) == bytes("lid"));
    CHECK(*take(store.identities().load({"lid_1", 0})) == old_key);
    CHECK(*take(store.identities().load({"lid_1", 5})) == new_key);
    CHECK_FALSE(take(store.identities().load({"pn", 0})));
    CHECK(*take(store.sender_keys().load("g@g.us", {"lid_1", 5})) == bytes("lid"));
    CHECK(*take(store.sender_keys().load("h@g.us", {"lid_1", 5})) == bytes("pn"));
    CHECK_FALSE(take(store.sender_keys().load("g@g.us", {"pn", 0})));
}

TEMPLATE_TEST_CASE("storage: only a different identity is a change", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& identities = fixture.storage().identities();
    common::crypto::PublicKey first{};
    common::crypto::PublicKey second{};
    second.fill(2);
    CHECK_FALSE(take(identities.save({"a", 0}, first)));
    CHECK_FALSE(take(identities.save({"a", 0}, first)));
    CHECK(take(identities.save({"a", 0}, second)));
    CHECK(*take(identities.load({"a", 0})) == second);
    REQUIRE(identities.remove_all("a"));
    CHECK_FALSE(take(identities.load({"a", 0})));
}

TEMPLATE_TEST_CASE("storage: pre-keys get ascending ids and wait for their upload", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& keys = fixture.storage().pre_keys();
    const auto made = take(keys.generate(4));
    REQUIRE(made.size() == 4);
    CHECK(made.front().id == 1);
    CHECK(made.back().id == 4);
    CHECK(take(keys.load(2))->pair.private_key == made[1].pair.private_key);
    CHECK(take(keys.load(2))->pair.public_key == made[1].pair.public_key);
    REQUIRE(keys.mark_uploaded({1, 3, 99}));
    CHECK(take(keys.count_uploaded()) == 2);
    const auto waiting = take(keys.not_uploaded(10));
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].id == 2);
    CHECK(waiting[1].id == 4);
    CHECK(take(keys.not_uploaded(1)).size() == 1);
    REQUIRE(keys.remove(4));
    CHECK_FALSE(take(keys.load(4)));
    CHECK(take(keys.generate(1)).front().id == 5);
}

TEMPLATE_TEST_CASE("storage: what a dropped transaction wrote is gone", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& store = fixture.storage();
    const Jid pn{"15550100002", server::user};
    const Jid lid{"100000000000002", server::lid};
    REQUIRE(store.sessions().save({"a", 0}, bytes("before")));
    {
        const auto transaction = take(store.begin());
        CHECK_FALSE(store.begin());
        REQUIRE(store.sessions().save({"a", 0}, bytes("during")));
        REQUIRE(store.sessions().save({"b", 0}, bytes("during")));
        REQUIRE(store.sessions().migrate("a", "c"));
        REQUIRE(store.mappings().save({pn, lid}));
        CHECK(take(store.mappings().lid_of(pn)) == lid);
        REQUIRE(store.pre_keys().generate(2));
        CHECK(*take(store.sessions().load({"c", 0})) == bytes("during"));
    }
    CHECK(*take(store.sessions().load({"a", 0})) == bytes("before"));
    CHECK_FALSE(take(store.sessions().load({"b", 0})));
    CHECK_FALSE(take(store.sessions().load({"c", 0})));
    CHECK_FALSE(take(store.mappings().lid_of(pn)));
    CHECK(take(store.pre_keys().generate(1)).front().id == 1);
    {
        const auto transaction = take(store.begin());
        REQUIRE(store.sessions().save({"b", 0}, bytes("kept")));
        REQUIRE(transaction->commit());
    }
    CHECK(take(store.sessions().load({"b", 0})));
}

TEMPLATE_TEST_CASE(
    "storage: mappings are unique on both sides and the last word counts", "[keystore]", InMemory, InFile
) {
    TestType fixture;
    auto& mappings = fixture.storage().mappings();
    const Jid ann{"15550100001", server::user};
    const Jid bob{"15550100002", server::user};
    const Jid one{"100000000000001", server::lid};
    const Jid two{"100000000000002", server::lid};
    CHECK(take(mappings.save({ann.with_device(3), one})));
    CHECK_FALSE(take(mappings.save({ann, one.with_device(4)})));
    CHECK(take(mappings.lid_of(ann.with_device(9))) == one);
    CHECK(take(mappings.pn_of(one)) == ann);
    CHECK(take(mappings.save({bob, two})));
    CHECK(take(mappings.save({bob, one})));
    CHECK(take(mappings.pn_of(one)) == bob);
    CHECK_FALSE(take(mappings.lid_of(ann)));
    CHECK_FALSE(take(mappings.pn_of(two)));
}

TEMPLATE_TEST_CASE("storage: device lists and tokens belong to users", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& store = fixture.storage();
    const Jid user{"15550100001", server::user};
    REQUIRE(store.device_lists().save(user.with_device(2), {{0, 3, 99}, 0xFFFFFFFF, at(5)}));
    const auto list = take(store.device_lists().load(user));
    REQUIRE(list);
    CHECK(list->devices == std::vector<std::uint16_t>{0, 3, 99});
    CHECK(list->raw_id == 0xFFFFFFFF);
    CHECK(list->fetched == at(5));
    REQUIRE(store.device_lists().remove(user));
    CHECK_FALSE(take(store.device_lists().load(user)));

    REQUIRE(store.privacy_tokens().save(user, {bytes("token"), at(6), at(7)}));
    const auto token = take(store.privacy_tokens().load(user.with_device(2)));
    REQUIRE(token);
    CHECK(token->token == bytes("token"));
    CHECK(token->received == at(6));
    CHECK(token->issued == at(7));
}

}  // namespace

}  // namespace tests::keystore
