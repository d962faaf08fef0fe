// No co_await inside CHECK: the macro repeats its expression in a branch never taken, and g++ 12 runs it there.
#include "common/async/async.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace common;
using namespace std::chrono_literals;

namespace {

/// Runs a coroutine to its end, at most ten seconds.
void run(asio::io_context& io, asio::awaitable<void> task) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr why) {
        failure = why;
        ended = true;
    });
    io.restart();
    io.run_for(10s);
    if (failure) std::rethrow_exception(failure);
    REQUIRE(ended);
}

asio::awaitable<Status> forever(Event& never, bool& ended) {
    struct Mark {
        bool& flag;
        ~Mark() { flag = true; }
    };
    const Mark mark{ended};
    co_return co_await never.wait(1h);
}

/// Does not take a cancellation for an answer until its next wait throws.
asio::awaitable<Status> stubborn(Event& never) {
    for (;;) {
        const auto waited = co_await never.wait(1h);
        if (waited) co_return waited;
    }
}

asio::awaitable<Result<int>> fails() {
    co_await asio::post(asio::use_awaitable);
    throw std::logic_error{"broken"};
}

struct NoDefault {
    explicit NoDefault(int v) : value{v} {}
    int value;
};

asio::awaitable<Result<NoDefault>> quick() { co_return NoDefault{7}; }

}  // namespace

TEST_CASE("async: blocking work runs elsewhere and its result comes home", "[async]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    run(io, [](asio::thread_pool& workers) -> asio::awaitable<void> {
        const auto home = std::this_thread::get_id();
        auto work = []() -> Result<std::thread::id> { return std::this_thread::get_id(); };
        const auto where = co_await run_on(workers.get_executor(), std::move(work));
        CHECK(*where != home);
        CHECK(std::this_thread::get_id() == home);
        auto failing = []() -> Status { return Errc::not_found; };
        const auto missing = co_await run_on(workers.get_executor(), std::move(failing));
        CHECK(missing.error() == Errc::not_found);
    }(pool));
}

TEST_CASE("async: an exception in blocking work reaches the caller", "[async]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    auto task = [](asio::thread_pool& workers) -> asio::awaitable<void> {
        auto work = []() -> Status { throw std::runtime_error{"broken"}; };
        (void)co_await run_on(workers.get_executor(), std::move(work));
    };
    CHECK_THROWS_AS(run(io, task(pool)), std::runtime_error);
}

TEST_CASE("async: cancelled blocking work ends first, and the cancellation is not lost", "[async]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    run(io, [](asio::thread_pool& workers) -> asio::awaitable<void> {
        std::atomic<bool> started{false};
        std::atomic<bool> release{false};
        bool got_result = false;
        bool went_on = false;
        TaskGroup tasks{co_await asio::this_coro::executor};
        auto task = [&]() -> asio::awaitable<void> {
            auto work = [&]() -> Result<int> {
                started = true;
                while (!release) std::this_thread::yield();
                return 5;
            };
            const auto result = co_await run_on(workers.get_executor(), std::move(work));
            got_result = *result == 5;
            (void)co_await sleep_for(1h);
            went_on = true;
        };
        tasks.spawn(task());
        while (!started) (void)co_await sleep_for(1ms);
        tasks.cancel();
        (void)co_await sleep_for(5ms);
        CHECK_FALSE(got_result);
        CHECK(tasks.size() == 1);
        release = true;
        co_await tasks.join();
        CHECK(got_result);
        CHECK_FALSE(went_on);
    }(pool));
}

TEST_CASE("async: who cancels blocking work can hurry it", "[async]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    run(io, [](asio::thread_pool& workers) -> asio::awaitable<void> {
        std::atomic<bool> started{false};
        std::atomic<bool> hurry{false};
        bool got_result = false;
        TaskGroup tasks{co_await asio::this_coro::executor};
        auto task = [&]() -> asio::awaitable<void> {
            auto work = [&]() -> Result<int> {
                started = true;
                while (!hurry) std::this_thread::yield();
                return 5;
            };
            auto on_cancel = [&](asio::cancellation_type) { hurry = true; };
            const auto result = co_await run_on(workers.get_executor(), std::move(work), std::move(on_cancel));
            got_result = *result == 5;
        };
        tasks.spawn(task());
        while (!started) (void)co_await sleep_for(1ms);
        tasks.cancel();
        co_await tasks.join();
        CHECK(got_result);
    }(pool));
}

TEST_CASE("async: with_timeout gives the result of what is in time", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto op = quick();
        const auto result = co_await with_timeout(1h, std::move(op));
        CHECK(result->value == 7);
    }());
}

TEST_CASE("async: with_timeout ends what is late before it returns", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        Event never{co_await asio::this_coro::executor};
        bool ended = false;
        const auto result = co_await with_timeout(5ms, forever(never, ended));
        CHECK(result.error() == Errc::timed_out);
        CHECK(ended);
        const auto late = co_await with_timeout(5ms, stubborn(never));
        CHECK(late.error() == Errc::timed_out);
        const auto slept = co_await sleep_for(1ms);
        CHECK(slept);
    }());
}

TEST_CASE("async: with_timeout passes exceptions on", "[async]") {
    asio::io_context io;
    auto task = []() -> asio::awaitable<void> { (void)co_await with_timeout(1h, fails()); };
    CHECK_THROWS_AS(run(io, task()), std::logic_error);
}

TEST_CASE("async: cancelling the coroutine around with_timeout ends what is inside", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Event never{executor};
        TaskGroup tasks{executor};
        bool ended = false;
        bool cancelled = false;
        bool threw = false;
        auto task = [&]() -> asio::awaitable<void> {
            auto inner = with_timeout(1h, forever(never, ended));
            const auto result = co_await with_timeout(2h, std::move(inner));
            cancelled = result.error().kind() == Kind::cancelled;
            try {
                (void)co_await sleep_for(1ms);
            } catch (const boost::system::system_error&) {
                threw = true;
                throw;
            }
        };
        tasks.spawn(task());
        (void)co_await sleep_for(2ms);
        CHECK_FALSE(ended);
        tasks.cancel();
        co_await tasks.join();
        CHECK(ended);
        CHECK(cancelled);
        CHECK(threw);
    }());
}

TEST_CASE("async: an event wakes every waiter once", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Event event{executor};
        TaskGroup tasks{executor};
        int woken = 0;
        auto wait = [&]() -> asio::awaitable<void> {
            if (co_await event.wait(1h)) ++woken;
        };
        tasks.spawn(wait());
        tasks.spawn(wait());
        (void)co_await sleep_for(1ms);
        event.notify();
        event.notify();
        co_await tasks.join();
        CHECK(woken == 2);
        const auto quiet = co_await event.wait(1ms);
        CHECK(quiet.error() == Errc::timed_out);
    }());
}

TEST_CASE("async: a channel keeps order, is bounded and ends when closed and empty", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Channel<int> channel{executor, 2};
        TaskGroup tasks{executor};
        auto produce = [&]() -> asio::awaitable<void> {
            for (int i = 0; i < 10; ++i) {
                const auto sent = co_await channel.send(i);
                CHECK(sent);
            }
            channel.close();
        };
        tasks.spawn(produce());
        std::vector<int> got;
        for (;;) {
            CHECK(channel.size() <= 2);
            const auto item = co_await channel.receive();
            if (!item) {
                CHECK(item.error() == Errc::cancelled);
                break;
            }
            got.push_back(*item);
        }
        CHECK(got == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        CHECK_FALSE(channel.try_send(1));
        const auto refused = co_await channel.send(1);
        CHECK(refused.error() == Errc::cancelled);
        co_await tasks.join();
    }());
}

TEST_CASE("async: a cancelled receiver leaves the channel to others", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Channel<std::string> channel{executor, 1};
        const auto late = co_await with_timeout(2ms, channel.receive());
        CHECK(late.error() == Errc::timed_out);
        CHECK(channel.try_send("kept"));
        const auto item = co_await channel.receive();
        CHECK(*item == "kept");
    }());
}

TEST_CASE("async: cancelling who joins a group cancels its tasks and waits for them", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Event never{executor};
        TaskGroup outer{executor};
        bool ended = false;
        bool joined = false;
        auto task = [&]() -> asio::awaitable<void> {
            TaskGroup inner{executor};
            auto child = [&]() -> asio::awaitable<void> { (void)co_await forever(never, ended); };
            inner.spawn(child());
            co_await inner.join();
            joined = inner.size() == 0;
        };
        outer.spawn(task());
        (void)co_await sleep_for(1ms);
        outer.cancel();
        co_await outer.join();
        CHECK(ended);
        CHECK(joined);
    }());
}

TEST_CASE("async: two joiners both come back, and a task spawned after cancel is cancelled", "[async]") {
    asio::io_context io;
    run(io, []() -> asio::awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Event never{executor};
        TaskGroup tasks{executor};
        TaskGroup joiners{executor};
        bool ended = false;
        auto task = [&]() -> asio::awaitable<void> { (void)co_await forever(never, ended); };
        tasks.cancel();
        tasks.spawn(task());
        joiners.spawn(tasks.join());
        joiners.spawn(tasks.join());
        co_await joiners.join();
        CHECK(ended);
    }());
}

TEST_CASE("async: an io_context may be destroyed under waiting coroutines", "[async]") {
    bool ended = false;
    {
        asio::io_context io;
        TaskGroup tasks{io.get_executor()};
        auto slow = [&]() -> asio::awaitable<Status> {
            const std::unique_ptr<bool, void (*)(bool*)> mark{&ended, [](bool* flag) { *flag = true; }};
            co_return co_await sleep_for(1h);
        };
        auto task = [&]() -> asio::awaitable<void> { (void)co_await with_timeout(1h, slow()); };
        tasks.spawn(task());
        tasks.spawn(tasks.join());
        io.run_for(2ms);
        CHECK_FALSE(ended);
    }
    CHECK(ended);
}
