#include "common/contract/contract.hpp"

#include <catch2/catch.hpp>

namespace common::contract {
namespace {

UnixTime at(std::int64_t seconds) { return UnixTime{std::chrono::seconds{seconds}}; }

Message message(const std::string& id) {
    Message out;
    out.id = id;
    out.timestamp = at(1'706'954'401);
    out.sender = "15550000001@s.whatsapp.net";
    out.content = "say \"hi\"\n";
    out.chat_jid = "15550000001@s.whatsapp.net";
    return out;
}

TEST_CASE("contract: a chat writes every field, null where nothing is known", "[contract]") {
    Chat chat;
    chat.jid = "120363000000000001@g.us";
    chat.is_group = true;
    CHECK(
        to_json(chat) == R"({"jid":"120363000000000001@g.us","name":null,"last_message_time":null,"last_message":null,)"
                         R"("last_sender":null,"last_is_from_me":null,"is_group":true,"lid":null,"archived":false,)"
                         R"("pinned":false,"muted_until":null,"unread_count":0})"
    );
    chat.name = "Family ❤️";
    chat.last_message_time = at(0);
    chat.last_message = "";
    chat.last_sender = "1@lid";
    chat.last_is_from_me = false;
    chat.muted_until = at(253'402'300'799);
    chat.unread_count = 7;
    CHECK(
        to_json(chat) ==
        R"({"jid":"120363000000000001@g.us","name":"Family ❤️","last_message_time":"1970-01-01T00:00:00Z",)"
        R"("last_message":"","last_sender":"1@lid","last_is_from_me":false,"is_group":true,"lid":null,)"
        R"("archived":false,"pinned":false,"muted_until":"9999-12-31T23:59:59Z","unread_count":7})"
    );
}

TEST_CASE("contract: a message writes its text escaped and its cursor only when it has one", "[contract]") {
    Message out = message("A1");
    CHECK(
        to_json(out) ==
        R"({"id":"A1","timestamp":"2024-02-03T10:00:01Z","sender":"15550000001@s.whatsapp.net",)"
        R"("content":"say \"hi\"\n","is_from_me":false,"chat_jid":"15550000001@s.whatsapp.net",)"
        R"("chat_name":null,"media_type":null,"sender_name":null,"sender_lid":null,"status":"received","kind":"text"})"
    );
    out.cursor = "c";
    CHECK(to_json(out).ends_with(R"("status":"received","kind":"text","cursor":"c"})"));
}

TEST_CASE("contract: lists, contexts, deliveries and answers are well-formed JSON", "[contract]") {
    MessageContext context{message("B"), {message("A")}, {message("C"), message("D")}};
    Delivery delivery{"A1", "1@lid", "read", {{"sent", {}, at(1), {}}, {"read", "1@lid", at(2), "why"}}, {}};
    const std::vector<std::string> texts{
        to_json(context),
        to_json(delivery),
        to_json(std::vector<Message>{message("A"), message("B")}),
        to_json(std::vector<Chat>{}),
        to_json(Contact{"1555", "Ada", "1555@s.whatsapp.net", {}}),
        to_json(SendResult{"A1", at(1), "1@lid", "queued"}),
        error_body("line\nbreak \xFF"),
    };
    for (const std::string& text : texts) {
        INFO(text);
        CHECK(json::Document::parse(text));
    }
    const auto parsed = json::Document::parse(texts[0]);
    REQUIRE(parsed);
    CHECK(parsed->root()["before"].size() == 1);
    CHECK(parsed->root()["after"].at(1)["id"].string() == "D");
    const auto steps = json::Document::parse(texts[1]);
    REQUIRE(steps);
    CHECK(steps->root()["steps"].at(0)["recipient"].is_null());
    CHECK(steps->root()["steps"].at(1)["reason"].string() == "why");
    CHECK(texts[3] == "[]");
}

}  // namespace
}  // namespace common::contract
