#include "common/async/fork_join.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <stdexcept>
#include <vector>

namespace asio = boost::asio;

namespace {

std::vector<std::function<void()>> counting(std::atomic<int>& count, int tasks) {
    std::vector<std::function<void()>> all;
    for (int i = 0; i < tasks; ++i) all.emplace_back([&count] { ++count; });
    return all;
}

}  // namespace

TEST_CASE("fork and join: every task has run once when it returns", "[async]") {
    asio::thread_pool pool{2};
    for (int round = 0; round < 200; ++round) {
        std::atomic<int> count{0};
        common::fork_join(pool.get_executor(), counting(count, round % 6));
        REQUIRE(count == round % 6);
    }
}

TEST_CASE("fork and join: the only thread of a pool can wait for its own tasks", "[async]") {
    asio::thread_pool pool{1};
    std::promise<int> done;
    asio::post(pool, [&] {
        std::atomic<int> count{0};
        common::fork_join(pool.get_executor(), counting(count, 5));
        done.set_value(count);
    });
    CHECK(done.get_future().get() == 5);
}

TEST_CASE("fork and join: two tasks that wait for each other run at the same time", "[async]") {
    asio::thread_pool pool{1};
    std::promise<void> here;
    std::promise<void> there;
    const std::vector<std::function<void()>> both{
        [&] {
            here.set_value();
            there.get_future().wait();
        },
        [&] {
            there.set_value();
            here.get_future().wait();
        }};
    common::fork_join(pool.get_executor(), both);
    SUCCEED("both ended");
}

TEST_CASE("fork and join: an exception comes out after the other tasks have ended", "[async]") {
    asio::thread_pool pool{2};
    std::atomic<int> count{0};
    auto tasks = counting(count, 4);
    tasks.insert(tasks.begin(), [] { throw std::runtime_error{"no"}; });
    CHECK_THROWS_AS(common::fork_join(pool.get_executor(), tasks), std::runtime_error);
    CHECK(count == 4);
}
