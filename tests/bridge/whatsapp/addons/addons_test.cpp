#include "bridge/whatsapp/addons/addons.hpp"

#include "bridge/whatsapp/addons/payloads.hpp"
#include "bridge/whatsapp/addons/tokens.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "proto/e2e.pb.h"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::addons {

namespace addons = bridge::whatsapp::addons;
namespace content = bridge::whatsapp::content;
namespace server = bridge::whatsapp::server;
using addons::UseCase;
using bridge::whatsapp::Jid;
using common::Bytes;
using common::ByteView;
using common::UnixMillis;

namespace {

const Bytes secret(32, 0x5A);
const Bytes iv(12, 3);
const Jid author_lid{"200000000000002", server::lid};
const Jid author_pn{"15550000002", server::user};
const Jid voter_lid{"300000000000003", server::lid};
const Jid voter_pn{"15550000003", server::user};

UnixMillis at(std::int64_t ms) { return UnixMillis{std::chrono::milliseconds{ms}}; }

addons::Vote vote(const Jid& voter, std::int64_t ms, std::vector<std::string> options) {
    addons::Vote out{voter, at(ms), {}};
    for (const auto& option : options) out.selected.push_back(addons::option_hash(option));
    return out;
}

content::Poll colours(std::uint32_t selectable = 0) {
    content::Poll poll;
    poll.name = "Colour?";
    poll.options = {"Red", "Green", "Blue"};
    poll.selectable = selectable;
    return poll;
}

}  // namespace

TEST_CASE("add-ons: LID comes first, then PN, then what was found, then mixtures", "[addons]") {
    const addons::Names author{author_lid, author_pn, author_pn.with_device(4)};
    const addons::Names voter{voter_lid, voter_pn, {}};
    const auto all = addons::attempts("ID", author, voter);
    REQUIRE(all.size() == 4);
    CHECK(all[0] == addons::Parties{"ID", author_lid, voter_lid});
    CHECK(all[1] == addons::Parties{"ID", author_pn, voter_pn});
    CHECK(all[2] == addons::Parties{"ID", author_pn, voter_lid});
    CHECK(all[3] == addons::Parties{"ID", author_lid, voter_pn});
    CHECK(addons::attempts("ID", {}, voter).empty());
}

TEST_CASE("add-ons: open whichever addresses the other side used", "[addons]") {
    const Bytes plain = addons::make_vote(std::vector<std::string>{"Red"});
    const addons::Names author{author_lid, author_pn, {}};
    const addons::Names voter{voter_lid, voter_pn, {}};
    for (const Jid& a : {author_lid, author_pn}) {
        for (const Jid& m : {voter_lid, voter_pn}) {
            const addons::Parties used{"ID", a, m};
            const auto sealed = addons::seal(UseCase::poll_vote, secret, used, plain, iv);
            REQUIRE(sealed);
            const auto opened = addons::open_any(UseCase::poll_vote, secret, "ID", author, voter, *sealed);
            REQUIRE(opened);
            CHECK(opened->plain == plain);
            CHECK(opened->parties == used);
            CHECK(
                addons::open_any(UseCase::poll_vote, secret, "OTHER", author, voter, *sealed).error() ==
                addons::Errc::does_not_open
            );
        }
    }
}

TEST_CASE("add-ons: an added option opens also with the key of an edit", "[addons]") {
    const addons::Parties used{"ID", author_lid, voter_lid};
    const auto sealed = addons::seal(UseCase::poll_edit, secret, used, common::to_bytes("x"), iv);
    REQUIRE(sealed);
    const addons::Names author{author_lid, {}, {}};
    const addons::Names voter{voter_lid, {}, {}};
    CHECK(addons::open_any(UseCase::poll_add_option, secret, "ID", author, voter, *sealed));
    CHECK_FALSE(addons::open_any(UseCase::message_edit, secret, "ID", author, voter, *sealed));
}

TEST_CASE("add-ons: sealing follows the form of the author's address", "[addons]") {
    const addons::Names me{voter_lid, voter_pn, {}};
    CHECK(addons::for_sealing("ID", author_lid.with_device(2), me) == addons::Parties{"ID", author_lid, voter_lid});
    CHECK(addons::for_sealing("ID", author_pn, me) == addons::Parties{"ID", author_pn, voter_pn});
    CHECK(addons::for_sealing("ID", author_lid, {{}, voter_pn, {}}).modifier == voter_pn);
}

TEST_CASE("add-ons: secrets and seals of other sizes are refused", "[addons]") {
    const addons::Parties who{"ID", author_lid, voter_lid};
    CHECK(addons::key_for(UseCase::poll_vote, Bytes(31, 1), who).error() == addons::Errc::bad_secret);
    CHECK(addons::seal(UseCase::poll_vote, secret, who, {}, Bytes(11, 1)).error() == addons::Errc::bad_seal);
    CHECK(
        addons::open(UseCase::poll_vote, secret, who, {Bytes(15, 1), Bytes(12, 1)}).error() == addons::Errc::bad_seal
    );
    CHECK(
        addons::open(UseCase::poll_vote, secret, who, {Bytes(16, 1), Bytes(13, 1)}).error() == addons::Errc::bad_seal
    );
    CHECK(addons::use_case_of(content::SecretKind::event_edit) == UseCase::event_edit);
    CHECK_FALSE(addons::use_case_of(content::SecretKind::message_schedule));
}

TEST_CASE("bots: the envelope gives the sealed part", "[addons]") {
    wa::e2e::MessageSecretMessage message;
    message.set_version(1);
    message.set_enc_iv(std::string(12, 'i'));
    message.set_enc_payload(std::string(16, 'p'));
    const std::string wire = message.SerializeAsString();
    const auto sealed = addons::parse_bot_envelope(common::as_bytes(wire));
    REQUIRE(sealed);
    CHECK(sealed->iv == Bytes(12, 'i'));
    CHECK(sealed->payload == Bytes(16, 'p'));
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK_FALSE(addons::parse_bot_envelope(common::as_bytes(wire.substr(0, size))));
}

TEST_CASE("tally: the latest vote of each voter counts", "[addons]") {
    const std::vector<addons::Vote> votes{
        vote(voter_lid, 200, {"Blue"}),
        vote(voter_lid.with_device(5), 100, {"Red"}),  // older, though it came later
        vote(author_lid, 100, {"Red", "Green", "Red"}),
        vote(voter_pn, 100, {"Green"}),
        vote(voter_pn, 150, {}),  // taken back
        vote(author_pn, 100, {"Purple"}),
    };
    const auto result = addons::tally(colours(), votes);
    REQUIRE(result.options.size() == 3);
    CHECK(result.options[0].name == "Red");
    CHECK(result.options[0].voters == std::vector<Jid>{author_lid});
    CHECK(result.options[1].count() == 1);
    CHECK(result.options[2].voters == std::vector<Jid>{voter_lid});
    CHECK(result.voters == 2);
    CHECK(result.unknown == 1);
}

TEST_CASE("tally: of equal times the later vote counts, and too many choices are none", "[addons]") {
    const std::vector<addons::Vote> votes{
        vote(voter_lid, 100, {"Red"}),
        vote(voter_lid, 100, {"Blue"}),
        vote(author_lid, 100, {"Red", "Blue"}),
    };
    const auto result = addons::tally(colours(1), votes);
    CHECK(result.options[0].count() == 0);
    CHECK(result.options[2].count() == 1);
    CHECK(result.voters == 1);
}

TEST_CASE("payloads: hostile bytes never end worse than in an error", "[addons]") {
    const Bytes vote_plain = addons::make_vote(std::vector<std::string>{"Red", "Blue"});
    const Bytes answer_plain = addons::make_answer({addons::Answer::maybe, at(1700000000000), 3});
    const Bytes reaction_plain = addons::make_reaction({"\xF0\x9F\x91\x8D", at(1700000000000)});
    CHECK(addons::parse_answer(answer_plain)->extra_guests == 3);
    for (const Bytes& valid : {vote_plain, answer_plain, reaction_plain}) {
        for (std::size_t bit = 0; bit < valid.size() * 8; ++bit) {
            Bytes flipped = valid;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            if (const auto hashes = addons::parse_vote(flipped)) CHECK(hashes->size() <= 2);
            if (const auto answer = addons::parse_answer(flipped)) CHECK(answer->extra_guests >= 0);
            if (const auto reaction = addons::parse_reaction(flipped)) CHECK(reaction->time >= at(0));
        }
    }
    CHECK(addons::parse_vote(ByteView{vote_plain}.first(20)).error() == addons::Errc::malformed);
    wa::e2e::PollVoteMessage wrong_size;
    wrong_size.add_selected_options("short");
    CHECK_FALSE(addons::parse_vote(common::as_bytes(wrong_size.SerializeAsString())));
}

TEST_CASE("reporting tokens: are for what can be reported, and need a secret", "[addons]") {
    const Bytes text = content::make_text("hello", secret);
    CHECK(addons::reporting_token(text, secret, "ID", voter_lid, author_lid));
    CHECK_FALSE(addons::reporting_token(text, {}, "ID", voter_lid, author_lid));
    wa::e2e::Message reaction;
    reaction.mutable_reaction_message()->set_text("x");
    const Bytes bytes = common::to_bytes(reaction.SerializeAsString());
    CHECK_FALSE(addons::reporting_token(bytes, secret, "ID", voter_lid, author_lid));
}

TEST_CASE("reporting tokens: fields are sorted, and what they hold keeps its form", "[addons]") {
    // contextInfo first, then the text: wire order is the sender's business.
    const Bytes context{0x8A, 0x01, 0x03, 0xA8, 0x01, 0x02};
    const Bytes words{0x0A, 0x02, 'h', 'i'};
    Bytes message{0x32, static_cast<std::uint8_t>(context.size() + words.size())};
    common::append(message, context);
    common::append(message, words);
    Bytes expected{0x32, static_cast<std::uint8_t>(context.size() + words.size())};
    common::append(expected, words);
    common::append(expected, context);
    CHECK(common::to_hex(addons::reported_content(message)) == common::to_hex(expected));

    // Wrappers inside each other end somewhere.
    Bytes deep = content::make_text("deep", secret);
    for (int i = 0; i < 40; ++i) {
        Bytes around{0x0A, static_cast<std::uint8_t>(deep.size() | 0x80), static_cast<std::uint8_t>(deep.size() >> 7)};
        common::append(around, deep);
        deep = {
            0xAA, 0x02, static_cast<std::uint8_t>(around.size() | 0x80), static_cast<std::uint8_t>(around.size() >> 7)};
        common::append(deep, around);
    }
    CHECK(addons::reported_content(deep).empty());
}

}  // namespace tests::addons
