#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;

namespace {

using Seqs = std::vector<std::int64_t>;

std::string message_in(const std::string& chat) { return R"({"id":"A","chat_jid":")" + chat + R"("})"; }

/// Waits until the gateway follows the bridge's stream.
void until_followed(World& world) {
    world.until([&] { return world.bridge.streams() > 0; });
}

}  // namespace

TEST_CASE("events reach every client as frames, over one stream from the bridge", "[gateway]") {
    World world;
    until_followed(world);
    const auto one = world.listen("");
    const auto two = world.listen("?since=0");
    world.bridge.publish("message", R"({"id":"A1","content":"grüße"})");
    world.until([&] { return one->frames().size() == 1 && two->frames().size() == 1; });
    CHECK(one->frames().at(0) == R"({"type":"message","seq":1,"data":{"id":"A1","content":"grüße"}})");
    CHECK(two->frames().at(0) == one->frames().at(0));
    CHECK(world.bridge.streams_opened == 1);
}

TEST_CASE("any text is answered with a pong", "[gateway]") {
    World world;
    const auto client = world.listen("");
    client->send("ping");
    client->send("{\"anything\":1}");
    world.until([&] { return client->frames().size() == 2; });
    CHECK(client->frames().at(0) == R"({"type":"pong"})");
}

TEST_CASE("clients see only the types and the chat they asked for", "[gateway]") {
    World world;
    until_followed(world);
    const auto receipts = world.listen("?types=receipt,chat");
    const auto chat = world.listen("?chat=2@g.us");
    const auto both = world.listen("?types=message&chat=2@g.us");
    world.bridge.publish("message", message_in("1@g.us"));
    world.bridge.publish("message", message_in("2@g.us"));
    world.bridge.publish("receipt", message_in("2@g.us"));
    world.bridge.publish("chat", R"({"jid":"2@g.us"})");
    world.until([&] { return chat->frames().size() >= 3 && receipts->frames().size() >= 2; });
    world.settle();
    CHECK(receipts->seqs() == Seqs{3, 4});
    CHECK(chat->seqs() == Seqs{2, 3, 4});
    CHECK(both->seqs() == Seqs{2});
}

TEST_CASE("a client without since gets nothing from before", "[gateway]") {
    World world;
    until_followed(world);
    world.bridge.publish("message", "{}");
    const auto early = world.listen("?since=0");
    world.until([&] { return early->frames().size() == 1; });
    const auto late = world.listen("");
    world.bridge.publish("message", "{}");
    world.until([&] { return !late->frames().empty(); });
    CHECK(late->seqs() == Seqs{2});
}

TEST_CASE("a since that is no number is refused before the upgrade", "[gateway]") {
    World world;
    for (const auto* query : {"?since=abc", "?since=-1", "?since=1.5", "?since="}) {
        const auto client = world.listen(query);
        CHECK(client->refusal() == "422");
    }
}

TEST_CASE("more clients than allowed are refused", "[gateway]") {
    World world{[](World::Options& options) { options.hub.max_clients = 1; }};
    const auto one = world.listen("");
    const auto two = world.listen("");
    CHECK(two->refusal() == "503");
    CHECK(one->connected());
}

TEST_CASE("clients that leave are forgotten", "[gateway]") {
    World world;
    until_followed(world);
    auto one = world.listen("");
    const auto two = world.listen("");
    world.until([&] { return world.gateway().hub().clients() == 2; });
    one.reset();
    world.until([&] { return world.gateway().hub().clients() == 1; });
    world.bridge.publish("message", "{}");
    world.until([&] { return two->frames().size() == 1; });
}

TEST_CASE("a client that does not read is cut, the others go on", "[gateway]") {
    World world;
    until_followed(world);
    const auto reader = world.listen("");
    const auto sleeper = world.listen("");
    sleeper->pause_reading();
    sleeper->send("wake up the loop, then read no more");
    world.until([&] { return world.gateway().hub().clients() == 2 && sleeper->frames().size() == 1; });
    const std::string big = R"({"text":")" + std::string(200'000, 'x') + "\"}";
    std::size_t sent = 0;
    while (world.gateway().hub().clients() == 2 && sent < 400) {
        world.bridge.publish("message", big);
        ++sent;
        world.until([&] { return reader->frames().size() == sent; });
    }
    CHECK(world.gateway().hub().clients() == 1);
    CHECK(reader->frames().size() == sent);
}

TEST_CASE("idle clients are pinged and stay", "[gateway]") {
    World world{[](World::Options& options) { options.hub.ping_interval = std::chrono::milliseconds{5}; }};
    until_followed(world);
    const auto client = world.listen("");
    world.settle(std::chrono::milliseconds{100});
    world.bridge.publish("message", "{}");
    world.until([&] { return client->frames().size() == 1; });
    CHECK_FALSE(client->ended());
}

TEST_CASE("WebSockets are told when the gateway ends", "[gateway]") {
    World world;
    const auto client = world.listen("");
    world.stop_gateway();
    world.until([&] { return client->ended(); });
}

TEST_CASE("an event that cannot be used is left out", "[gateway]") {
    World world;
    until_followed(world);
    const auto client = world.listen("");
    world.bridge.publish("message", "no json");
    world.bridge.publish("message", "[]");
    world.bridge.publish("message", "{}");
    world.until([&] { return !client->frames().empty(); });
    CHECK(client->seqs() == Seqs{3});
}
