#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;

namespace {

/// 422 with exactly one problem, at `where`/`field`; nothing was asked of the bridge.
void check_names(World& world, const common::http::Response& answer, std::string_view where, std::string_view field) {
    INFO(answer.body);
    CHECK(answer.status == 422);
    const auto document = parsed(answer.body);
    const auto detail = document.root()["detail"];
    REQUIRE(detail.size() == 1);
    CHECK(detail.at(0)["loc"].at(0).string() == where);
    if (field.empty()) {
        CHECK(detail.at(0)["loc"].size() == 1);
    } else {
        CHECK(detail.at(0)["loc"].at(1).string() == field);
    }
    CHECK(detail.at(0)["msg"].is_string());
    CHECK(detail.at(0)["type"].is_string());
    CHECK(world.bridge.asked.empty());
}

}  // namespace

TEST_CASE("query parameters that do not fit are named", "[gateway]") {
    World world;
    check_names(world, world.get("/chats?limit=abc"), "query", "limit");
    check_names(world, world.get("/chats?limit=-1"), "query", "limit");
    check_names(world, world.get("/chats?limit=1001"), "query", "limit");
    check_names(world, world.get("/chats?limit=99999999999999999999"), "query", "limit");
    check_names(world, world.get("/chats?limit="), "query", "limit");
    check_names(world, world.get("/chats?page=1.5"), "query", "page");
    check_names(world, world.get("/chats?sort=oldest"), "query", "sort");
    check_names(world, world.get("/contacts?limit=x"), "query", "limit");
    check_names(world, world.get("/chats/1@g.us/messages?page=-2"), "query", "page");
    check_names(world, world.get("/messages/A/context?before=201"), "query", "before");
    check_names(world, world.get("/messages/A/context?after=x"), "query", "after");
}

TEST_CASE("all problems of a request are listed", "[gateway]") {
    World world;
    const auto answer = world.get("/chats?limit=x&page=y");
    CHECK(answer.status == 422);
    CHECK(parsed(answer.body).root()["detail"].size() == 2);
}

TEST_CASE("bodies that do not fit are named", "[gateway]") {
    World world;
    const auto send = [&](std::string body) { return world.post("/messages/send", std::move(body)); };
    check_names(world, send(""), "body", "");
    check_names(world, send("{"), "body", "");
    check_names(world, send("[]"), "body", "");
    check_names(world, send(R"({"text":"hi"})"), "body", "recipient");
    check_names(world, send(R"({"recipient":"1"})"), "body", "text");
    check_names(world, send(R"({"recipient":1,"text":"hi"})"), "body", "recipient");
    check_names(world, send(R"({"recipient":null,"text":"hi"})"), "body", "recipient");
    check_names(world, send(R"({"recipient":"","text":"hi"})"), "body", "recipient");
    check_names(world, send(R"({"recipient":"1","text":["hi"]})"), "body", "text");
    check_names(world, send(R"({"recipient":"1","text":"hi","is_group":"yes"})"), "body", "is_group");
    check_names(world, send("{\"recipient\":\"1\",\"text\":\"\xff\"}"), "body", "");

    const auto search = [&](std::string body) { return world.post("/messages/search", std::move(body)); };
    check_names(world, search(R"({"limit":"20"})"), "body", "limit");
    check_names(world, search(R"({"limit":null})"), "body", "limit");
    check_names(world, search(R"({"limit":1001})"), "body", "limit");
    check_names(world, search(R"({"page":-1})"), "body", "page");
    check_names(world, search(R"({"query":7})"), "body", "query");
    for (const auto* time :
         {"yesterday", "2026-13-01", "2026-02-30", "2026-01-31T25:00", "2026-01-31T12:00:00+", "2026-1-1"}) {
        INFO(time);
        check_names(world, search(std::string{R"({"after":")"} + time + "\"}"), "body", "after");
    }
}

TEST_CASE("ids to mark as read are a list of texts", "[gateway]") {
    World world;
    const auto mark = [&](std::string body) { return world.post("/chats/1@g.us/read", std::move(body)); };
    check_names(world, mark("["), "body", "");
    check_names(world, mark(R"({"message_ids":"A1"})"), "body", "message_ids");
    check_names(world, mark(R"({"message_ids":[""]})"), "body", "message_ids");
    check_names(world, mark(R"({"message_ids":["A1",2]})"), "body", "message_ids");
    check_names(world, mark(R"({"sender":1})"), "body", "sender");
    std::string many = R"({"message_ids":["A")";
    for (int i = 0; i < 1000; ++i) many += R"(,"A")";
    check_names(world, mark(many + "]}"), "body", "message_ids");
}

TEST_CASE("a document that is nested too deeply is refused with a sentence", "[gateway]") {
    World world;
    const auto answer = world.post("/messages/search", std::string(65, '[') + std::string(65, ']'));
    check_names(world, answer, "body", "");
    CHECK(parsed(answer.body).root()["detail"].at(0)["msg"].string() == "JSON is nested deeper than 64 levels");
    check_names(world, world.post("/messages/send", R"({"recipient":)" + std::string(200'000, '[')), "body", "");
}

TEST_CASE("empty text is 400, as the original answers", "[gateway]") {
    World world;
    for (const auto* text : {"", " \\n"}) {
        const auto answer = world.post("/messages/send", std::string{R"({"recipient":"1","text":")"} + text + "\"}");
        CHECK(answer.status == 400);
        CHECK(answer.body == R"({"detail":"Message text cannot be empty"})");
    }
    CHECK(world.bridge.asked.empty());
}

TEST_CASE("unknown paths are 404, known paths with other methods 405", "[gateway]") {
    World world;
    CHECK(world.get("/nothing").status == 404);
    CHECK(parsed(world.get("/api/v2/chats").body).root()["detail"].is_string());
    const auto wrong = world.ask("DELETE", "/chats", "", {});
    CHECK(wrong.status == 405);
    CHECK(wrong.headers.find("Allow").value_or("").find("GET") != std::string_view::npos);
    CHECK(world.post("/health", "{}").status == 405);
    CHECK(world.get("/messages/send").status == 405);
}

TEST_CASE("a body beyond the limit is 413", "[gateway]") {
    World world;
    const std::string body = R"({"recipient":"1","text":")" + std::string(2U << 20, 'x') + "\"}";
    CHECK(world.post("/messages/send", body).status == 413);
    CHECK(world.get("/health").status == 200);
}
