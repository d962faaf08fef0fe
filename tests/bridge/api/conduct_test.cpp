// Outbox, presence, typing, capabilities.
#include "tests/bridge/api/fixture.hpp"

namespace tests::api {

using bridge::whatsapp::events::Typing;

TEST_CASE("the outbox lists what waits", "[api]") {
    Fixture fixture;
    common::contract::QueuedSend one;
    one.message_id = "3EB0A1";
    one.chat_jid = "15550001111@s.whatsapp.net";
    one.kind = "image";
    one.content = "The view";
    one.status = "queued";
    one.accepted_at = at(1'760'000'000);
    one.send_at = at(1'760'000'060);
    fixture.sender.queued = {one};
    const auto response = fixture.get("/api/outbox");
    CHECK(response.status == 200);
    CHECK(
        response.body ==
        R"([{"message_id":"3EB0A1","chat_jid":"15550001111@s.whatsapp.net","kind":"image","content":"The view",)"
        R"("status":"queued","accepted_at":"2025-10-09T08:53:20Z","send_at":"2025-10-09T08:54:20Z","waits_for":null}])"
    );
    CHECK(fixture.get("/api/outbox?limit=0").status == 422);
}

TEST_CASE("a send is taken back while it waits", "[api]") {
    Fixture fixture;
    const auto response = fixture.remove("/api/outbox/3EB0A1");
    CHECK(response.status == 200);
    CHECK(response.body == R"({"message_id":"3EB0A1","status":"cancelled"})");
    CHECK(fixture.sender.cancelled == std::vector<std::string>{"3EB0A1"});
    fixture.sender.status = common::Error{common::Errc::not_found};
    CHECK(fixture.remove("/api/outbox/OTHER").status == 404);
}

TEST_CASE("a chat is told that somebody types here", "[api]") {
    Fixture fixture;
    const auto response = fixture.post("/api/chats/15550001111/typing", R"({"state":"recording"})");
    CHECK(response.status == 200);
    CHECK(response.body == R"({"chat_jid":"15550001111@s.whatsapp.net","state":"recording"})");
    fixture.post("/api/chats/1-2@g.us/typing", R"({"state":"composing"})");
    fixture.post("/api/chats/1-2@g.us/typing", R"({"state":"paused"})");
    const std::vector<std::pair<std::string, Typing>> told{
        {"15550001111@s.whatsapp.net", Typing::recording},
        {"1-2@g.us", Typing::composing},
        {"1-2@g.us", Typing::paused}};
    CHECK(fixture.sender.typed == told);
    const std::string states = "state: must be one of composing, recording, paused";
    CHECK(detail_of(fixture.post("/api/chats/1-2@g.us/typing", "{}")) == states);
    CHECK(detail_of(fixture.post("/api/chats/1-2@g.us/typing", R"({"state":"thinking"})")) == states);
    CHECK(fixture.post("/api/chats/1-2@g.us/typing", "").status == 400);
    const auto nobody = fixture.post("/api/chats/nobody/typing", R"({"state":"paused"})");
    CHECK(nobody.status == 422);
    CHECK(detail_of(nobody) == "jid: must be a JID or a phone number");
    CHECK(fixture.sender.typed.size() == 3);
}

TEST_CASE("presence is set and followed", "[api]") {
    Fixture fixture;
    CHECK(fixture.post("/api/presence", R"({"available":true})").body == R"({"available":true})");
    CHECK(fixture.post("/api/presence", R"({"available":false})").body == R"({"available":false})");
    CHECK(
        fixture.post("/api/presence/15550001111/subscribe", "").body ==
        R"({"jid":"15550001111@s.whatsapp.net","subscribed":true})"
    );
    CHECK(
        fixture.presence.asked ==
        std::vector<std::string>{"available", "unavailable", "subscribe 15550001111@s.whatsapp.net"}
    );
    CHECK(detail_of(fixture.post("/api/presence", "{}")) == "available: must be true or false");
    CHECK(detail_of(fixture.post("/api/presence", R"({"available":1})")) == "available: must be true or false");
    CHECK(fixture.post("/api/presence/nobody/subscribe", "").status == 422);
    fixture.presence.status = common::Error{common::Errc::unavailable};
    CHECK(fixture.post("/api/presence", R"({"available":true})").status == 503);
    CHECK(fixture.post("/api/presence/15550001111/subscribe", "").status == 503);
}

TEST_CASE("capabilities say what each kind of chat takes, and why not", "[api]") {
    Fixture fixture;
    const auto document = json_of(fixture.get("/api/capabilities"));
    const auto kinds = document.root()["kinds"];
    bool poll_seen = false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto kind = kinds.at(i);
        INFO(kind["kind"].string_or(""));
        CHECK(kind["chats"].size() == 5);
        for (const auto chat : kind["chats"].keys()) {
            CHECK(kind["chats"][chat].boolean_or(false) != kind["reasons"][chat].exists());
        }
        if (kind["kind"].string_or("") != "poll") continue;
        poll_seen = true;
        CHECK(kind["chats"]["group"].boolean() == true);
        CHECK(kind["chats"]["status"].boolean() == false);
        CHECK_FALSE(kind["reasons"]["status"].string_or("").empty());
    }
    CHECK(poll_seen);
}

}  // namespace tests::api
