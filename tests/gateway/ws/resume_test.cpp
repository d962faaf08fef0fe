#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;

namespace {

using Seqs = std::vector<std::int64_t>;

Seqs from_to(std::int64_t first, std::int64_t last) {
    Seqs out;
    for (auto seq = first; seq <= last; ++seq) out.push_back(seq);
    return out;
}

void publish(World& world, int count) {
    for (int i = 0; i < count; ++i) world.bridge.publish("message", R"({"id":"A"})");
}

World::Options& with_short_memory(World::Options& options) {
    options.hub.max_frames = 10;
    return options;
}

}  // namespace

TEST_CASE("nothing is missed or repeated when the bridge's stream breaks", "[gateway]") {
    World world;
    const auto client = world.listen("?since=0");
    for (int round = 0; round < 10; ++round) {
        publish(world, 3);
        world.bridge.break_streams();
        publish(world, 3);
        world.settle(std::chrono::milliseconds{5});
    }
    world.until([&] { return client->frames().size() >= 60; });
    CHECK(client->seqs() == from_to(1, 60));
}

TEST_CASE("clients stay connected while the bridge is away and go on where they were", "[gateway]") {
    World world;
    const auto client = world.listen("?since=0");
    publish(world, 5);
    world.until([&] { return client->frames().size() == 5; });
    world.await(world.bridge.stop());
    publish(world, 5);
    world.settle();
    CHECK_FALSE(client->ended());
    world.bridge.start();
    world.until([&] { return client->frames().size() >= 10; });
    CHECK(client->seqs() == from_to(1, 10));
}

TEST_CASE("a client resumes from memory", "[gateway]") {
    World world;
    const auto witness = world.listen("?since=0");
    publish(world, 20);
    world.until([&] { return witness->frames().size() == 20; });
    const auto opened = world.bridge.streams_opened;
    const auto client = world.listen("?since=12");
    world.until([&] { return client->frames().size() >= 8; });
    publish(world, 1);
    world.until([&] { return client->frames().size() >= 9; });
    CHECK(client->seqs() == from_to(13, 21));
    CHECK(world.bridge.streams_opened == opened);
}

TEST_CASE(
    "a client from before what memory reaches is served by the bridge until it meets the live frames", "[gateway]"
) {
    World world{with_short_memory};
    const auto witness = world.listen("?since=0");
    publish(world, 200);
    world.until([&] { return witness->frames().size() == 200; });
    const auto client = world.listen("?since=3");
    publish(world, 50);
    world.until([&] { return client->frames().size() >= 247 && witness->frames().size() >= 250; });
    publish(world, 5);
    world.until([&] { return client->frames().size() >= 252; });
    CHECK(client->seqs() == from_to(4, 255));
    CHECK(witness->seqs() == from_to(1, 255));
    world.until([&] { return world.bridge.streams() == 1; });
}

TEST_CASE("catching up meets a stream that never rests", "[gateway]") {
    World world{with_short_memory};
    const auto witness = world.listen("?since=0");
    publish(world, 300);
    world.until([&] { return witness->frames().size() == 300; });
    std::vector<std::unique_ptr<Listener>> clients;
    for (const auto* since : {"?since=0", "?since=150", "?since=280", "?since=299", "?since=300"})
        clients.push_back(world.listen(since));
    for (int round = 0; round < 100; ++round) {
        publish(world, 2);
        world.settle(std::chrono::milliseconds{1});
    }
    world.until([&] { return clients[0]->frames().size() >= 500; });
    world.settle();
    CHECK(clients[0]->seqs() == from_to(1, 500));
    CHECK(clients[1]->seqs() == from_to(151, 500));
    CHECK(clients[2]->seqs() == from_to(281, 500));
    CHECK(clients[3]->seqs() == from_to(300, 500));
    CHECK(clients[4]->seqs() == from_to(301, 500));
}

TEST_CASE("a filtered client catches up past everything it does not want", "[gateway]") {
    World world{with_short_memory};
    const auto witness = world.listen("?since=0");
    for (int i = 0; i < 50; ++i) {
        world.bridge.publish("message", "{}");
        world.bridge.publish("receipt", "{}");
    }
    world.until([&] { return witness->frames().size() == 100; });
    const auto client = world.listen("?since=90&types=receipt");
    const auto early = world.listen("?since=0&types=receipt");
    world.bridge.publish("receipt", "{}");
    world.until([&] { return client->frames().size() >= 6 && early->frames().size() >= 51; });
    CHECK(client->seqs() == Seqs{92, 94, 96, 98, 100, 101});
    CHECK(early->seqs().size() == 51);
}

TEST_CASE("a gateway that was restarted continues its clients", "[gateway]") {
    World world;
    auto client = world.listen("?since=0");
    publish(world, 7);
    world.until([&] { return client->frames().size() == 7; });
    world.stop_gateway();
    publish(world, 6);
    world.start_gateway();
    client = world.listen("?since=7");
    world.until([&] { return client->frames().size() >= 6; });
    publish(world, 1);
    world.until([&] { return client->frames().size() >= 7; });
    CHECK(client->seqs() == from_to(8, 14));
}

TEST_CASE("a client that resumes while the bridge is away is continued when it returns", "[gateway]") {
    World world;
    publish(world, 5);
    world.stop_gateway();
    world.await(world.bridge.stop());
    world.start_gateway();
    const auto client = world.listen("?since=2");
    const auto fresh = world.listen("");
    world.settle();
    CHECK(client->frames().empty());
    world.bridge.start();
    world.until([&] { return client->frames().size() >= 3; });
    publish(world, 1);
    world.until([&] { return client->frames().size() >= 4 && !fresh->frames().empty(); });
    CHECK(client->seqs() == from_to(3, 6));
    CHECK(fresh->seqs() == Seqs{6});
}

TEST_CASE("a cursor that is too old ends with an error frame and the oldest cursor that works", "[gateway]") {
    World world{with_short_memory};
    const auto witness = world.listen("?since=0");
    publish(world, 100);
    world.until([&] { return witness->frames().size() == 100; });
    world.bridge.forget_up_to(60);
    const auto client = world.listen("?since=20");
    world.until([&] { return client->ended(); });
    REQUIRE(client->frames().size() == 1);
    const auto frame = parsed(client->frames().at(0));
    CHECK(frame.root()["type"].string() == "error");
    CHECK(frame.root()["data"]["oldest"].integer() == 60);
    CHECK(frame.root()["data"]["code"].integer() == 4410);

    const auto again = world.listen("?since=60");
    world.until([&] { return again->frames().size() >= 40; });
    CHECK(again->seqs() == from_to(61, 100));
}

TEST_CASE("clients are told when the gateway was away for too long", "[gateway]") {
    World world;
    const auto client = world.listen("?since=0");
    publish(world, 5);
    world.until([&] { return client->frames().size() == 5; });
    world.await(world.bridge.stop());
    publish(world, 10);
    world.bridge.forget_up_to(12);
    world.bridge.start();
    world.until([&] { return client->ended(); });
    CHECK(parsed(client->frames().back()).root()["data"]["oldest"].integer() == 12);
    const auto again = world.listen("?since=12");
    world.until([&] { return again->frames().size() >= 3; });
    CHECK(again->seqs() == from_to(13, 15));
}

TEST_CASE("a cursor from another database is refused", "[gateway]") {
    World world;
    publish(world, 5);
    world.until([&] { return world.bridge.streams() > 0; });
    const auto client = world.listen("?since=1000");
    world.until([&] { return client->ended(); });
    CHECK(parsed(client->frames().at(0)).root()["type"].string() == "error");
}
