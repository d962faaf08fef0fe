#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

struct Messages : Fixture {
    Messages() {
        apply(
            {text_from(maya, "M1", "Good morning", 1'760'000'000),
             text_from(maya, "M2", "Coffee?", 1'760'000'060),
             text_from(maya, "M3", "At the station", 1'760'000'120),
             text_from(omar, "O1", "The station at nine", 1'760'000'180)}
        );
    }
    static std::vector<std::string> ids(common::json::Value list) {
        REQUIRE(list.is_array());
        std::vector<std::string> found;
        for (std::size_t i = 0; i < list.size(); ++i) found.push_back(list.at(i)["id"].string_or(""));
        return found;
    }
    std::vector<std::string> ids(const std::string& target) {
        const auto document = json_of(get(target));
        return ids(document.root());
    }
    std::vector<std::string> search(const std::string& body) {
        const auto document = json_of(post("/api/messages/search", body));
        return ids(document.root());
    }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("messages of a chat are listed newest first, in pages and behind a cursor", "[api]") {
    Messages messages;
    CHECK(messages.ids("/api/chats/15550001111@s.whatsapp.net/messages") == Ids{"M3", "M2", "M1"});
    CHECK(messages.ids("/api/chats/15550001111@s.whatsapp.net/messages?limit=2&page=1") == Ids{"M1"});
    CHECK(messages.ids("/api/chats/100000000000001@lid/messages?limit=1") == Ids{"M3"});
    CHECK(messages.ids("/api/chats/15550001111@s.whatsapp.net/messages?limit=0").empty());
    CHECK(messages.ids("/api/chats/19990000000@s.whatsapp.net/messages").empty());

    const auto first = json_of(messages.get("/api/chats/15550001111@s.whatsapp.net/messages?limit=2"));
    const std::string cursor = http::percent_encode(first.root().at(1)["cursor"].string_or(""));
    REQUIRE_FALSE(cursor.empty());
    CHECK(messages.ids("/api/chats/15550001111@s.whatsapp.net/messages?limit=2&cursor=" + cursor) == Ids{"M1"});
    const auto bad = messages.get("/api/chats/15550001111@s.whatsapp.net/messages?cursor=nonsense");
    CHECK(bad.status == 422);
    CHECK(detail_of(bad) == "cursor: is not one of ours");
}

TEST_CASE("messages are searched by text, sender, chat and time", "[api]") {
    Messages messages;
    CHECK(messages.search(R"({"query":"station"})") == Ids{"O1", "M3"});
    CHECK(messages.search(R"({"query":"STATION","chat_jid":"15550001111@s.whatsapp.net"})") == Ids{"M3"});
    CHECK(messages.search(R"({"query":"station","sender_phone_number":"+1 555 000 2222"})") == Ids{"O1"});
    CHECK(messages.search(R"({"query":"station","limit":1,"page":1})") == Ids{"M3"});
    CHECK(messages.search(R"({"after":"2025-10-09T08:53:20Z","before":"2025-10-09T08:55:20Z"})") == Ids{"M2"});
    CHECK(messages.search(R"({"query":"station","limit":0})").empty());
    CHECK(messages.search(R"({"query":null,"after":null,"chat_jid":"100000000000001@lid"})") == Ids{"M3", "M2", "M1"});
    CHECK(messages.search("{}") == Ids{"O1", "M3", "M2", "M1"});
    CHECK(messages.ids("/api/messages/search?query=station&chat_jid=15550001111@s.whatsapp.net") == Ids{"M3"});
}

TEST_CASE("a search with a wrong field is refused by name", "[api]") {
    Messages messages;
    const auto refused = [&](const char* body) {
        const auto response = messages.post("/api/messages/search", body);
        CHECK(response.status == 422);
        return detail_of(response);
    };
    CHECK(refused(R"({"after":"yesterday"})") == "after: must be a time like 2026-01-31T12:00:00Z");
    CHECK(refused(R"({"before":5})") == "before: must be text");
    CHECK(refused(R"({"limit":"5"})") == "limit: must be a whole number from 0 to 1000");
    CHECK(refused(R"({"limit":1001})") == "limit: must be a whole number from 0 to 1000");
    CHECK(refused(R"({"page":-1})") == "page: must be a whole number from 0 to 1000000");
    CHECK(refused(R"({"query":{}})") == "query: must be text");
    CHECK(refused(R"([])") == "body: must be a JSON object");
    CHECK(messages.post("/api/messages/search", "").status == 400);
    CHECK(messages.get("/api/messages/search?after=x").status == 422);
}

TEST_CASE("one message is found by its id, with or without its chat", "[api]") {
    Messages messages;
    CHECK(json_of(messages.get("/api/messages/M2")).root()["content"].string_or("") == "Coffee?");
    CHECK(
        json_of(messages.get("/api/messages/M2?chat_jid=15550001111@s.whatsapp.net")).root()["id"].string_or("") == "M2"
    );
    const auto missing = messages.get("/api/messages/M9");
    CHECK(missing.status == 404);
    CHECK(detail_of(missing) == "message not found");
    CHECK(messages.get("/api/messages/M2?chat_jid=15550002222@s.whatsapp.net").status == 404);
}

TEST_CASE("the context of a message is what stands around it", "[api]") {
    Messages messages;
    const auto document = json_of(messages.get("/api/messages/M2/context"));
    CHECK(document.root()["message"]["id"].string_or("") == "M2");
    CHECK(Messages::ids(document.root()["before"]) == Ids{"M1"});
    CHECK(Messages::ids(document.root()["after"]) == Ids{"M3"});
    const auto none = json_of(messages.get("/api/messages/M2/context?before=0&after=0"));
    CHECK(none.root()["before"].size() == 0);
    CHECK(none.root()["after"].size() == 0);
    CHECK(messages.get("/api/messages/M9/context").status == 404);
    CHECK(
        detail_of(messages.get("/api/messages/M2/context?before=201")) == "before: must be a whole number from 0 to 200"
    );
}

TEST_CASE("a delivery shows the steps of a send", "[api]") {
    Messages messages;
    auto own = Fixture::text_from(maya, "OWN1", "On my way", 1'760'000'200);
    own.from_me = true;
    own.status = "queued";
    own.sender = {"15550009999@s.whatsapp.net", ""};
    store::AdvanceMessage sent;
    sent.chat = maya;
    sent.id = "OWN1";
    sent.state = "sent";
    sent.time = at(1'760'000'201);
    messages.apply({own});
    messages.apply({sent});
    const auto document = json_of(messages.get("/api/deliveries/OWN1"));
    CHECK(document.root()["state"].string_or("") == "sent");
    CHECK(document.root()["chat_jid"].string_or("") == maya.jid);
    REQUIRE(document.root()["steps"].size() >= 1);
    CHECK(messages.get("/api/deliveries/NONE").status == 404);
}

TEST_CASE("a document that is nested too deeply is refused with a sentence", "[api]") {
    Fixture fixture;
    for (const auto depth : {65, 200'000}) {
        const auto answer = fixture.post("/api/messages/search", std::string(static_cast<std::size_t>(depth), '['));
        CHECK(answer.status == 400);
        CHECK(detail_of(answer) == "The body is nested deeper than 64 levels.");
    }
    const std::string deep = R"({"query":"a","other":)" + std::string(63, '[') + std::string(63, ']') + "}";
    CHECK(fixture.post("/api/messages/search", deep).status == 200);
}

}  // namespace tests::api
