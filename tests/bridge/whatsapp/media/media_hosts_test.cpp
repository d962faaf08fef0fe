#include "bridge/whatsapp/media/media_hosts.hpp"

#include "tests/common/http/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace media = bridge::whatsapp::media;
namespace asio = common::asio;
using common::Result;
using namespace std::chrono_literals;

namespace {

struct Hosts {
    std::string token() {
        const auto conn = io.run([&]() { return hosts.get(); });
        return conn ? (*conn)->auth : "error";
    }

    int asked{0};
    bool fails{false};
    common::FakeClock clock{common::UnixMillis{1'700'000'000'000ms}};
    http_test::IoThread io;
    media::MediaHosts hosts{io.executor(), clock, [this]() -> asio::awaitable<Result<media::MediaConn>> {
                                ++asked;
                                const auto slept = co_await common::sleep_for(20ms);
                                if (!slept) co_return slept.error();
                                if (fails) co_return common::Error{common::Errc::unavailable};
                                media::MediaConn conn;
                                conn.auth = std::to_string(asked);
                                conn.ttl = 100s;
                                conn.auth_ttl = 200s;
                                co_return conn;
                            }};
};

}  // namespace

TEST_CASE("media hosts: they are kept as long as they hold", "[media]") {
    Hosts world;
    CHECK(world.token() == "1");
    world.clock.advance(99s);
    CHECK(world.token() == "1");
    world.clock.advance(1s);
    CHECK(world.token() == "2");
    world.clock.advance(-1h);  // a clock that was set back proves nothing
    CHECK(world.token() == "3");
}

TEST_CASE("media hosts: a refused token is not used again, a newer one stays", "[media]") {
    Hosts world;
    const auto first = world.io.run([&]() { return world.hosts.get(); }).value();
    const auto refuse = [&] {
        world.io.run([&]() -> asio::awaitable<bool> {
            world.hosts.refuse(first);
            co_return true;
        });
    };
    refuse();
    CHECK(world.token() == "2");
    refuse();
    CHECK(world.token() == "2");
}

TEST_CASE("media hosts: many who need them ask once", "[media]") {
    Hosts world;
    world.io.run([&]() -> asio::awaitable<bool> {
        common::TaskGroup group{co_await asio::this_coro::executor};
        for (int i = 0; i < 5; ++i) {
            auto need = [&]() -> asio::awaitable<void> {
                const auto conn = co_await world.hosts.get();
                if (!conn || (*conn)->auth != "1") world.asked = 100;
            };
            group.spawn(need());
        }
        co_await group.join();
        co_return true;
    });
    CHECK(world.asked == 1);
}

TEST_CASE("media hosts: a question that failed or was given up is asked again", "[media]") {
    Hosts world;
    world.fails = true;
    CHECK(world.token() == "error");
    world.fails = false;
    const auto late = world.io.run([&]() -> asio::awaitable<Result<std::shared_ptr<const media::MediaConn>>> {
        co_return co_await common::with_timeout(1ms, world.hosts.get());
    });
    CHECK_FALSE(late.has_value());
    CHECK(world.token() == "3");
}
