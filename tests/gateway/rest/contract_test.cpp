// One case for each route of the original's REST API (contacts, chats, messages, search, context, sending text).
#include "common/contract/contract.hpp"

#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;
namespace contract = common::contract;

namespace {

contract::Chat sample_chat() {
    contract::Chat chat;
    chat.jid = "15551230001@s.whatsapp.net";
    chat.name = "Ada \"the\" Example";
    chat.last_message = "see you";
    chat.last_message_time = common::UnixTime{std::chrono::seconds{1'769'860'800}};
    return chat;
}

contract::Message sample_message(const std::string& id) {
    contract::Message message;
    message.id = id;
    message.timestamp = common::UnixTime{std::chrono::seconds{1'769'860'800}};
    message.sender = "15551230001@s.whatsapp.net";
    message.content = "hello";
    message.chat_jid = message.sender;
    return message;
}

void check_members(common::json::Value object, std::initializer_list<std::string_view> names) {
    REQUIRE(object.is_object());
    for (const auto name : names) {
        INFO(name);
        CHECK(object[name].exists());
    }
}

/// Both spellings of a path answer alike.
void check_passes_through(World& world, const std::string& path, const std::string& body) {
    for (const auto& spelling : {path, "/api/v1" + path}) {
        INFO(spelling);
        const auto answer = world.get(spelling);
        CHECK(answer.status == 200);
        CHECK(answer.content_type.starts_with("application/json"));
        CHECK(answer.body == body);
    }
}

}  // namespace

TEST_CASE("GET / names the endpoints, and sends browsers to the documentation", "[gateway]") {
    World world;
    const auto answer = world.get("/");
    CHECK(answer.status == 200);
    const auto document = parsed(answer.body);
    CHECK(document.root()["status"].string() == "ok");
    CHECK(document.root()["message"].is_string());
    CHECK(document.root()["endpoints"].is_object());
    CHECK(world.get("/api/v1").body == answer.body);

    common::http::Headers browser;
    browser.set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    const auto sent_on = world.get("/", browser);
    CHECK(sent_on.status == 307);
    CHECK(sent_on.headers.find("Location") == "/docs");
}

TEST_CASE("GET /health is healthy and shows what is known of the bridge", "[gateway]") {
    World world;
    world.until([&] { return parsed(world.get("/health").body).root()["bridge"]["state"].string() == "online"; });
    const auto document = parsed(world.get("/api/v1/health").body);
    CHECK(document.root()["status"].string() == "healthy");
    CHECK(document.root()["bridge"]["reachable"].boolean() == true);
    CHECK(document.root()["bridge"]["checked_at"].is_string());
    CHECK(world.get("/ready").status == 200);
}

TEST_CASE("GET /contacts passes the query on and the list back", "[gateway]") {
    World world;
    contract::Contact contact;
    contact.phone_number = "15551230001";
    contact.name = "Ada";
    contact.jid = "15551230001@s.whatsapp.net";
    const auto body = contract::to_json(std::vector{contact});
    world.bridge.answer("GET /api/contacts", 200, body);
    check_passes_through(world, "/contacts?q=ad%20a%26", body);
    CHECK(world.bridge.asked.at(0) == "GET /api/contacts?q=ad%20a%26&limit=50");
    check_members(parsed(body).root().at(0), {"phone_number", "name", "jid"});
}

TEST_CASE("GET /contacts/{phone_number}/chats lists chats", "[gateway]") {
    World world;
    const auto body = contract::to_json(std::vector{sample_chat()});
    world.bridge.answer("GET /api/contacts/+1 555/chats", 200, body);
    check_passes_through(world, "/contacts/%2B1%20555/chats", body);
}

TEST_CASE("GET /chats has the original's defaults and fields", "[gateway]") {
    World world;
    const auto body = contract::to_json(std::vector{sample_chat()});
    world.bridge.answer("GET /api/chats", 200, body);
    check_passes_through(world, "/chats", body);
    CHECK(world.bridge.asked.at(0) == "GET /api/chats?limit=20&page=0&sort=last_active");
    CHECK(world.get("/chats?limit=0&page=3&sort=name").status == 200);
    CHECK(world.bridge.asked.back() == "GET /api/chats?limit=0&page=3&sort=name");
    check_members(
        parsed(body).root().at(0),
        {"jid", "name", "last_message_time", "last_message", "last_sender", "last_is_from_me", "is_group"}
    );
}

TEST_CASE("GET /chats/{jid} answers the chat or 404", "[gateway]") {
    World world;
    const auto body = contract::to_json(sample_chat());
    world.bridge.answer("GET /api/chats/15551230001@s.whatsapp.net", 200, body);
    check_passes_through(world, "/chats/15551230001@s.whatsapp.net", body);
    const auto missing = world.get("/chats/nobody@s.whatsapp.net");
    CHECK(missing.status == 404);
    CHECK(missing.body == R"({"detail":"Not found"})");
}

TEST_CASE("GET /chats/by-phone/{phone_number} answers the chat or 404", "[gateway]") {
    World world;
    const auto body = contract::to_json(sample_chat());
    world.bridge.answer("GET /api/chats/by-phone/15551230001", 200, body);
    check_passes_through(world, "/chats/by-phone/15551230001", body);
    CHECK(world.get("/chats/by-phone/1").status == 404);
}

TEST_CASE("GET /chats/{jid}/messages pages by number or cursor", "[gateway]") {
    World world;
    const auto body = contract::to_json(std::vector{sample_message("A1")});
    world.bridge.answer("GET /api/chats/1@g.us/messages", 200, body);
    check_passes_through(world, "/chats/1@g.us/messages", body);
    CHECK(world.bridge.asked.at(0) == "GET /api/chats/1%40g.us/messages?limit=20&page=0");
    CHECK(world.get("/chats/1@g.us/messages?limit=5&page=2&cursor=abc").status == 200);
    CHECK(world.bridge.asked.back() == "GET /api/chats/1%40g.us/messages?limit=5&cursor=abc");
    check_members(
        parsed(body).root().at(0),
        {"id", "timestamp", "sender", "content", "is_from_me", "chat_jid", "chat_name", "media_type"}
    );
}

TEST_CASE("POST /chats/{jid}/read marks the named messages, or all without a body", "[gateway]") {
    World world;
    const std::string body = R"({"chat_jid":"1@g.us","count":2,"unread_count":0})";
    world.bridge.answer("POST /api/chats/1@g.us/read", 200, body);
    for (const std::string path : {"/chats/1@g.us/read", "/api/v1/chats/1@g.us/read"}) {
        const auto answer = world.post(path, R"({"message_ids":["A1","A2"],"sender":"15551230001"})");
        CHECK(answer.status == 200);
        CHECK(answer.body == body);
        CHECK(world.bridge.last_body == R"({"message_ids":["A1","A2"],"sender":"15551230001"})");
        CHECK(world.post(path, "").status == 200);
        CHECK(world.bridge.last_body == R"({"message_ids":[]})");
    }
    CHECK(world.post("/chats/2@g.us/read", "{}").status == 404);
}

TEST_CASE("POST /messages/search passes every filter on", "[gateway]") {
    World world;
    const auto body = contract::to_json(std::vector{sample_message("A1")});
    world.bridge.answer("POST /api/messages/search", 200, body);
    const auto answer = world.post(
        "/messages/search",
        R"({"after":"2026-01-31","before":"2026-02-01T12:00:00+01:00","sender_phone_number":"15551230001",)"
        R"("chat_jid":"1@g.us","query":"grüße","limit":7,"page":1})"
    );
    CHECK(answer.status == 200);
    CHECK(answer.body == body);
    CHECK(
        world.bridge.last_body ==
        R"({"after":"2026-01-31T00:00:00Z","before":"2026-02-01T11:00:00Z","sender_phone_number":"15551230001",)"
        R"("chat_jid":"1@g.us","query":"grüße","limit":7,"page":1})"
    );

    CHECK(world.post("/api/v1/messages/search", R"({"query":null,"chat_jid":""})").status == 200);
    CHECK(world.bridge.last_body == R"({"limit":20,"page":0})");
}

TEST_CASE("GET /messages/{message_id}/context answers message, before and after, or 404", "[gateway]") {
    World world;
    contract::MessageContext context;
    context.message = sample_message("A2");
    context.before = {sample_message("A1")};
    context.after = {sample_message("A3")};
    const auto body = contract::to_json(context);
    world.bridge.answer("GET /api/messages/A2/context", 200, body);
    check_passes_through(world, "/messages/A2/context", body);
    CHECK(world.bridge.asked.at(0) == "GET /api/messages/A2/context?before=5&after=5");
    check_members(parsed(body).root(), {"message", "before", "after"});
    CHECK(world.get("/messages/A2/context?before=0&after=9&chat_jid=1@g.us").status == 200);
    CHECK(world.bridge.asked.back() == "GET /api/messages/A2/context?before=0&after=9&chat_jid=1%40g.us");
    CHECK(world.get("/messages/B9/context").status == 404);
}

TEST_CASE("POST /messages/send answers success, message and result", "[gateway]") {
    World world;
    world.bridge.answer(
        "POST /api/send",
        200,
        R"({"success":true,"message":"Message sent to 15551230001","message_id":"3EB0","timestamp":"2026-01-31T12:00:00Z",)"
        R"("chat_jid":"15551230001@s.whatsapp.net","status":"sent"})"
    );
    common::http::Headers headers;
    headers.set("Idempotency-Key", "k1");
    const auto answer = world.post("/messages/send", R"({"recipient":"15551230001","text":"hi"})", headers);
    CHECK(answer.status == 200);
    CHECK(
        answer.body ==
        R"({"success":true,"message":"Message sent","result":{"message_id":"3EB0","timestamp":"2026-01-31T12:00:00Z",)"
        R"("chat_jid":"15551230001@s.whatsapp.net","status":"sent"}})"
    );
    CHECK(world.bridge.last_body == R"({"recipient":"15551230001","message":"hi","wait":5000})");
    CHECK(world.bridge.last_headers.find("Idempotency-Key") == "k1");

    CHECK(world.post("/api/v1/messages/send", R"({"recipient":"120363","text":"hi","is_group":true})").status == 200);
    CHECK(parsed(world.bridge.last_body).root()["recipient"].string() == "120363@g.us");
}

TEST_CASE("POST /messages/send does not say sent before it is", "[gateway]") {
    World world;
    world.bridge.answer(
        "POST /api/send",
        200,
        R"({"success":true,"message":"queued","message_id":"3EB0","timestamp":"T","status":"queued"})"
    );
    const auto answer = world.post("/messages/send", R"({"recipient":"15551230001","text":"hi"})");
    CHECK(answer.status == 200);
    const auto document = parsed(answer.body);
    CHECK(document.root()["message"].string() == "Message queued");
    CHECK(document.root()["result"]["status"].string() == "queued");
}

TEST_CASE("POST /messages/send passes the bridge's refusal on", "[gateway]") {
    World world;
    const std::string text = R"({"recipient":"1","text":"hi"})";
    world.bridge.answer("POST /api/send", 404, R"({"success":false,"message":"This number is not on WhatsApp."})");
    const auto unknown = world.post("/messages/send", text);
    CHECK(unknown.status == 404);
    CHECK(unknown.body == R"({"detail":"This number is not on WhatsApp."})");

    world.bridge.answer("POST /api/send", 503, R"({"detail":"not linked"})");
    const auto unlinked = world.post("/messages/send", text);
    CHECK(unlinked.status == 503);
    CHECK(unlinked.headers.find("Retry-After") == "7");
    CHECK(unlinked.body == R"({"detail":"not linked"})");
}

TEST_CASE("GET /deliveries/{message_id} passes the timeline on", "[gateway]") {
    World world;
    contract::Delivery delivery;
    delivery.message_id = "3EB0";
    delivery.state = "sent";
    const auto body = contract::to_json(delivery);
    world.bridge.answer("GET /api/deliveries/3EB0", 200, body);
    check_passes_through(world, "/deliveries/3EB0", body);
}

TEST_CASE("GET /metrics counts requests by route", "[gateway]") {
    World world;
    world.get("/chats/15551230001@s.whatsapp.net");
    const auto answer = world.get("/metrics");
    CHECK(answer.status == 200);
    CHECK(
        answer.body.find("gateway_http_requests_total{method=\"GET\",route=\"/chats/{jid}\",status=\"4xx\"} 1") !=
        std::string::npos
    );
    CHECK(answer.body.find("15551230001") == std::string::npos);
}
