#include "tests/support/vectors.hpp"

#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"
#include "bridge/whatsapp/addons/tokens.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::addons {

namespace addons = bridge::whatsapp::addons;
namespace content = bridge::whatsapp::content;
using addons::UseCase;
using bridge::whatsapp::Jid;
using common::to_hex;
using support::hex;
using support::member;
using support::text;

namespace {

constexpr UseCase all_cases[]{
    UseCase::poll_vote,
    UseCase::event_response,
    UseCase::reaction,
    UseCase::comment,
    UseCase::message_edit,
    UseCase::event_edit,
    UseCase::poll_edit,
    UseCase::bot,
    UseCase::poll_add_option,
};

UseCase use_case(const std::string& name) {
    for (const UseCase use : all_cases) {
        if (addons::name(use) == name) return use;
    }
    throw std::runtime_error{"unknown use case " + name};
}

Jid jid(common::json::Value object, std::string_view key) { return Jid::parse(text(object, key)).value(); }

addons::Parties parties(common::json::Value vector) {
    return {text(vector, "originalMessageId"), jid(vector, "originalSender"), jid(vector, "modificationSender")};
}

}  // namespace

TEST_CASE("add-ons: keys, sealing and opening are everybody's", "[addons][vectors]") {
    const auto file = support::load_vectors("message_secret.json");
    const auto vectors = member(file.root(), "vectors");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto vector = vectors.at(i);
        INFO(text(vector, "name"));
        const UseCase use = use_case(text(vector, "useCase"));
        const auto secret = hex(vector, "messageSecret");
        const auto who = parties(vector);
        const auto key = addons::key_for(use, secret, who);
        REQUIRE(key);
        CHECK(to_hex(key->view()) == text(vector, "key"));
        const auto plain = hex(vector, "plaintext");
        const auto sealed = addons::seal(use, secret, who, plain, hex(vector, "iv"));
        REQUIRE(sealed);
        CHECK(to_hex(sealed->payload) == text(vector, "encPayload"));
        const auto opened = addons::open(use, secret, who, *sealed);
        REQUIRE(opened);
        CHECK(*opened == plain);

        // Another message, author or modifier is another key; a bit more or less does not open.
        for (addons::Parties wrong : {who, who, who}) {
            static int part = 0;
            auto& changed = part % 3 == 0 ? wrong.message_id : part % 3 == 1 ? wrong.author.user : wrong.modifier.user;
            changed += "1";
            ++part;
            CHECK(addons::open(use, secret, wrong, *sealed).error() == addons::Errc::does_not_open);
        }
        content::Sealed damaged = *sealed;
        damaged.payload.back() ^= 1;
        CHECK(addons::open(use, secret, who, damaged).error() == addons::Errc::does_not_open);
    }
}

TEST_CASE("votes: options are named by their hashes", "[addons][vectors]") {
    const auto file = support::load_vectors("message_secret.json");
    const auto vectors = member(file.root(), "vectors");
    std::size_t votes = 0;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto vector = vectors.at(i);
        if (text(vector, "useCase") != "Poll Vote") continue;
        ++votes;
        const auto options = member(vector, "pollOptions");
        const auto hashes = member(vector, "optionHashes");
        REQUIRE(options.size() == hashes.size());
        for (std::size_t o = 0; o < options.size(); ++o)
            CHECK(to_hex(addons::option_hash(options.at(o).string().value())) == hashes.at(o).string().value());
        std::vector<std::string> selected;
        const auto names = member(vector, "selected");
        for (std::size_t s = 0; s < names.size(); ++s) selected.emplace_back(names.at(s).string().value());
        const auto plain = hex(vector, "plaintext");
        CHECK(addons::make_vote(selected) == plain);
        const auto read = addons::parse_vote(plain);
        REQUIRE(read);
        REQUIRE(read->size() == selected.size());
        for (std::size_t s = 0; s < selected.size(); ++s) CHECK((*read)[s] == addons::option_hash(selected[s]));
    }
    CHECK(votes > 0);
}

TEST_CASE("add-ons: what is inside reads as what was meant", "[addons][vectors]") {
    const auto file = support::load_vectors("message_secret.json");
    const auto vectors = member(file.root(), "vectors");
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto vector = vectors.at(i);
        const auto plain = hex(vector, "plaintext");
        switch (use_case(text(vector, "useCase"))) {
            case UseCase::event_response: {
                const auto answer = addons::parse_answer(plain);
                REQUIRE(answer);
                CHECK(answer->answer != addons::Answer::unknown);
                CHECK(answer->time > common::UnixMillis{});
                CHECK(addons::make_answer(*answer) == plain);
                break;
            }
            case UseCase::reaction: {
                const auto reaction = addons::parse_reaction(plain);
                REQUIRE(reaction);
                CHECK_FALSE(reaction->emoji.empty());
                CHECK(addons::make_reaction(*reaction) == plain);
                break;
            }
            case UseCase::comment:
            case UseCase::message_edit:
            case UseCase::bot: CHECK(content::describe(plain).kind == content::Kind::text); break;
            case UseCase::event_edit: CHECK(content::describe(plain).kind == content::Kind::event); break;
            default: break;
        }
    }
}

TEST_CASE("reporting tokens: cover what WhatsApp Web covers", "[addons][vectors]") {
    const auto file = support::load_vectors("message_secret.json");
    const auto vectors = member(file.root(), "reportingTokens");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto vector = vectors.at(i);
        INFO(text(vector, "name"));
        const auto message = hex(vector, "messageProto");
        const auto secret = hex(vector, "messageSecret");
        const std::string id = text(vector, "messageId");
        const Jid sender = jid(vector, "senderJid");
        const Jid remote = jid(vector, "remoteJid");
        CHECK(to_hex(addons::reported_content(message)) == text(vector, "filteredContent"));
        CHECK(to_hex(addons::reporting_key(secret, id, sender, remote).view()) == text(vector, "key"));
        const auto token = addons::reporting_token(message, secret, id, sender, remote);
        REQUIRE(token);
        CHECK(to_hex(*token) == text(vector, "token16"));
        CHECK(addons::reporting_token_version == support::number(vector, "version"));
    }
}

TEST_CASE("contact tokens: are the salt's HMAC over the address", "[addons][vectors]") {
    const auto file = support::load_vectors("message_secret.json");
    const auto vectors = member(file.root(), "cstokens");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const auto vector = vectors.at(i);
        const auto token = addons::contact_token(hex(vector, "nctSalt"), jid(vector, "recipientLid").with_device(3));
        CHECK(to_hex(token) == text(vector, "cstoken"));
    }
}

}  // namespace tests::addons
