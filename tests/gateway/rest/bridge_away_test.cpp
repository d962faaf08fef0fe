#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;

TEST_CASE("while the bridge is away requests get 503 with Retry-After, and answers once it is back", "[gateway]") {
    World world;
    world.bridge.answer("GET /api/chats", 200, "[]");
    CHECK(world.get("/chats").status == 200);

    world.await(world.bridge.stop());
    const auto away = world.get("/chats");
    CHECK(away.status == 503);
    CHECK(away.headers.find("Retry-After").has_value());
    CHECK(
        parsed(away.body).root()["detail"].string() ==
        "The bridge cannot be reached at the moment. Please try again shortly."
    );
    CHECK(world.post("/messages/send", R"({"recipient":"1","text":"hi"})").status == 503);

    const auto health = world.get("/health");
    CHECK(health.status == 200);
    CHECK(parsed(health.body).root()["status"].string() == "healthy");
    CHECK(parsed(health.body).root()["bridge"]["reachable"].boolean() == false);
    CHECK(world.get("/ready").status == 503);

    world.bridge.start();
    CHECK(world.get("/chats").status == 200);
    world.until([&] { return world.get("/ready").status == 200; });
}

TEST_CASE("a bridge that fails or talks nonsense does not show through", "[gateway]") {
    World world;
    world.bridge.answer("GET /api/chats", 500, R"({"detail":"SELECT secrets FROM somewhere"})");
    const auto failed = world.get("/chats");
    CHECK(failed.status == 500);
    CHECK(failed.body == R"({"detail":"The bridge could not answer this request."})");

    world.bridge.answer("GET /api/chats", 404, "<html>no</html>");
    CHECK(world.get("/chats").body == R"({"detail":"The bridge refused the request."})");

    world.bridge.answer("POST /api/send", 200, "nonsense");
    CHECK(world.post("/messages/send", R"({"recipient":"1","text":"hi"})").status == 503);
}

TEST_CASE("a bridge that refuses the gateway's token is told apart", "[gateway]") {
    World world;
    world.bridge.answer("GET /api/chats", 401, R"({"detail":"token"})");
    const auto answer = world.get("/chats");
    CHECK(answer.status == 503);
    CHECK(
        parsed(answer.body).root()["detail"].string() ==
        "The bridge refuses this gateway's token. Check --bridge-token."
    );
    world.bridge.answer("GET /api/session", 401, R"({"detail":"token"})");
    world.until([&] { return world.get("/ready").status == 503; });
}

TEST_CASE("the bridge's token is sent along", "[gateway]") {
    World world{[](World::Options& options) { options.bridge.token = "s3cret"; }};
    world.bridge.answer("GET /api/chats", 200, "[]");
    CHECK(world.get("/chats").status == 200);
    CHECK(world.bridge.last_headers.find("Authorization") == "Bearer s3cret");
}

TEST_CASE("a bridge that does not answer in time gives 504", "[gateway]") {
    World world{[](World::Options& options) { options.bridge.answer_limit = std::chrono::milliseconds{100}; }};
    world.bridge.hang("GET /api/chats");
    const auto answer = world.get("/chats");
    CHECK(answer.status == 504);
    CHECK(parsed(answer.body).root()["detail"].is_string());
}
