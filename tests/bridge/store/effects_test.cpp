#include "tests/bridge/store/effect_fixture.hpp"

namespace bridge::store {
namespace {

TEST_CASE_METHOD(EffectFixture, "reactions: one a person, the latest counts, an empty one takes it back", "[store]") {
    apply({text_from(ada, "A1", "hello")});
    const auto before = store->newest_seq();
    const std::vector<Change> changes{
        effect(ada, "A1", React{"👍"}, 100),
        effect(me, "A1", React{"❤️"}, 101),
        effect(ada, "A1", React{"😂"}, 102),
        effect(ada, "A1", React{"🙏"}, 101)};
    apply(changes);
    CHECK(reactions("A1") == Strings{"❤️ " + me.jid, "😂 " + ada.jid});
    CHECK(event_types(before) == Strings(3, "message_update"));
    const auto event = newest();
    CHECK(event.root()["id"].string() == "A1");
    CHECK(event.root()["content"].string() == "hello");
    CHECK(event.root()["reactions"].size() == 2);
    CHECK(event.root()["reactions"].at(0)["is_from_me"].boolean() == true);
    replay(changes);
    apply({effect(ada, "A1", React{""}, 103)});
    CHECK(reactions("A1") == Strings{"❤️ " + me.jid});
    CHECK(value_of(store->reactions("A1", ada.jid)).size() == 1);
    // What was taken back does not come back with an older one.
    apply({effect(ada, "A1", React{"👍"}, 102)});
    CHECK(reactions("A1").size() == 1);
    CHECK(value_of(store->messages(ada.jid, 10, 0, "")).front().reactions.size() == 1);
}

TEST_CASE_METHOD(EffectFixture, "reactions: the sender's time counts where it is told", "[store]") {
    apply({text_from(ada, "A1", "hello", 1000)});
    Effect late = effect(ada, "A1", React{"😂"}, 2000);
    late.time = common::UnixMillis{std::chrono::milliseconds{1'500'500}};
    Effect early = effect(ada, "A1", React{"👍"}, 2001);
    early.time = common::UnixMillis{std::chrono::milliseconds{1'500'499}};
    apply({late, early});
    CHECK(reactions("A1") == Strings{"😂 " + ada.jid});
}

TEST_CASE_METHOD(EffectFixture, "effects: those that come first wait, and happen when the message comes", "[store]") {
    const std::vector<Change> first{
        effect(ada, "A1", React{"👍"}),
        effect(me, "A1", Star{true}),
        effect(ada, "A1", Edit{"corrected", common::to_bytes("proto"), ""}),
        effect(me, "A1", Pin{std::chrono::hours{24}})};
    apply(first);
    apply(first);
    CHECK(value_of(store->chats({})).size() == 1);
    SECTION("at once") {}
    SECTION("after a restart") { reopen(); }
    const auto before = store->newest_seq();
    apply({text_from(ada, "A1", "hello")});
    const auto types = event_types(before);
    CHECK(types.front() == "message");
    CHECK(types.size() == 5);
    const auto stored = message("A1");
    CHECK(stored.reactions.size() == 1);
    CHECK(stored.starred);
    CHECK(stored.content == "corrected");
    CHECK(stored.edited_at == at(1'700'000'100));
    CHECK(stored.pinned_until == at(1'700'086'500));
    replay(first);
    replay({text_from(ada, "A1", "hello")});
}

TEST_CASE_METHOD(
    EffectFixture, "effects: a stub takes reactions at once and the rest when it is completed", "[store]"
) {
    AddMessage stub = text_from(ada, "A1", "");
    stub.status = "undecryptable";
    apply({stub, effect(me, "A1", React{"👍"}), effect(ada, "A1", Edit{"corrected", {}, ""})});
    CHECK(reactions("A1").size() == 1);
    CHECK(message("A1").content.empty());
    apply({text_from(ada, "A1", "hello")});
    CHECK(message("A1").content == "corrected");
    CHECK(message("A1").reactions.size() == 1);
    CHECK(value_of(store->versions("A1", "")).size() == 2);
}

TEST_CASE_METHOD(EffectFixture, "effects: a stub that turns out to be an effect goes", "[store]") {
    AddMessage stub = text_from(ada, "R1", "", 1'700'000'050);
    stub.status = "undecryptable";
    apply({text_from(ada, "A1", "hello"), stub});
    CHECK(value_of(store->chat(ada.jid)).unread_count == 2);
    Effect reaction = effect(ada, "A1", React{"👍"});
    reaction.id = "R1";
    apply({reaction});
    CHECK(run(store->message("R1", "")).error() == Errc::message_not_found);
    const auto chat = value_of(store->chat(ada.jid));
    CHECK(chat.unread_count == 1);
    CHECK(chat.last_message == "hello");
    CHECK(reactions("A1").size() == 1);
}

TEST_CASE_METHOD(EffectFixture, "effects: they find a message whose chat was merged with theirs", "[store]") {
    Effect reaction = effect(ada_lid, "S1", React{"👍"});
    reaction.chat = ada_lid;
    apply({text_to(ada, "S1", "mine"), reaction});
    CHECK(reactions("S1").empty());
    apply({LearnMapping{ada_both}});
    CHECK(reactions("S1") == Strings{"👍 " + ada.jid});
}

TEST_CASE_METHOD(EffectFixture, "effects: one person's reactions under both addresses are one", "[store]") {
    apply({group_text(bob, "G1", "hello")});
    apply({in_group(ada, "G1", React{"👍"}, 100), in_group(ada_lid, "G1", React{"😂"}, 200)});
    CHECK(reactions("G1").size() == 2);
    apply({LearnMapping{ada_both}});
    CHECK(reactions("G1") == Strings{"😂 " + ada.jid});
    apply({in_group(ada, "G1", React{""}, 300)});
    CHECK(reactions("G1").empty());
}

TEST_CASE_METHOD(EffectFixture, "edits: the author's words are replaced, and what was said before is kept", "[store]") {
    apply({text_from(ada, "A1", "helo wrold")});
    const auto before = store->newest_seq();
    const std::vector<Change> changes{
        effect(ada, "A1", Edit{"hello wrold", common::to_bytes("1"), ""}, 1'700'000'060),
        effect(ada, "A1", Edit{"hello world", common::to_bytes("3"), ""}, 1'700'000'120),
        effect(ada, "A1", Edit{"hello werld", common::to_bytes("2"), ""}, 1'700'000'090)};
    apply(changes);
    CHECK(event_types(before) == Strings(3, "message_update"));
    const auto stored = message("A1");
    CHECK(stored.content == "hello world");
    CHECK(stored.edited_at == at(1'700'000'120));
    CHECK(
        value_of(store->versions("A1", ada.jid)) ==
        std::vector<contract::Version>{
            {"helo wrold", at(1'700'000'000)},
            {"hello wrold", at(1'700'000'060)},
            {"hello werld", at(1'700'000'090)},
            {"hello world", at(1'700'000'120)}}
    );
    CHECK(value_of(store->chat(ada.jid)).last_message == "hello world");
    CHECK(found("hello world") == Strings{"A1"});
    CHECK(found("wrold").empty());
    replay(changes);
}

TEST_CASE_METHOD(EffectFixture, "edits: they are found in the index as well as before it", "[store]") {
    std::vector<Change> many;
    for (int i = 0; i < 400; ++i) many.push_back(text_from(ada, "N" + std::to_string(i), "filler number", 1000 + i));
    apply(many);
    // The writer extends the index when it has nothing else to do; either way the answers are the same.
    for (const char* id : {"N3", "N399"}) apply({effect(ada, id, Edit{"quite another", {}, ""}, 1500)});
    CHECK(found("quite another") == Strings{"N399", "N3"});
    CHECK(found("filler").size() == 20);
    SearchFilter words;
    words.query = "another";
    words.whole_words = true;
    CHECK(value_of(store->search(words)).size() == 2);
}

TEST_CASE_METHOD(EffectFixture, "edits: nobody else's count, nor those that come days later", "[store]") {
    apply({group_text(ada, "G1", "mine"), text_to(ada, "S1", "ours")});
    const auto before = store->newest_seq();
    apply(
        {in_group(bob, "G1", Edit{"forged", {}, ""}),
         in_group(me, "G1", Edit{"forged", {}, ""}),
         in_group(ada, "G1", Edit{"too late", {}, ""}, 1'700'000'000 + 25 * 3600),
         effect(ada, "S1", Edit{"forged", {}, ""})}
    );
    CHECK(message("G1").content == "mine");
    CHECK(message("S1").content == "ours");
    CHECK_FALSE(message("G1").edited_at);
    CHECK(event_types(before).empty());
    CHECK(value_of(store->versions("G1", "")) == std::vector<contract::Version>{{"mine", at(1'700'000'000)}});
    apply({effect(me, "S1", Edit{"ours, corrected", {}, ""})});
    CHECK(message("S1").content == "ours, corrected");
}

TEST_CASE_METHOD(EffectFixture, "revokes: the content goes, a tombstone says who and when", "[store]") {
    AddMessage picture = text_from(ada, "A1", "a secret caption");
    picture.media_type = "image";
    picture.content = common::to_bytes("proto");
    picture.extras.emplace();
    picture.extras->kind = "image";
    picture.extras->media.emplace();
    picture.extras->quote = QuoteInfo{"A0", ada, "secret quote"};
    apply(
        {picture,
         UpdateMedia{ada, "A1", MediaState::downloaded, "media/a.jpg", "", "", {}},
         effect(me, "A1", React{"👍"}),
         effect(ada, "A1", Edit{"another secret", {}, ""}, 1'700'000'010)}
    );
    const std::vector<Change> changes{effect(ada, "A1", Revoke{}, 1'700'000'200)};
    apply(changes);
    const auto stored = message("A1");
    CHECK(stored.kind == "revoked");
    CHECK(stored.content.empty());
    CHECK_FALSE(stored.media_type);
    CHECK_FALSE(stored.media);
    CHECK_FALSE(stored.quoted);
    CHECK(stored.reactions.empty());
    CHECK(stored.deleted_at == at(1'700'000'200));
    CHECK(stored.deleted_by == ada.jid);
    CHECK(contract::to_json(stored).find("secret") == std::string::npos);
    CHECK(value_of(store->dead_files(10)) == Strings{"media/a.jpg"});
    CHECK(value_of(store->chat(ada.jid)).last_message == "");
    CHECK(found("secret").empty());
    CHECK(value_of(store->versions("A1", "")).size() == 1);
    CHECK(newest().root()["deleted_by"].string() == ada.jid);
    replay(changes);
    // Nothing more happens to it.
    const auto before = store->newest_seq();
    apply({effect(me, "A1", React{"👍"}, 1'700'000'300), effect(ada, "A1", Edit{"back", {}, ""}, 1'700'000'300), picture}
    );
    CHECK(event_types(before).empty());
}

TEST_CASE_METHOD(EffectFixture, "revokes: before the message, and before the stub is completed", "[store]") {
    apply({effect(ada, "A1", Revoke{})});
    AddMessage stub = text_from(ada, "A2", "");
    stub.status = "undecryptable";
    apply({stub, effect(ada, "A2", Revoke{})});
    apply({text_from(ada, "A1", "secret one"), text_from(ada, "A2", "secret two")});
    for (const char* id : {"A1", "A2"}) {
        CHECK(message(id).kind == "revoked");
        CHECK(message(id).content.empty());
        CHECK(message(id).status == "received");
    }
    CHECK(found("secret").empty());
}

TEST_CASE_METHOD(
    EffectFixture, "revokes: by the author, or an admin as the server says while nothing is known", "[store]"
) {
    apply({group_text(ada, "G1", "one"), group_text(ada, "G2", "two"), text_to(ada, "S1", "ours")});
    apply({in_group(bob, "G1", Revoke{}), effect(ada, "S1", Revoke{true})});
    CHECK(message("G1").content == "one");
    CHECK(message("S1").content == "ours");
    apply({in_group(bob, "G1", Revoke{true}), in_group(ada, "G2", Revoke{}), effect(me, "S1", Revoke{})});
    CHECK(message("G1").deleted_by == bob.jid);
    CHECK(message("G2").deleted_by == ada.jid);
    CHECK(message("S1").deleted_by == me.jid);
}

TEST_CASE_METHOD(EffectFixture, "hiding: a message deleted for us goes and does not come back", "[store]") {
    apply({text_from(ada, "A1", "keep", 1000), text_from(ada, "A2", "hide me", 2000)});
    const auto before = store->newest_seq();
    apply({effect(me, "A2", Hide{})});
    CHECK(event_types(before) == Strings{"message_update"});
    CHECK(newest().root()["id"].string() == "A2");
    CHECK(newest().root()["content"].string() == "");
    CHECK(newest().root()["deleted_at"].is_string());
    CHECK(run(store->message("A2", "")).error() == Errc::message_not_found);
    CHECK(found("hide").empty());
    const auto chat = value_of(store->chat(ada.jid));
    CHECK(chat.last_message == "keep");
    CHECK(chat.unread_count == 1);
    replay({text_from(ada, "A2", "hide me", 2000), effect(me, "A2", Hide{}), effect(ada, "A2", React{"👍"})});
    reopen();
    replay({text_from(ada, "A2", "hide me", 2000)});
    apply({text_from(ada, "A3", "next", 3000)});
    CHECK(found("next") == Strings{"A3"});
    // Hidden before it came.
    apply({effect(me, "A4", Hide{})});
    apply({text_from(ada, "A4", "never seen", 4000)});
    CHECK(found("never").empty());
}

TEST_CASE_METHOD(EffectFixture, "hiding: the newest message's number is not given to the next", "[store]") {
    std::vector<Change> many;
    for (int i = 0; i < 300; ++i) many.push_back(text_from(ada, "N" + std::to_string(i), "filler", 1000 + i));
    apply(many);
    const auto cursor = message("N299").cursor;
    apply({effect(me, "N299", Hide{})});
    reopen();
    apply({text_from(ada, "M1", "afterwards", 1299)});
    CHECK(found("afterwards") == Strings{"M1"});
    CHECK(found("filler").size() == 20);
}

TEST_CASE_METHOD(
    EffectFixture, "marks: pinned, kept and starred messages are listed; the later word counts", "[store]"
) {
    clock.advance(std::chrono::milliseconds{0});
    apply({text_from(ada, "A1", "one", 1000), text_from(ada, "A2", "two", 1001), text_from(bob, "B1", "three", 1002)});
    Effect star_bob = effect(me, "B1", Star{true});
    star_bob.chat = bob;
    const std::vector<Change> changes{
        effect(me, "A1", Star{true}),
        star_bob,
        effect(ada, "A1", Pin{std::chrono::hours{24}}, 1'700'000'000),
        effect(me, "A2", Pin{std::chrono::hours{24 * 7}}, 1'700'000'001),
        effect(me, "A2", Keep{true})};
    apply(changes);
    const auto starred = value_of(store->starred("", 10, ""));
    REQUIRE(starred.size() == 2);
    CHECK(starred[0].id == "B1");
    CHECK(value_of(store->starred("", 1, starred[0].cursor)).at(0).id == "A1");
    CHECK(value_of(store->starred(ada.jid, 10, "")).size() == 1);
    const auto pinned = value_of(store->pinned(ada.jid));
    REQUIRE(pinned.size() == 2);
    CHECK(pinned[0].id == "A2");
    CHECK(pinned[1].pinned_until == at(1'700'086'400));
    CHECK(message("A2").is_kept);
    replay(changes);
    apply(
        {effect(me, "A1", Star{false}, 1'700'000'200),
         effect(me, "A1", Pin{}, 1'700'000'200),
         effect(me, "A2", Keep{false}, 1'700'000'200),
         effect(ada, "A1", Pin{std::chrono::hours{24}}, 1'700'000'150)}
    );
    CHECK(value_of(store->starred(ada.jid, 10, "")).empty());
    CHECK(value_of(store->pinned(ada.jid)).size() == 1);
    CHECK_FALSE(message("A2").is_kept);
    clock.advance(std::chrono::hours{24 * 8});
    CHECK(value_of(store->pinned(ada.jid)).empty());
}

TEST_CASE_METHOD(EffectFixture, "marks: who dates a pin far ahead does not keep others from unpinning", "[store]") {
    apply({text_from(ada, "A1", "one")});
    Effect far = effect(ada, "A1", Pin{std::chrono::hours{24}});
    far.time = common::UnixMillis{std::chrono::hours{24 * 365 * 100}};
    apply({far, effect(me, "A1", Pin{}, 1'700'000'100 + 2 * 3600)});
    CHECK_FALSE(message("A1").pinned_until);
}

TEST_CASE_METHOD(EffectFixture, "effects: by nobody, or on nothing that can be named, do no harm", "[store]") {
    apply({text_from(ada, "A1", "hello")});
    const auto before = store->newest_seq();
    apply({effect(Party{}, "A1", React{"👍"})});
    CHECK(event_types(before).empty());
    CHECK(run(store->apply({effect(ada, "", React{"👍"})})).error() == Errc::bad_change);
    CHECK(run(store->apply({effect(ada, std::string(2000, 'x'), React{"👍"})})).error() == Errc::bad_change);
    apply({effect(ada, "A1", React{std::string(5000, 'x') + "\xFF"})});
    CHECK(message("A1").reactions.at(0).emoji.size() == 128);
    apply({effect(ada, "A1", Vote{{common::Bytes(32, 1)}}), effect(ada, "A1", Answer{"going", 0})});
    CHECK(run(store->poll("A1", "")).error() == Errc::poll_not_found);
}

TEST_CASE_METHOD(EffectFixture, "effects: a flood for messages that never come is bounded", "[store]") {
    std::vector<Change> flood;
    for (int i = 0; i < 2500; ++i) flood.push_back(effect(ada, "X" + std::to_string(i), React{"👍"}));
    apply(flood);
    apply({text_from(ada, "X0", "first"), text_from(ada, "X2499", "last")});
    CHECK(message("X0").reactions.size() == 1);
    CHECK(message("X2499").reactions.empty());
    // Bob's chat has room of its own.
    Effect other = effect(bob, "B1", React{"👍"});
    other.chat = bob;
    apply({other});
    apply({text_from(bob, "B1", "x")});
    CHECK(message("B1").reactions.size() == 1);
    // A month later nobody waits any more.
    clock.advance(std::chrono::hours{24 * 31});
    apply({DropDue{}});
    apply({text_from(ada, "X1", "second")});
    CHECK(message("X1").reactions.empty());
}

}  // namespace
}  // namespace bridge::store
