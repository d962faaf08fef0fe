#include "tests/bridge/keystore/fixtures.hpp"

namespace tests::keystore {

namespace {

namespace events = bridge::whatsapp::events;
using storage::OutboxState;

const Jid group{"120363000000000001", server::group};
const Jid ann{"100000000000001", server::lid};
const Jid ann_pn{"15550100001", server::user};
const Jid ben{"100000000000002", server::lid};

events::GroupInfo family() {
    events::GroupInfo info;
    info.jid = group;
    info.subject = "Family \xF0\x9F\x8F\xA1";
    info.subject_time = at(1'700'000'100);
    info.subject_owner = ann;
    info.owner = ben;
    info.created = at(1'700'000'000);
    info.lid_addressed = true;
    info.description = "who cooks?";
    info.description_id = "D1";
    info.announcement = true;
    info.locked = true;
    info.expiration = 86'400;
    info.member_add_mode = "admin_add";
    info.approval_required = true;
    info.parent = Jid{"120363000000000009", server::group};
    info.is_announcement_group = true;
    info.participant_version = "17";
    info.members.push_back({ann, ann_pn, events::GroupRank::superadmin, ""});
    info.members.push_back({ben, {}, events::GroupRank::member, "+1555\xE2\x88\x99\xE2\x88\x99 12"});
    return info;
}

TEMPLATE_TEST_CASE("storage: a group comes back as it was saved, last state only", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& groups = fixture.storage().groups();
    CHECK_FALSE(take(groups.load(group)));
    auto info = family();
    REQUIRE(groups.save(info));
    CHECK(take(groups.load(group)) == info);
    info.members.pop_back();
    info.is_community = true;
    info.suspended = true;
    REQUIRE(groups.save(info));
    CHECK(take(groups.load(group)) == info);
    REQUIRE(groups.remove(group));
    CHECK_FALSE(take(groups.load(group)));
}

TEST_CASE("group info: members are found by either address", "[events]") {
    const auto info = family();
    REQUIRE(info.find(ann_pn));
    CHECK(info.find(ann_pn) == info.find(ann.with_device(3)));
    CHECK(info.find(ben)->rank == events::GroupRank::member);
    CHECK_FALSE(info.find(Jid{"15550109999", server::user}));
}

TEMPLATE_TEST_CASE("storage: who holds our sender key is known for each group", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& holders = fixture.storage().key_holders();
    const Jid other{"120363000000000002", server::group};
    REQUIRE(holders.add(group, {ann, ann.with_device(4), ben}));
    REQUIRE(holders.add(group, {ann}));
    REQUIRE(holders.add(other, {ann, ben}));
    CHECK(take(holders.holders(group)).size() == 3);
    REQUIRE(holders.remove(group, ann.with_device(4)));
    CHECK(take(holders.holders(group)).size() == 2);
    REQUIRE(holders.remove_user(ann.with_device(9)));
    CHECK(take(holders.holders(group)) == std::vector{ben});
    CHECK(take(holders.holders(other)) == std::vector{ben});
    REQUIRE(holders.clear(group));
    CHECK(take(holders.holders(group)).empty());
    CHECK(take(holders.holders(other)).size() == 1);
}

storage::OutboxEntry entry(std::string id, std::int64_t not_before) {
    storage::OutboxEntry entry;
    entry.id = std::move(id);
    entry.chat = group;
    entry.content = bytes("content");
    entry.addon = bytes("addon");
    entry.created = at(10);
    entry.not_before = at(not_before);
    return entry;
}

TEMPLATE_TEST_CASE("outbox: a scheduled send waits for its time and can be cancelled", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    REQUIRE(outbox.add(entry("now", 0)));
    REQUIRE(outbox.add(entry("soon", 100)));
    REQUIRE(outbox.add(entry("late", 200)));
    CHECK(take(outbox.due(at(99), 10)).size() == 1);
    CHECK(take(outbox.next_due(at(99))) == at(100));
    CHECK(take(outbox.due(at(100), 10)).size() == 2);
    CHECK(take(outbox.next_due(at(100))) == at(200));
    CHECK(take(outbox.pending(10)).size() == 3);
    CHECK(take(outbox.find("late"))->not_before == at(200));
    CHECK(take(outbox.find("late"))->addon == bytes("addon"));
    CHECK(take(outbox.cancel("late")));
    CHECK_FALSE(take(outbox.cancel("late")));
    CHECK_FALSE(take(outbox.next_due(at(100))));
    CHECK(take(outbox.begin_attempt("now")));
    CHECK_FALSE(take(outbox.cancel("now")));
    CHECK(storage::is_finished(take(outbox.find("late"))->state));
    // Taken back in time: no attempt may follow.
    CHECK_FALSE(take(outbox.begin_attempt("late")));
    CHECK(storage::is_finished(take(outbox.find("late"))->state));
    CHECK(take(outbox.find("late"))->attempts == 0);
}

TEMPLATE_TEST_CASE("outbox: the file of a send is uploaded once", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    auto send = entry("picture", 0);
    send.attachment = "0123.body";
    REQUIRE(outbox.add(send));
    CHECK(take(outbox.find("picture"))->attachment == "0123.body");
    REQUIRE(outbox.set_uploaded("picture", bytes("with its place")));
    const auto uploaded = take(outbox.find("picture"));
    CHECK(uploaded->attachment.empty());
    CHECK(uploaded->content == bytes("with its place"));
    auto other = entry("taken back", 0);
    other.attachment = "4567.body";
    REQUIRE(outbox.add(other));
    CHECK(take(outbox.cancel("taken back")));
    REQUIRE(outbox.set_uploaded("taken back", bytes("too late")));
    CHECK(take(outbox.find("taken back"))->content == other.content);
}

TEMPLATE_TEST_CASE("inbox: add-on and edit mark travel with the message", "[keystore]", InMemory, InFile) {
    TestType fixture;
    events::IncomingMessage message;
    message.chat = group;
    message.sender = ann;
    message.id = "M1";
    message.content = bytes("content");
    message.addon = bytes("vote");
    message.edit = "7";
    message.inbox_id = take(fixture.storage().inbox().put(message));
    CHECK(take(fixture.storage().inbox().all(10)) == std::vector{message});
}

}  // namespace

}  // namespace tests::keystore
