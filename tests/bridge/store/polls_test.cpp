#include "tests/bridge/store/effect_fixture.hpp"

namespace bridge::store {
namespace {

common::Bytes hash(int value) { return common::Bytes(32, static_cast<std::uint8_t>(value)); }

/// Soup, salad and pizza; one may be chosen unless told.
AddMessage poll_from(const Party& from, const std::string& id, std::int64_t selectable = 1) {
    AddMessage message = group_text(from, id, "Lunch?");
    message.media_type = "poll";
    message.extras.emplace();
    message.extras->kind = "poll";
    message.extras->poll.emplace();
    message.extras->poll->name = "Lunch?";
    message.extras->poll->options = {{"Soup", hash(1)}, {"Salad", hash(2)}, {"Pizza", hash(3)}};
    message.extras->poll->selectable = selectable;
    return message;
}

struct PollFixture : EffectFixture {
    /// "name votes" of each option.
    Strings tally(const std::string& id) {
        Strings out;
        for (const auto& option : value_of(store->poll(id, "")).options) {
            out.push_back(option.name + " " + std::to_string(option.votes));
        }
        return out;
    }
};

TEST_CASE_METHOD(PollFixture, "polls: the latest vote of each voter counts", "[store]") {
    apply({poll_from(ada, "P1")});
    const auto before = store->newest_seq();
    const std::vector<Change> votes{
        in_group(ada, "P1", Vote{{hash(1)}}, 100),
        in_group(bob, "P1", Vote{{hash(1)}}, 101),
        in_group(me, "P1", Vote{{hash(3)}}, 102),
        in_group(bob, "P1", Vote{{hash(2)}}, 103),
        in_group(bob, "P1", Vote{{hash(3)}}, 102)};
    apply(votes);
    CHECK(tally("P1") == Strings{"Soup 1", "Salad 1", "Pizza 1"});
    CHECK(event_types(before) == Strings(4, "message_update"));
    const auto poll = newest();
    CHECK(poll.root()["poll"]["voters"].integer() == 3);
    CHECK(poll.root()["poll"]["options"].at(2)["is_mine"].boolean() == true);
    replay(votes);
    apply({in_group(ada, "P1", Vote{}, 200)});
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 1", "Pizza 1"});
    const auto stored = value_of(store->poll("P1", group.jid));
    CHECK(stored.voters == 2);
    REQUIRE(stored.options[1].voters.size() == 1);
    CHECK(stored.options[1].voters[0].jid == bob.jid);
    CHECK(message("P1").poll->options[1].voters.empty());
}

TEST_CASE_METHOD(PollFixture, "polls: votes that come before the poll are counted when it comes", "[store]") {
    const std::vector<Change> votes{
        in_group(bob, "P1", Vote{{hash(2)}}, 103), in_group(bob, "P1", Vote{{hash(1)}}, 101)};
    apply(votes);
    reopen();
    apply({poll_from(ada, "P1")});
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 1", "Pizza 0"});
    replay(votes);
}

TEST_CASE_METHOD(PollFixture, "polls: unknown options and votes for too many count for nothing", "[store]") {
    apply({poll_from(ada, "P1", 2), poll_from(ada, "P0", 0)});
    apply(
        {in_group(ada, "P1", Vote{{hash(1), hash(2), hash(3)}}),
         in_group(bob, "P1", Vote{{hash(9), hash(2), hash(2)}}),
         in_group(me, "P1", Vote{{hash(9), hash(1), hash(2)}}),
         in_group(ada, "P0", Vote{{hash(1), hash(2), hash(3), common::Bytes(5, 1)}})}
    );
    CHECK(tally("P1") == Strings{"Soup 1", "Salad 2", "Pizza 0"});
    CHECK(value_of(store->poll("P1", "")).voters == 2);
    CHECK(tally("P0") == Strings{"Soup 1", "Salad 1", "Pizza 1"});
}

TEST_CASE_METHOD(PollFixture, "polls: one person's votes under both addresses are one", "[store]") {
    apply({poll_from(bob, "P1")});
    apply({in_group(ada_lid, "P1", Vote{{hash(2)}}, 200), in_group(ada, "P1", Vote{{hash(1)}}, 100)});
    CHECK(value_of(store->poll("P1", "")).voters == 2);
    apply({LearnMapping{ada_both}});
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 1", "Pizza 0"});
}

TEST_CASE_METHOD(PollFixture, "polls: options that are added take votes, also earlier ones", "[store]") {
    apply({poll_from(ada, "P1"), in_group(bob, "P1", Vote{{hash(4)}}, 100)});
    CHECK(value_of(store->poll("P1", "")).voters == 0);
    const std::vector<Change> changes{in_group(bob, "P1", AddOption{{"Curry", hash(4)}})};
    apply(changes);
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 0", "Pizza 0", "Curry 1"});
    replay(changes);
    replay({in_group(me, "P1", AddOption{{"Soup again", hash(1)}})});
}

TEST_CASE_METHOD(PollFixture, "events: answers are kept one a person and added up", "[store]") {
    AddMessage party = group_text(ada, "E1", "Party");
    party.media_type = "event";
    party.extras.emplace();
    party.extras->kind = "event";
    party.extras->details = R"({"event":{"name":"Party"}})";
    const std::vector<Change> answers{
        in_group(bob, "E1", Answer{"going", 2}, 100),
        in_group(me, "E1", Answer{"maybe", 0}, 101),
        in_group(ada, "E1", Answer{"not_going", 0}, 101)};
    apply({answers[0]});
    apply({party});
    apply(answers);
    auto counts = message("E1").event_answers;
    REQUIRE(counts);
    CHECK(*counts == contract::EventAnswers{1, 1, 1, 2, "maybe"});
    replay(answers);
    apply({in_group(bob, "E1", Answer{"not_going", 0}, 200), in_group(bob, "E1", Answer{"maybe", 0}, 150)});
    CHECK(*message("E1").event_answers == contract::EventAnswers{0, 2, 1, 0, "maybe"});
    CHECK(value_of(store->answers("E1", "")).size() == 3);
    const auto event = newest();
    CHECK(event.root()["event"]["name"].string() == "Party");
    CHECK(event.root()["event_answers"]["not_going"].integer() == 2);
}

TEST_CASE_METHOD(PollFixture, "sealed effects: they wait until somebody opens them", "[store]") {
    CHECK(store->sealed_count() == 0);
    const Effect sealed = in_group(bob, "P1", Sealed{common::to_bytes("sealed vote")});
    apply({sealed, sealed});
    CHECK(store->sealed_count() == 1);
    reopen();
    CHECK(store->sealed_count() == 1);
    auto waiting = value_of(store->sealed(group, "P1"));
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].who == bob);
    CHECK(waiting[0].id == sealed.id);
    CHECK(std::get<Sealed>(waiting[0].what).content == common::to_bytes("sealed vote"));
    CHECK(value_of(store->sealed(ada, "P1")).empty());
    Effect opened = waiting[0];
    opened.what = Vote{{hash(2)}};
    apply({poll_from(ada, "P1"), opened});
    CHECK(store->sealed_count() == 0);
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 1", "Pizza 0"});
    // For a message that is there it is of no use.
    apply({sealed});
    CHECK(store->sealed_count() == 0);
}

}  // namespace
}  // namespace bridge::store
