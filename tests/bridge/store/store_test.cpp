#include "tests/bridge/store/fixture.hpp"

#include <boost/asio/detached.hpp>

#include <algorithm>

namespace bridge::store {
namespace {

std::vector<std::string> ids(const std::vector<contract::Message>& messages) {
    std::vector<std::string> out;
    for (const auto& message : messages) out.push_back(message.id);
    return out;
}

using Ids = std::vector<std::string>;

TEST_CASE_METHOD(Fixture, "store: a message is there once it is applied, and once only", "[store]") {
    CHECK(apply({text_from(ada, "A1", "hello")}) == 1);
    CHECK(apply({text_from(ada, "A1", "hello again")}) == 0);
    const auto messages = value_of(store->messages(ada.jid, 20, 0, ""));
    REQUIRE(messages.size() == 1);
    const auto& message = messages.front();
    CHECK(message.id == "A1");
    CHECK(message.content == "hello");
    CHECK(message.sender == ada.jid);
    CHECK(message.chat_jid == ada.jid);
    CHECK(message.timestamp == at(1'700'000'000));
    CHECK(message.status == "received");
    CHECK_FALSE(message.is_from_me);
    CHECK_FALSE(message.media_type);
    CHECK_FALSE(message.sender_name);
}

TEST_CASE_METHOD(Fixture, "store: the same id in two chats is two messages", "[store]") {
    CHECK(apply({text_from(ada, "X", "one"), text_from(bob, "X", "two")}) == 2);
    CHECK(value_of(store->message("X", ada.jid)).content == "one");
    CHECK(value_of(store->message("X", bob.jid)).content == "two");
    CHECK(value_of(store->message("X", "")).content == "two");
}

TEST_CASE_METHOD(Fixture, "store: what was applied is there after the store is opened again", "[store]") {
    apply({text_from(ada, "A1", "first"), text_from(ada, "A2", "second", 1'700'000'001)});
    const auto newest = store->newest_seq();
    reopen();
    CHECK(ids(value_of(store->messages(ada.jid, 20, 0, ""))) == Ids{"A2", "A1"});
    CHECK(store->newest_seq() == newest);
    apply({text_from(ada, "A3", "third", 1'700'000'002)});
    CHECK(store->newest_seq() == newest + 1);
    CHECK(ids(value_of(store->messages(ada.jid, 20, 0, ""))) == Ids{"A3", "A2", "A1"});
}

TEST_CASE_METHOD(Fixture, "store: chats show their last message and count what is unread", "[store]") {
    AddMessage in_group = text_from(group, "G1", "to all", 1'700'000'005);
    in_group.sender = bob;
    in_group.is_group = true;
    apply({text_from(ada, "A1", "one"), text_from(ada, "A2", "two", 1'700'000'009), in_group});
    const auto chats = value_of(store->chats({}));
    REQUIRE(chats.size() == 2);
    CHECK(chats[0].jid == ada.jid);
    CHECK(chats[0].last_message == "two");
    CHECK(chats[0].last_sender == ada.jid);
    CHECK(chats[0].last_is_from_me == false);
    CHECK(chats[0].last_message_time == at(1'700'000'009));
    CHECK(chats[0].unread_count == 2);
    CHECK(chats[1].jid == group.jid);
    CHECK(chats[1].is_group);
    CHECK(chats[1].last_sender == bob.jid);
}

TEST_CASE_METHOD(Fixture, "store: a message that comes late does not become the last one", "[store]") {
    apply({text_from(ada, "A1", "new", 2000), text_from(ada, "A0", "old", 1000)});
    CHECK(value_of(store->chat(ada.jid)).last_message == "new");
    CHECK(ids(value_of(store->messages(ada.jid, 20, 0, ""))) == Ids{"A1", "A0"});
}

TEST_CASE_METHOD(Fixture, "store: reading falls back on the chat's unread count", "[store]") {
    for (int i = 1; i <= 5; ++i) apply({text_from(ada, "A" + std::to_string(i), "x", 1000 + i)});
    const auto before = store->newest_seq();
    apply({MarkRead{ada, {"A2", "unknown"}}});
    CHECK(value_of(store->chat(ada.jid)).unread_count == 3);
    apply({MarkRead{ada, {"A1"}}});
    CHECK(value_of(store->chat(ada.jid)).unread_count == 3);
    apply({MarkRead{ada, {}}});
    CHECK(value_of(store->chat(ada.jid)).unread_count == 0);
    CHECK(event_types(before) == std::vector<std::string>{"chat", "chat"});
    apply({MarkRead{bob, {}}});
    CHECK(event_types(before).size() == 2);
}

TEST_CASE_METHOD(Fixture, "store: pages and cursors walk the same list without gap or repeat", "[store]") {
    std::vector<Change> changes;
    // Many share a second, so that the place within it counts.
    for (int i = 0; i < 57; ++i) changes.push_back(text_from(ada, "A" + std::to_string(i), "x", 1000 + i / 5));
    apply(std::move(changes));
    const auto all = value_of(store->messages(ada.jid, 100, 0, ""));
    REQUIRE(all.size() == 57);
    CHECK(all.front().id == "A56");
    Ids by_page;
    for (int page = 0; page < 9; ++page) {
        for (const auto& id : ids(value_of(store->messages(ada.jid, 7, page, "")))) by_page.push_back(id);
    }
    CHECK(by_page == ids(all));
    Ids by_cursor;
    std::string cursor;
    while (true) {
        const auto some = value_of(store->messages(ada.jid, 7, 3, cursor));
        if (cursor.empty()) {
            // The first call has no cursor yet; start at the top.
            const auto top = value_of(store->messages(ada.jid, 1, 0, ""));
            by_cursor = ids(top);
            cursor = top.back().cursor;
            continue;
        }
        if (some.empty()) break;
        for (const auto& id : ids(some)) by_cursor.push_back(id);
        cursor = some.back().cursor;
    }
    CHECK(by_cursor == ids(all));
}

TEST_CASE_METHOD(Fixture, "store: bad cursors, limits and unknown names are errors, not crashes", "[store]") {
    apply({text_from(ada, "A1", "one")});
    for (const char* cursor : {"x", "-", "1-", "-1", "1-1x", "99999999999999999999-1", "1--1", "1 -1"}) {
        CHECK(run(store->messages(ada.jid, 5, 0, cursor)).error() == Errc::bad_cursor);
        SearchFilter filter;
        filter.cursor = cursor;
        CHECK(run(store->search(filter)).error() == Errc::bad_cursor);
    }
    CHECK(run(store->messages(ada.jid, -1, 0, "")).error() == Errc::bad_query);
    CHECK(run(store->messages(ada.jid, 1, -1, "")).error() == Errc::bad_query);
    CHECK(value_of(store->messages(ada.jid, 0, 0, "")).empty());
    CHECK(run(store->messages(bob.jid, 5, 0, "")).error() == Errc::chat_not_found);
    CHECK(run(store->chat("nobody@lid")).error() == Errc::chat_not_found);
    CHECK(run(store->message("A1", bob.jid)).error() == Errc::message_not_found);
    CHECK(run(store->context("nope", "", 1, 1)).error() == Errc::message_not_found);
    CHECK(run(store->delivery("nope", "")).error() == Errc::message_not_found);
}

TEST_CASE_METHOD(Fixture, "store: context is what stands around a message in its chat", "[store]") {
    std::vector<Change> changes;
    for (int i = 0; i < 9; ++i) {
        changes.push_back(text_from(ada, "A" + std::to_string(i), "x", 1000 + i / 2));
        changes.push_back(text_from(bob, "B" + std::to_string(i), "x", 1000 + i / 2));
    }
    apply(std::move(changes));
    const auto context = value_of(store->context("A4", "", 2, 3));
    CHECK(context.message.id == "A4");
    CHECK(ids(context.before) == Ids{"A2", "A3"});
    CHECK(ids(context.after) == Ids{"A5", "A6", "A7"});
    CHECK(value_of(store->context("A0", ada.jid, 5, 0)).before.empty());
}

TEST_CASE_METHOD(Fixture, "store: chats by name come in alphabetical order, nameless ones last", "[store]") {
    AddMessage named = text_from(ada, "A1", "x");
    named.push_name = "zoe";
    AddMessage other = text_from(bob, "B1", "x");
    other.push_name = "Émile";
    apply({named, other, text_from({"15550000003@s.whatsapp.net", ""}, "C1", "x")});
    ChatQuery query;
    query.by_name = true;
    const auto chats = value_of(store->chats(query));
    REQUIRE(chats.size() == 3);
    CHECK(chats[0].name == "zoe");
    CHECK(chats[1].name == "Émile");
    CHECK_FALSE(chats[2].name);
    query.query = "éM";
    CHECK(value_of(store->chats(query)).size() == 1);
    query.query = "0000003";
    CHECK(value_of(store->chats(query)).size() == 1);
    query.query = "";
    query.limit = 1;
    query.page = 1;
    CHECK(value_of(store->chats(query)).at(0).name == "Émile");
}

TEST_CASE_METHOD(Fixture, "store: chats are found by phone number and by either address", "[store]") {
    AddMessage message = text_from(ada_both, "A1", "x");
    apply({message});
    CHECK(value_of(store->chat_by_phone("15550000001")).jid == ada.jid);
    CHECK(value_of(store->chat(ada_lid.lid)).jid == ada.jid);
    CHECK(value_of(store->chat(ada.jid)).lid == ada_lid.lid);
    CHECK(run(store->chat_by_phone("1555")).error() == Errc::chat_not_found);
    CHECK(ids(value_of(store->messages(ada_lid.lid, 5, 0, ""))) == Ids{"A1"});
    CHECK(value_of(store->message("A1", ada_lid.lid)).sender_lid == ada_lid.lid);
}

TEST_CASE_METHOD(Fixture, "store: a stub is completed in its place by the real message", "[store]") {
    AddMessage stub = text_from(ada, "A1", "", 1000);
    stub.status = "undecryptable";
    apply({stub, text_from(ada, "A2", "later", 1001)});
    CHECK(value_of(store->message("A1", "")).status == "undecryptable");
    const auto before = store->newest_seq();
    CHECK(apply({text_from(ada, "A1", "here it is", 1000)}) == 0);
    CHECK(apply({text_from(ada, "A1", "an attempt to replace it", 1000)}) == 0);
    CHECK(event_types(before) == std::vector<std::string>{"message_update"});
    const auto messages = value_of(store->messages(ada.jid, 5, 0, ""));
    CHECK(ids(messages) == Ids{"A2", "A1"});
    CHECK(messages[1].content == "here it is");
    CHECK(messages[1].status == "received");
    SearchFilter filter;
    filter.query = "here it";
    CHECK(value_of(store->search(filter)).size() == 1);
    apply({stub});
    CHECK(value_of(store->message("A1", "")).content == "here it is");
}

TEST_CASE_METHOD(Fixture, "store: receipts for an own stub do not stand for its content", "[store]") {
    AddMessage stub = text_to(ada, "S1", "");
    stub.status = "undecryptable";
    apply({stub});
    apply({AdvanceMessage{ada, "S1", "delivered", ada.jid, at(1'700'000'002), ""}});
    CHECK(value_of(store->message("S1", "")).status == "undecryptable");
    AddMessage whole = text_to(ada, "S1", "written on the other device");
    whole.status = "sent";
    apply({whole});
    CHECK(value_of(store->message("S1", "")).content == "written on the other device");
    CHECK(value_of(store->message("S1", "")).status == "delivered");
    CHECK(value_of(store->delivery("S1", "")).state == "delivered");
}

TEST_CASE_METHOD(Fixture, "store: states of a send only go up, and every step is kept", "[store]") {
    apply({text_to(ada, "S1", "hi")});
    CHECK(value_of(store->message("S1", "")).status == "queued");
    const auto before = store->newest_seq();
    const auto step = [&](const char* state, const char* recipient, std::int64_t time) {
        apply({AdvanceMessage{ada, "S1", state, recipient, at(time), ""}});
    };
    step("sent", "", 1'700'000'001);
    step("read", ada.jid.c_str(), 1'700'000'003);
    step("delivered", ada.jid.c_str(), 1'700'000'002);
    step("delivered", ada.jid.c_str(), 1'700'000'009);
    CHECK(value_of(store->message("S1", "")).status == "read");
    const auto delivery = value_of(store->delivery("S1", ""));
    CHECK(delivery.state == "read");
    std::vector<std::string> states;
    for (const auto& one : delivery.steps) states.push_back(one.state);
    CHECK(states == std::vector<std::string>{"queued", "sent", "delivered", "read"});
    CHECK_FALSE(delivery.steps[1].recipient);
    CHECK(delivery.steps[2].recipient == ada.jid);
    CHECK(delivery.steps[2].time == at(1'700'000'002));
    CHECK(
        event_types(before) ==
        std::vector<std::string>{"receipt", "message_update", "receipt", "message_update", "receipt"}
    );
}

TEST_CASE_METHOD(
    Fixture, "store: a failed send says why; unknown sends and other people's messages have no states", "[store]"
) {
    apply({text_to(ada, "S1", "hi"), text_from(ada, "A1", "hello")});
    const auto before = store->newest_seq();
    apply({AdvanceMessage{ada, "S1", "failed", "", at(5), "not on the network"}});
    apply(
        {AdvanceMessage{ada, "A1", "read", ada.jid, at(5), ""}, AdvanceMessage{ada, "none", "read", ada.jid, at(5), ""}}
    );
    CHECK(event_types(before) == std::vector<std::string>{"receipt", "message_update"});
    const auto delivery = value_of(store->delivery("S1", ada.jid));
    CHECK(delivery.state == "failed");
    bool told = false;
    for (const auto& step : delivery.steps) told = told || step.reason == "not on the network";
    CHECK(told);
    CHECK(events(before)[0].data.find(R"("reason":"not on the network")") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "store: one bad batch leaves the others alone", "[store]") {
    CHECK(run(store->apply({text_from({"", ""}, "A1", "x")})).error() == Errc::bad_change);
    CHECK(run(store->apply({text_from(ada, "", "x")})).error() == Errc::bad_change);
    CHECK(run(store->apply({LearnMapping{ada}})).error() == Errc::bad_change);
    // Refused inside the transaction: nothing of its batch stays, the neighbours in the same commit do.
    common::asio::io_context io;
    std::vector<bool> fine(40);
    for (std::size_t i = 0; i < fine.size(); ++i) {
        std::vector<Change> changes;
        changes.push_back(text_from(ada, "M" + std::to_string(i), "x", static_cast<std::int64_t>(1000 + i)));
        if (i % 4 == 1) changes.push_back(LearnName{ada, "name", "gossip"});
        auto keep = [&fine, i](std::exception_ptr, Result<std::size_t> result) { fine[i] = result.has_value(); };
        common::asio::co_spawn(io, store->apply(std::move(changes)), keep);
    }
    io.run();
    for (std::size_t i = 0; i < fine.size(); ++i) CHECK(fine[i] == (i % 4 != 1));
    CHECK(value_of(store->messages(ada.jid, 100, 0, "")).size() == 30);
    CHECK(store->writable());
    const auto all = events();
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].seq == static_cast<std::int64_t>(i + 1));
}

TEST_CASE_METHOD(Fixture, "store: hostile text is stored readable, and nothing of it breaks the rest", "[store]") {
    const std::string hostile{"a\0b\xFF\xC3(\xED\xA0\x80 \"quoted' -- ; DROP", 24};
    AddMessage message = text_from({hostile + "@s.whatsapp.net", ""}, "I" + hostile, hostile);
    message.push_name = hostile;
    message.media_type = hostile;
    message.time = UnixTime{std::chrono::seconds{std::numeric_limits<std::int64_t>::max()}};
    apply({message, text_from(ada, "A1", "fine")});
    message.time = UnixTime{std::chrono::seconds{std::numeric_limits<std::int64_t>::min()}};
    message.id += "2";
    apply({message});
    const auto chats = value_of(store->chats({}));
    REQUIRE(chats.size() == 2);
    const auto messages = value_of(store->messages(chats[0].jid, 5, 0, ""));
    REQUIRE(messages.size() == 2);
    CHECK(
        messages[0].content.find("a\xEF\xBF\xBD"
                                 "b\xEF\xBF\xBD") == 0
    );
    CHECK(messages[0].content.find('\0') == std::string::npos);
    CHECK(contract::to_json(messages[0]).find("9999-12-31T23:59:59Z") != std::string::npos);
    SearchFilter filter;
    filter.query = hostile.substr(0, 12);
    CHECK(value_of(store->search(filter)).size() == 2);
    for (const char* query :
         {"\"",
          "\"\"\"",
          "*",
          "a AND",
          "NEAR(",
          "(",
          "text:",
          "-",
          "'",
          "^x",
          "\x01",
          "\xEE\x80\x80",
          "%",
          "_",
          "\\"}) {
        for (const bool words : {false, true}) {
            SearchFilter odd;
            odd.query = query;
            odd.whole_words = words;
            CHECK(run(store->search(odd)).has_value());
        }
    }
}

TEST_CASE_METHOD(Fixture, "store: events come in order, with the change that caused them", "[store]") {
    AddMessage message = text_from(ada, "A1", "hello");
    message.push_name = "Ada";
    apply({message, RaiseEvent{"connection", "", R"({"state":"online"})"}});
    const auto all = events();
    REQUIRE(all.size() == 4);
    CHECK(all[0].type == "contact");
    CHECK(all[1].type == "chat");
    CHECK(all[2].type == "message");
    CHECK(all[2].chat_jid == ada.jid);
    CHECK(all[3].type == "connection");
    CHECK(all[3].data == R"({"state":"online"})");
    CHECK(all[2].data == contract::to_json(value_of(store->message("A1", ""))));
    CHECK(all[1].data == contract::to_json(value_of(store->chat(ada.jid))));
    CHECK(events(3).size() == 1);
    CHECK(events(4).empty());
    CHECK(store->oldest_cursor() == 0);
}

TEST_CASE_METHOD(Fixture, "store: a closed store says so", "[store]") {
    store->close();
    CHECK(run(store->apply({text_from(ada, "A1", "x")})).error() == Errc::closed);
    CHECK(run(store->chats({})).error() == Errc::closed);
}

TEST_CASE_METHOD(Fixture, "store: no event is given out before its number is", "[store]") {
    common::asio::io_context io;
    bool writing = true;
    bool given_early = false;
    auto write = [&]() -> common::asio::awaitable<void> {
        for (int i = 0; i < 400; ++i) {
            std::vector<Change> change{RaiseEvent{"connection", "", "{}"}};
            [[maybe_unused]] const auto ignored = co_await store->apply(std::move(change));
        }
        writing = false;
    };
    auto read = [&]() -> common::asio::awaitable<void> {
        std::int64_t cursor = 0;
        while (writing) {
            const auto events = co_await store->events_after(cursor, 100);
            if (!events || events->empty()) continue;
            cursor = events->back().seq;
            given_early = given_early || cursor > store->newest_seq();
        }
    };
    common::asio::co_spawn(io, write, common::asio::detached);
    common::asio::co_spawn(io, read, common::asio::detached);
    io.run();
    CHECK(store->newest_seq() == 400);
    CHECK_FALSE(given_early);
}

}  // namespace
}  // namespace bridge::store
