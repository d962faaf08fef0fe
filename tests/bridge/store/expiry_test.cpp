#include "tests/bridge/store/effect_fixture.hpp"

#include <future>

namespace bridge::store {
namespace {

constexpr std::int64_t now = 1'700'000'000;

AddMessage disappearing(const std::string& id, std::int64_t expires, std::int64_t time = now) {
    AddMessage message = text_from(ada, id, "words of " + id, time);
    message.extras.emplace();
    message.extras->expires_at = at(expires);
    return message;
}

AddMessage status_from(const Party& from, const std::string& id, std::int64_t time = now) {
    AddMessage message = text_from(from, id, "status of " + id, time);
    message.chat = Party{status_chat, ""};
    message.count_unread = false;
    message.extras.emplace();
    message.extras->expires_at = at(time + 24 * 3600);
    return message;
}

TEST_CASE_METHOD(EffectFixture, "expiry: messages go when their time is up, kept ones stay", "[store]") {
    apply(
        {text_from(ada, "T1", "stays", now - 1),
         disappearing("D1", now + 60),
         disappearing("D2", now + 60),
         disappearing("D3", now + 3600)}
    );
    CHECK(message("D1").expires_at == at(now + 60));
    apply({effect(me, "D2", Keep{true}), DropDue{}});
    CHECK(value_of(store->messages(ada.jid, 10, 0, "")).size() == 4);
    clock.advance(std::chrono::seconds{60});
    const auto before = store->newest_seq();
    apply({DropDue{}});
    CHECK(run(store->message("D1", "")).error() == Errc::message_not_found);
    CHECK(message("D2").is_kept);
    CHECK(message("D3").content == "words of D3");
    CHECK(found("words").size() == 2);
    CHECK(value_of(store->chat(ada.jid)).unread_count == 3);
    bool told = false;
    for (const auto& event : events(before)) told = told || event.data.find(R"("id":"D1")") != std::string::npos;
    CHECK(told);
    // The same message from another queue, or from history, does not bring it back.
    apply({disappearing("D1", now + 60)});
    CHECK(run(store->message("D1", "")).error() == Errc::message_not_found);
    // Let go again, a kept message follows.
    apply({effect(me, "D2", Keep{false}, now + 200), DropDue{}});
    CHECK(run(store->message("D2", "")).error() == Errc::message_not_found);
}

TEST_CASE_METHOD(EffectFixture, "expiry: the store drops what is due by itself", "[store]") {
    apply({disappearing("D1", now + 60)});
    std::promise<void> dropped;
    bool told = false;
    const auto seq = store->newest_seq();
    store->on_commit([&](std::int64_t newest) {
        if (!std::exchange(told, newest > seq)) dropped.set_value();
    });
    clock.advance(std::chrono::seconds{120});
    CHECK(dropped.get_future().wait_for(std::chrono::seconds{60}) == std::future_status::ready);
    store->on_commit({});
    CHECK(run(store->message("D1", "")).error() == Errc::message_not_found);
}

TEST_CASE_METHOD(EffectFixture, "expiry: an empty chat keeps its place and has no last message", "[store]") {
    apply({disappearing("D1", now + 60)});
    clock.advance(std::chrono::seconds{60});
    apply({DropDue{}});
    const auto chat = value_of(store->chat(ada.jid));
    CHECK(chat.last_message_time == at(now));
    CHECK_FALSE(chat.last_message);
    CHECK(chat.unread_count == 0);
}

TEST_CASE_METHOD(EffectFixture, "expiry: files of what went are named until they are removed", "[store]") {
    AddMessage picture = disappearing("D1", now + 60);
    picture.media_type = "image";
    picture.extras->media.emplace();
    apply({picture, UpdateMedia{ada, "D1", MediaState::downloaded, "media/x", "", "", {}}});
    clock.advance(std::chrono::seconds{60});
    apply({DropDue{}});
    CHECK(value_of(store->dead_files(10)) == Strings{"media/x"});
}

TEST_CASE_METHOD(EffectFixture, "statuses: they are apart from the chats, for a day", "[store]") {
    apply({text_from(ada, "T1", "words", now), status_from(ada, "S1"), status_from(bob, "S2", now + 10)});
    const auto posts = value_of(store->statuses(10, ""));
    REQUIRE(posts.size() == 2);
    CHECK(posts[0].id == "S2");
    CHECK(posts[0].is_status);
    CHECK(value_of(store->statuses(10, posts[0].cursor)).size() == 1);
    CHECK(value_of(store->chats({})).size() == 1);
    ChatQuery query;
    query.query = "status";
    CHECK(value_of(store->chats(query)).empty());
    for (const auto& chat : value_of(store->contact_chats("15550000001"))) CHECK(chat.jid != status_chat);
    for (const char* text : {"status", "st", ""}) {
        for (const auto& id : found(text)) CHECK(id == "T1");
    }
    SearchFilter there;
    there.query = "status";
    there.chat_jid = status_chat;
    CHECK(value_of(store->search(there)).size() == 2);
    // Reactions and revokes work as everywhere.
    Effect revoke = effect(ada, "S1", Revoke{});
    revoke.chat = Party{status_chat, ""};
    Effect like = effect(me, "S2", React{"❤️"});
    like.chat = Party{status_chat, ""};
    apply({revoke, like});
    CHECK(message("S1").kind == "revoked");
    CHECK(message("S2").reactions.size() == 1);
    clock.advance(std::chrono::hours{25});
    apply({DropDue{}});
    CHECK(value_of(store->statuses(10, "")).empty());
}

TEST_CASE_METHOD(EffectFixture, "statuses: nobody has posted any", "[store]") {
    CHECK(value_of(store->statuses(10, "")).empty());
}

}  // namespace
}  // namespace bridge::store
