#include "gateway/ws/slots.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <vector>

using gateway::ws::Slots;
namespace asio = common::asio;

namespace {

asio::awaitable<void> hold(Slots& slots, int name, std::vector<int>& order, common::Event& release) {
    const auto permit = co_await slots.acquire();
    if (!permit) co_return;
    order.push_back(name);
    const auto waited = co_await release.wait(std::chrono::seconds{5});
    if (!waited) order.push_back(-name);
}

void turn(asio::io_context& io) {
    io.restart();
    io.poll();
}

}  // namespace

TEST_CASE("permits go out in the order they were asked for", "[gateway]") {
    asio::io_context io;
    Slots slots{2};
    std::vector<int> order;
    common::Event release{io.get_executor()};
    common::TaskGroup tasks{io.get_executor()};
    for (int name = 1; name <= 6; ++name) tasks.spawn(hold(slots, name, order, release));
    turn(io);
    CHECK(order == std::vector{1, 2});
    release.notify();
    turn(io);
    CHECK(order == std::vector{1, 2, 3, 4});
    release.notify();
    turn(io);
    CHECK(order == std::vector{1, 2, 3, 4, 5, 6});
    release.notify();
    turn(io);
    CHECK(tasks.size() == 0);
}

TEST_CASE("who leaves the line does not hold it up", "[gateway]") {
    asio::io_context io;
    Slots slots{1};
    std::vector<int> order;
    common::Event release{io.get_executor()};
    common::TaskGroup tasks{io.get_executor()};
    common::TaskGroup impatient{io.get_executor()};
    tasks.spawn(hold(slots, 1, order, release));
    turn(io);
    impatient.spawn(hold(slots, 2, order, release));
    tasks.spawn(hold(slots, 3, order, release));
    turn(io);
    impatient.cancel();
    turn(io);
    CHECK(impatient.size() == 0);
    release.notify();
    turn(io);
    CHECK(order == std::vector{1, 3});
    release.notify();
    turn(io);
    CHECK(tasks.size() == 0);
}
