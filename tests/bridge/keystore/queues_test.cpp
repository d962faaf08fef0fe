#include "tests/bridge/keystore/fixtures.hpp"

namespace tests::keystore {

namespace {

namespace events = bridge::whatsapp::events;
using storage::OutboxState;

const Jid ann{"15550100001", server::user};
const Jid bob{"15550100002", server::user};

events::IncomingMessage message(std::string_view id, std::string_view text) {
    events::IncomingMessage made;
    made.chat = ann;
    made.chat_alt = Jid{"100000000000001", server::lid};
    made.sender = ann.with_device(3);
    made.sender_alt = made.chat_alt;
    made.id = id;
    made.time = at(1'700'000'000);
    made.push_name = "Ann";
    made.content = bytes(text);
    made.offline = true;
    return made;
}

TEMPLATE_TEST_CASE("inbox: messages wait in the order of their arrival", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& inbox = fixture.storage().inbox();
    CHECK(take(inbox.all(10)).empty());
    auto first = message("A", "one");
    first.inbox_id = take(inbox.put(first));
    auto second = message("B", "two");
    second.from_me = true;
    second.undecryptable = events::Undecryptable::unavailable;
    second.chat_alt = {};
    second.inbox_id = take(inbox.put(second));
    CHECK(second.inbox_id > first.inbox_id);
    const auto waiting = take(inbox.all(10));
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0] == first);
    CHECK(waiting[1] == second);
    CHECK(take(inbox.all(1)).size() == 1);
    REQUIRE(inbox.remove({first.inbox_id, 999}));
    CHECK(take(inbox.all(10)) == std::vector{second});
}

TEMPLATE_TEST_CASE("inbox: the same message again replaces its row under a new id", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& inbox = fixture.storage().inbox();
    auto stub = message("A", "");
    stub.undecryptable = events::Undecryptable::waiting_for_retry;
    const auto stub_id = take(inbox.put(stub));
    auto opened = message("A", "opened after all");
    opened.sender = ann.with_device(4);
    opened.inbox_id = take(inbox.put(opened));
    CHECK(opened.inbox_id != stub_id);
    // A reader that was busy with the stub must not take the message away.
    REQUIRE(inbox.remove({stub_id}));
    CHECK(take(inbox.all(10)) == std::vector{opened});

    auto of_bob = message("A", "same id, other sender");
    of_bob.sender = bob;
    REQUIRE(inbox.put(of_bob));
    CHECK(take(inbox.all(10)).size() == 2);
}

TEMPLATE_TEST_CASE("inbox: rows in a row go together, and nothing between", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& inbox = fixture.storage().inbox();
    std::vector<std::int64_t> ids;
    for (const char* name : {"A", "B", "C", "D", "E", "F"}) ids.push_back(take(inbox.put(message(name, name))));
    REQUIRE(inbox.remove({ids[0], ids[1], ids[3], ids[5]}));
    const auto left = take(inbox.all(10));
    REQUIRE(left.size() == 2);
    CHECK(left[0].inbox_id == ids[2]);
    CHECK(left[1].inbox_id == ids[4]);
    REQUIRE(inbox.remove({}));
    CHECK(take(inbox.all(10)).size() == 2);
}

TEMPLATE_TEST_CASE("inbox: an id is never used again", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& inbox = fixture.storage().inbox();
    const auto first = take(inbox.put(message("A", "one")));
    REQUIRE(inbox.remove({first}));
    CHECK(take(inbox.put(message("B", "two"))) > first);
}

TEMPLATE_TEST_CASE("retries: counts go up from what was seen", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& counts = fixture.storage().retry_counts();
    CHECK(take(counts.bump(ann, ann, "A", 0, at(1))) == 1);
    CHECK(take(counts.bump(ann, ann, "A", 0, at(1))) == 2);
    CHECK(take(counts.bump(ann, ann, "A", 7, at(1))) == 8);
    CHECK(take(counts.bump(ann, ann, "A", 1, at(1))) == 9);
    CHECK(take(counts.bump(ann, bob, "A", 0, at(1))) == 1);
    CHECK(take(counts.bump(ann, ann, "B", 3, at(1))) == 4);
    REQUIRE(counts.remove(ann, ann, "A"));
    CHECK(take(counts.bump(ann, ann, "A", 0, at(1))) == 1);
}

TEMPLATE_TEST_CASE("retries: what was last asked for long ago is forgotten", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& counts = fixture.storage().retry_counts();
    REQUIRE(counts.bump(ann, ann, "old", 0, at(10)));
    REQUIRE(counts.bump(ann, ann, "again", 0, at(10)));
    REQUIRE(counts.bump(ann, ann, "again", 0, at(20)));
    REQUIRE(counts.prune(at(20)));
    CHECK(take(counts.bump(ann, ann, "old", 0, at(30))) == 1);
    CHECK(take(counts.bump(ann, ann, "again", 0, at(30))) == 3);
}

storage::OutboxEntry entry(std::string_view id, std::int64_t created, std::string_view key = {}) {
    storage::OutboxEntry made;
    made.id = id;
    made.chat = bob;
    made.content = bytes("content");
    made.created = at(created);
    made.idempotency_key = key;
    return made;
}

TEMPLATE_TEST_CASE("outbox: sends wait in the order of their acceptance", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    const auto first = take(outbox.add(entry("A", 1, "key-a")));
    const auto second = take(outbox.add(entry("B", 2)));
    CHECK(second > first);
    REQUIRE(outbox.add(entry("C", 3)));
    CHECK(take(outbox.begin_attempt("A")));
    REQUIRE(outbox.set_state("B", OutboxState::failed));
    REQUIRE(outbox.set_state("nobody", OutboxState::failed));
    const auto pending = take(outbox.pending(10));
    REQUIRE(pending.size() == 2);
    CHECK(pending[0].id == "A");
    CHECK(pending[0].seq == first);
    CHECK(pending[0].state == OutboxState::sending);
    CHECK(pending[0].attempts == 1);
    CHECK(pending[0].chat == bob);
    CHECK(pending[0].content == bytes("content"));
    CHECK(pending[0].created == at(1));
    CHECK(pending[0].idempotency_key == "key-a");
    CHECK(pending[1].id == "C");
    CHECK(take(outbox.pending(1)).size() == 1);
}

TEMPLATE_TEST_CASE("outbox: an id and an idempotency key are taken once", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    REQUIRE(outbox.add(entry("A", 1, "key-a")));
    CHECK(outbox.add(entry("A", 1)).error().kind() == common::Kind::conflict);
    CHECK(outbox.add(entry("B", 1, "key-a")).error().kind() == common::Kind::conflict);
    REQUIRE(outbox.add(entry("C", 1)));
    REQUIRE(outbox.add(entry("D", 1)));
    CHECK(take(outbox.find_by_key("key-a"))->id == "A");
    CHECK_FALSE(take(outbox.find_by_key("key-b")));
    CHECK_FALSE(take(outbox.find_by_key("")));
    CHECK(take(outbox.find("C"))->idempotency_key.empty());
    CHECK_FALSE(take(outbox.find("B")));
}

TEMPLATE_TEST_CASE("outbox: old finished sends are forgotten, waiting ones never", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    for (const char* id : {"old", "failed", "waiting"}) REQUIRE(outbox.add(entry(id, 10, id)));
    REQUIRE(outbox.add(entry("young", 20)));
    REQUIRE(outbox.set_state("old", OutboxState::acknowledged));
    REQUIRE(outbox.set_state("failed", OutboxState::failed));
    REQUIRE(outbox.set_state("young", OutboxState::acknowledged));
    CHECK(take(outbox.bump_resend("old", ann)) == 1);
    auto scheduled = entry("scheduled", 10);
    scheduled.not_before = at(30);
    REQUIRE(outbox.add(scheduled));
    REQUIRE(outbox.set_state("scheduled", OutboxState::acknowledged));
    REQUIRE(outbox.prune(at(20)));
    CHECK(take(outbox.find("scheduled")));
    CHECK_FALSE(take(outbox.find("old")));
    CHECK_FALSE(take(outbox.find("failed")));
    CHECK_FALSE(take(outbox.find_by_key("old")));
    CHECK(take(outbox.find("waiting")));
    CHECK(take(outbox.find("young")));
    CHECK(take(outbox.bump_resend("old", ann)) == 1);
}

TEMPLATE_TEST_CASE("outbox: resends are counted for each requester", "[keystore]", InMemory, InFile) {
    TestType fixture;
    auto& outbox = fixture.storage().outbox();
    CHECK(take(outbox.bump_resend("A", ann)) == 1);
    CHECK(take(outbox.bump_resend("A", ann)) == 2);
    CHECK(take(outbox.bump_resend("A", ann.with_device(2))) == 1);
    CHECK(take(outbox.bump_resend("B", ann)) == 1);
}

}  // namespace

}  // namespace tests::keystore
