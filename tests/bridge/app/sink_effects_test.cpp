#include "tests/bridge/app/sink_fixture.hpp"

namespace bridge::app {
namespace {

using Strings = std::vector<std::string>;

common::Bytes poll() {
    content::Poll body;
    body.name = "Lunch?";
    body.options = {"Soup", "Salad"};
    body.selectable = 1;
    return wire(with(std::move(body)));
}

content::Content vote_for(const std::string& poll_id, const Jid& author, const Jid& voter, Strings options) {
    content::PollVote vote;
    vote.poll = key_of(poll_id, false, author);
    vote.vote = seal(addons::UseCase::poll_vote, poll_id, author, voter, addons::make_vote(options));
    vote.time = common::UnixMillis{std::chrono::seconds{1'700'000'000}};
    return with(std::move(vote));
}

content::Content reaction_to(const std::string& id, const std::string& emoji) {
    content::Reaction reaction;
    reaction.target = key_of(id);
    reaction.emoji = emoji;
    return with(std::move(reaction));
}

struct PollFixture : SinkFixture {
    Strings tally(const std::string& id) {
        Strings out;
        for (const auto& option : value_of(store->poll(id, "")).options) {
            out.push_back(option.name + " " + std::to_string(option.votes));
        }
        return out;
    }
};

TEST_CASE_METHOD(SinkFixture, "sink: reactions of others and of our own stand at the message, not beside it", "[app]") {
    take(from(ada_lid, "R0", wire(reaction_to("A1", "👍"))));
    take(from(ada_lid, "A1", wire(text("hello"))), queued("R1", wire(reaction_to("A1", "❤️"))));
    CHECK_FALSE(is_there("R0"));
    CHECK_FALSE(is_there("R1"));
    const auto reactions = message("A1").reactions;
    REQUIRE(reactions.size() == 2);
    CHECK(reactions[0].sender == ada.to_string());
    CHECK(reactions[1].emoji == "❤️");
    CHECK(reactions[1].is_from_me);
    // Another own device takes it back.
    take(from(own_lid, "R2", wire(reaction_to("A1", ""))));
    CHECK(message("A1").reactions.size() == 1);
}

TEST_CASE_METHOD(SinkFixture, "sink: edits replace words, and keep the secret of the first", "[app]") {
    take(from(ada_lid, "A1", wire(text("helo"))));
    content::Edit edit;
    edit.target = key_of("A1", true);
    edit.message = *content::write(text("hello"), {});
    take(from(ada_lid, "E1", wire(with(edit))));
    CHECK(message("A1").content == "hello");
    CHECK(message("A1").edited_at);
    CHECK_FALSE(is_there("E1"));
    const auto stored = value_of(store->stored("A1", ""));
    const common::Bytes now = message_of(stored);
    CHECK(content::message_secret_of(now) == secret);
    const auto read = content::read(now);
    REQUIRE(read);
    CHECK(std::get<content::Text>(read->body).text == "hello");
    // Ours.
    take(queued("S1", wire(text("mine"))));
    edit.target = key_of("S1", true);
    edit.message = *content::write(text("mine, better"), {});
    take(queued("E2", wire(with(edit))));
    CHECK(message("S1").content == "mine, better");
    CHECK(value_of(store->versions("S1", "")).size() == 2);
}

TEST_CASE_METHOD(SinkFixture, "sink: revokes by the author, by an admin, by ourselves", "[app]") {
    const auto revoke = [](const std::string& id, bool by_writer) {
        content::Revoke body;
        body.target = key_of(id, by_writer, by_writer ? Jid{} : ada_lid);
        return wire(with(std::move(body)));
    };
    take(
        from(ada_lid, "G1", wire(text("one")), group),
        from(ada_lid, "G2", wire(text("two")), group),
        from(ada_lid, "G3", wire(text("three")), group),
        queued("S1", wire(text("mine")), group)
    );
    auto by_admin = from(bob_lid, "X2", revoke("G2", false), group);
    by_admin.edit = "8";
    auto forged = from(bob_lid, "X3", revoke("G3", false), group);
    forged.edit = "7";
    take(from(ada_lid, "X1", revoke("G1", true), group), by_admin, forged, queued("X4", revoke("S1", true), group));
    CHECK(message("G1").kind == "revoked");
    CHECK(message("G2").deleted_by == bob_lid.to_string());
    CHECK(message("G3").content == "three");
    CHECK(message("S1").kind == "revoked");
}

TEST_CASE_METHOD(SinkFixture, "sink: pins and keeps are marks of the message", "[app]") {
    take(from(ada_lid, "A1", wire(text("hello"))));
    content::Pin pin;
    pin.target = key_of("A1");
    pin.duration = std::chrono::hours{24};
    pin.time = common::UnixMillis{std::chrono::seconds{1'700'000'100}};
    content::Keep keep;
    keep.target = key_of("A1");
    take(from(ada_lid, "P1", wire(with(pin))), queued("K1", wire(with(keep))));
    CHECK(message("A1").pinned_until == at(1'700'086'500));
    CHECK(message("A1").is_kept);
}

TEST_CASE_METHOD(PollFixture, "sink: votes that the client opened are counted", "[app]") {
    take(from(ada_lid, "P1", poll(), group));
    auto vote = from(bob_lid, "V1", wire(vote_for("P1", ada_lid, bob_lid, {"Soup"})), group);
    vote.addon = addons::make_vote(Strings{"Soup"});
    auto mine = queued("V2", wire(vote_for("P1", ada_lid, own_lid, {"Salad"})), group);
    mine.addon = addons::make_vote(Strings{"Salad"});
    take(vote, mine);
    CHECK(tally("P1") == Strings{"Soup 1", "Salad 1"});
    CHECK(message("P1").poll->options[1].is_mine);
}

TEST_CASE_METHOD(PollFixture, "sink: votes taken back are empty, sealed and open", "[app]") {
    take(from(ada_lid, "P1", poll(), group), queued("S1", poll(), group));
    for (const Strings& options : {Strings{"Soup"}, Strings{}}) {
        const std::string number = std::to_string(options.size());
        auto vote = from(bob_lid, "V1" + number, wire(vote_for("P1", ada_lid, bob_lid, options)), group);
        auto of_ours = from(bob_lid, "V2" + number, wire(vote_for("S1", own_lid, bob_lid, options)), group);
        auto mine = queued("V3" + number, wire(vote_for("P1", ada_lid, own_lid, options)), group);
        mine.addon = addons::make_vote(options);
        take(vote, of_ours, mine);
        const int votes = static_cast<int>(options.size());
        CHECK(tally("P1").at(0) == "Soup " + std::to_string(2 * votes));
        CHECK(tally("S1").at(0) == "Soup " + std::to_string(votes));
    }
}

TEST_CASE_METHOD(PollFixture, "sink: votes that come before the poll are opened when it comes", "[app]") {
    const auto vote = from(bob_lid, "V1", wire(vote_for("P1", ada_lid, bob_lid, {"Salad"})), group);
    const auto other = from(own_lid, "V2", wire(vote_for("P1", ada_lid, own_lid, {"Soup"})), group);
    SECTION("in one go") { take(vote, other, from(ada_lid, "P1", poll(), group)); }
    SECTION("one by one") {
        take(vote);
        take(other);
        CHECK(store->sealed_count() == 2);
        take(from(ada_lid, "P1", poll(), group));
    }
    SECTION("after a stub") {
        auto stub = from(ada_lid, "P1", {}, group);
        stub.undecryptable = events::Undecryptable::waiting_for_retry;
        take(stub, vote, other);
        take(from(ada_lid, "P1", poll(), group));
    }
    SECTION("and told again") {
        take(vote, other);
        const auto whole = from(ada_lid, "P1", poll(), group);
        take(whole);
        const auto seq = store->newest_seq();
        take(vote, other, whole);
        CHECK(event_types(seq).empty());
    }
    CHECK(tally("P1") == Strings{"Soup 1", "Salad 1"});
    CHECK(store->sealed_count() == 0);
}

TEST_CASE_METHOD(PollFixture, "sink: what does not open is dropped when its message comes", "[app]") {
    // Sealed for somebody else's poll.
    take(from(bob_lid, "V1", wire(vote_for("P1", bob_lid, bob_lid, {"Salad"})), group));
    CHECK(store->sealed_count() == 1);
    take(from(ada_lid, "P1", poll(), group));
    CHECK(store->sealed_count() == 0);
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 0"});
    take(from(bob_lid, "V2", wire(vote_for("P1", bob_lid, bob_lid, {"Salad"})), group));
    CHECK(store->sealed_count() == 0);
    CHECK(tally("P1") == Strings{"Soup 0", "Salad 0"});
}

TEST_CASE_METHOD(
    SinkFixture, "sink: answers to events, sealed reactions, edits, options and comments are opened", "[app]"
) {
    content::Event party;
    party.name = "Party";
    party.starts = at(1'800'000'000);
    take(from(ada_lid, "E1", wire(with(party)), group), from(ada_lid, "P1", poll(), group));
    take(from(ada_lid, "A1", wire(text("post")), group));

    content::EventResponse response;
    response.event = key_of("E1", false, ada_lid);
    addons::EventAnswer answer;
    answer.answer = addons::Answer::going;
    answer.extra_guests = 2;
    response.response = seal(addons::UseCase::event_response, "E1", ada_lid, bob_lid, addons::make_answer(answer));
    take(from(bob_lid, "X1", wire(with(response)), group));
    REQUIRE(message("E1").event_answers);
    CHECK(message("E1").event_answers->going == 1);
    CHECK(message("E1").event_answers->extra_guests == 2);

    content::EncryptedReaction reaction;
    reaction.target = key_of("A1", false, ada_lid);
    addons::OpenReaction open;
    open.emoji = "👍";
    reaction.reaction = seal(addons::UseCase::reaction, "A1", ada_lid, bob_lid, addons::make_reaction(open));
    take(from(bob_lid, "X2", wire(with(reaction)), group));
    CHECK(message("A1").reactions.size() == 1);

    content::EncryptedEdit edit;
    edit.target = key_of("A1", true);
    edit.kind = content::SecretKind::message_edit;
    edit.edit = seal(addons::UseCase::message_edit, "A1", ada_lid, ada_lid, *content::write(text("new post"), {}));
    take(from(ada_lid, "X3", wire(with(edit)), group));
    CHECK(message("A1").content == "new post");

    content::EncryptedComment comment;
    comment.target = key_of("A1", false, ada_lid);
    comment.comment = seal(addons::UseCase::comment, "A1", ada_lid, bob_lid, *content::write(text("nice"), {}));
    take(from(bob_lid, "X4", wire(with(comment)), group));
    CHECK(message("X4").kind == "comment");
    CHECK(message("X4").content == "nice");
    CHECK(message("X4").parent_id == "A1");
}

TEST_CASE_METHOD(SinkFixture, "sink: a sealed comment waits for its post", "[app]") {
    content::EncryptedComment comment;
    comment.target = key_of("A1", false, ada_lid);
    comment.comment = seal(addons::UseCase::comment, "A1", ada_lid, bob_lid, *content::write(text("nice"), {}));
    take(from(bob_lid, "X4", wire(with(comment)), group));
    CHECK_FALSE(is_there("X4"));
    take(from(ada_lid, "A1", wire(text("post")), group));
    CHECK(message("X4").content == "nice");
    CHECK(store->sealed_count() == 0);
}

TEST_CASE_METHOD(SinkFixture, "sink: what is done to a status is done there", "[app]") {
    const Jid statuses{"status", server::broadcast};
    take(from(ada_lid, "S1", wire(text("today")), statuses));
    content::Reaction reaction;
    reaction.target = key_of("S1", false, ada_lid);
    reaction.target.chat = statuses;
    reaction.emoji = "❤️";
    take(queued("R1", wire(with(reaction))));
    CHECK(message("S1").is_status);
    CHECK(message("S1").reactions.size() == 1);
    CHECK(value_of(store->statuses(10, "")).size() == 1);
}

TEST_CASE_METHOD(SinkFixture, "sink: bytes that are no message, and overlong names, do no harm", "[app]") {
    content::Reaction reaction;
    reaction.target = key_of(std::string(5000, 'x'));
    reaction.emoji = "👍";
    take(
        from(ada_lid, "A1", common::to_bytes("\xFF\xFF\xFF")),
        from(ada_lid, "A2", {}),
        from(ada_lid, "A3", wire(with(reaction))),
        from(ada_lid, "A4", wire(text("fine")))
    );
    CHECK_FALSE(is_there("A1"));
    CHECK_FALSE(is_there("A3"));
    CHECK(is_there("A4"));
}

}  // namespace
}  // namespace bridge::app
