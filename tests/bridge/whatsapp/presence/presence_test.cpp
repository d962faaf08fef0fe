#include "bridge/whatsapp/presence/presence.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace presence = bridge::whatsapp::presence;
namespace server = bridge::whatsapp::server;
using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
using bridge::whatsapp::events::Typing;

namespace {
const Jid ann{"100000000000001", server::lid};
const Jid group{"120363000000000001", server::group};
}  // namespace

TEST_CASE("presence: own availability carries the name", "[presence]") {
    const Node node = presence::own_presence(true, "Ann");
    CHECK(node == Node{"presence", {{"type", "available"}, {"name", "Ann"}}});
    CHECK(presence::own_presence(false, "Ann").text("type") == "unavailable");
}

TEST_CASE("presence: a subscription brings the token where there is one", "[presence]") {
    CHECK(presence::subscription(ann.with_device(3), {}) == Node{"presence", {{"type", "subscribe"}, {"to", ann}}});
    const common::Bytes token{1, 2};
    REQUIRE(presence::subscription(ann, token).child("tctoken"));
    CHECK(common::to_bytes(presence::subscription(ann, token).child("tctoken")->bytes()) == token);
}

TEST_CASE("presence: typing, recording and stopping", "[presence]") {
    CHECK(presence::chat_state(group, Typing::composing).child("composing"));
    CHECK(presence::chat_state(group, Typing::recording).child("composing")->text("media") == "audio");
    CHECK(presence::chat_state(group, Typing::paused).child("paused"));
    for (const Typing typing : {Typing::composing, Typing::recording, Typing::paused}) {
        Node told = presence::chat_state(ann, typing);
        told.erase("to");
        told.set("from", ann);
        const auto read = presence::parse_chat_state(told);
        REQUIRE(read);
        CHECK(read->typing == typing);
        CHECK(read->who == ann);
        CHECK(read->chat == ann);
    }
}

TEST_CASE("presence: in a group the participant types", "[presence]") {
    Node told{"chatstate", {{"from", group}, {"participant", ann.with_device(4)}}};
    told.add(Node{"composing"});
    const auto read = presence::parse_chat_state(told);
    REQUIRE(read);
    CHECK(read->chat == group);
    CHECK(read->who == ann);
    told.erase("participant");
    CHECK_FALSE(presence::parse_chat_state(told));
}

TEST_CASE("presence: last seen is told or withheld", "[presence]") {
    const auto online = presence::parse_presence(Node{"presence", {{"from", ann}}});
    REQUIRE(online);
    CHECK(online->available);
    CHECK_FALSE(online->last_seen);
    const auto seen =
        presence::parse_presence(Node{"presence", {{"from", ann}, {"type", "unavailable"}, {"last", "1700000000"}}});
    CHECK_FALSE(seen->available);
    CHECK(seen->last_seen == common::UnixTime{std::chrono::seconds{1'700'000'000}});
    const auto denied =
        presence::parse_presence(Node{"presence", {{"from", ann}, {"type", "unavailable"}, {"last", "deny"}}});
    CHECK_FALSE(denied->last_seen);
    CHECK_FALSE(presence::parse_presence(Node{"presence"}));
    CHECK_FALSE(presence::parse_presence(Node{"presence", {{"from", group}}}));
    CHECK_FALSE(presence::parse_chat_state(Node{"chatstate", {{"from", ann}}}));
}
