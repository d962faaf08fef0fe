#include "bridge/eventlog/eventlog.hpp"

#include "tests/bridge/store/fixture.hpp"

#include <boost/asio/detached.hpp>

#include <chrono>

namespace bridge::eventlog {
namespace {

using namespace std::chrono_literals;
using store::at;

struct Fixture : store::Fixture {
    asio::io_context io;

    void raise(const std::string& type, const std::string& chat = "", const std::string& data = "{}") {
        apply({store::RaiseEvent{type, chat, data}});
    }
    template <class T>
    Result<T> on_io(asio::awaitable<Result<T>> task) {
        std::optional<Result<T>> result;
        auto keep = [&](std::exception_ptr failure, Result<T> value) {
            if (failure) std::rethrow_exception(failure);
            result.emplace(std::move(value));
        };
        asio::co_spawn(io, std::move(task), keep);
        io.restart();
        while (!result && io.run_one() > 0) {
        }
        REQUIRE(result);
        return std::move(*result);
    }
    std::vector<std::int64_t> next(Subscription& subscription, std::size_t limit = 100) {
        const auto events = on_io(subscription.next(limit, 0ms));
        REQUIRE(events);
        std::vector<std::int64_t> seqs;
        for (const auto& event : *events) seqs.push_back(event.seq);
        return seqs;
    }
};

using Seqs = std::vector<std::int64_t>;

TEST_CASE_METHOD(Fixture, "eventlog: a follower gets what it missed, then what comes", "[eventlog]") {
    for (int i = 0; i < 5; ++i) raise("connection");
    EventLog log{io.get_executor(), *store};
    auto follower = log.subscribe(2);
    CHECK(next(follower, 2) == Seqs{3, 4});
    CHECK(follower.cursor() == 4);
    CHECK(next(follower) == Seqs{5});
    CHECK(next(follower).empty());
    raise("connection");
    raise("connection");
    CHECK(next(follower) == Seqs{6, 7});
    auto live = log.subscribe(log.newest());
    CHECK(next(live).empty());
}

TEST_CASE_METHOD(Fixture, "eventlog: a waiting follower wakes with the commit", "[eventlog]") {
    EventLog log{io.get_executor(), *store};
    auto follower = log.subscribe(0);
    std::optional<Result<std::vector<contract::Event>>> got;
    auto keep = [&](std::exception_ptr, Result<std::vector<contract::Event>> events) {
        got.emplace(std::move(events));
    };
    asio::co_spawn(io, follower.next(10, 60s), keep);
    std::vector<store::Change> changes{store::RaiseEvent{"connection", "", "{}"}};
    auto written = [](std::exception_ptr, Result<std::size_t>) {};
    asio::co_spawn(io, store->apply(std::move(changes)), written);
    while (!got && io.run_one_for(30s) > 0) {
    }
    REQUIRE(got);
    REQUIRE(*got);
    CHECK((*got)->size() == 1);
}

TEST_CASE_METHOD(Fixture, "eventlog: an empty answer comes after the wait and keeps the place", "[eventlog]") {
    EventLog log{io.get_executor(), *store};
    auto follower = log.subscribe(0);
    const auto events = on_io(follower.next(10, 20ms));
    REQUIRE(events);
    CHECK(events->empty());
    CHECK(follower.cursor() == 0);
}

TEST_CASE_METHOD(Fixture, "eventlog: filters choose by type and chat and move on past the rest", "[eventlog]") {
    EventLog log{io.get_executor(), *store};
    for (int i = 0; i < 4; ++i) {
        raise("message", "a@g.us");
        raise("receipt", "b@g.us");
        raise("chat", "a@g.us");
    }
    auto messages = log.subscribe(0, {{"message", "chat"}, ""});
    CHECK(next(messages, 3) == Seqs{1, 3, 4});
    CHECK(next(messages) == Seqs{6, 7, 9, 10, 12});
    auto chat = log.subscribe(0, {{}, "b@g.us"});
    CHECK(next(chat) == Seqs{2, 5, 8, 11});
    CHECK(chat.cursor() == 12);
    auto nothing = log.subscribe(0, {{"call"}, ""});
    CHECK(next(nothing).empty());
    CHECK(nothing.cursor() == 12);
}

TEST_CASE_METHOD(
    Fixture, "eventlog: cursors from the future and from before what is kept are told apart", "[eventlog]"
) {
    for (int i = 0; i < 3; ++i) raise("connection");
    EventLog log{io.get_executor(), *store};
    for (const std::int64_t cursor : {std::int64_t{-1}, std::int64_t{4}, std::numeric_limits<std::int64_t>::max()}) {
        auto follower = log.subscribe(cursor);
        CHECK(on_io(follower.next(10, 0ms)).error() == Errc::cursor_from_future);
    }
    // The writer removes what is older than a week, in steps, but keeps the newest event.
    clock.advance(std::chrono::hours{24 * 8});
    raise("connection");
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (log.oldest_cursor() < 3 && std::chrono::steady_clock::now() < deadline) {
        // A look that came before the last event kept the one before it: the next look is due a while later.
        clock.advance(std::chrono::hours{1});
        REQUIRE(store::run(store->chats({})));
    }
    CHECK(log.oldest_cursor() == 3);
    auto late = log.subscribe(1);
    const auto refused = on_io(late.next(10, 0ms));
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == store::Errc::cursor_too_old);
    CHECK(refused.error().detail() == "3");
    auto works = log.subscribe(3);
    CHECK(next(works) == Seqs{4});
}

TEST_CASE_METHOD(Fixture, "eventlog: old events go also while the store is never idle", "[eventlog]") {
    raise("connection");
    EventLog log{io.get_executor(), *store};
    clock.advance(std::chrono::hours{24 * 8});
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (log.oldest_cursor() == 0 && std::chrono::steady_clock::now() < deadline) {
        // As above: a look at the only event there was kept it.
        clock.advance(std::chrono::hours{1});
        raise("connection");
    }
    const std::int64_t oldest = log.oldest_cursor();
    CHECK(oldest >= 1);
    auto works = log.subscribe(oldest);
    CHECK(next(works).front() == oldest + 1);
}

TEST_CASE_METHOD(Fixture, "eventlog: many followers, far behind and live, each get every event once", "[eventlog]") {
    constexpr std::int64_t count = 3000;
    std::vector<store::Change> first;
    for (int i = 0; i < count / 2; ++i) first.push_back(store::RaiseEvent{"connection", "", "{}"});
    apply(std::move(first));
    EventLog log{io.get_executor(), *store};
    struct Follower {
        Subscription subscription;
        std::int64_t start;
        std::size_t limit;
        Seqs seen;
    };
    std::vector<std::unique_ptr<Follower>> followers;
    for (std::int64_t i = 0; i < 20; ++i) {
        const std::int64_t start = i * 75;
        followers.push_back(std::make_unique<Follower>(Follower{
            log.subscribe(start), start, static_cast<std::size_t>(5 + i * 13), {}}));
    }
    auto follow = [](Follower* follower) -> asio::awaitable<void> {
        while (follower->subscription.cursor() < count) {
            const auto events = co_await follower->subscription.next(follower->limit, 60s);
            if (!events) co_return;
            for (const auto& event : *events) follower->seen.push_back(event.seq);
        }
    };
    auto write = [](store::Store* to) -> asio::awaitable<void> {
        for (int i = 0; i < count / 2; i += 10) {
            std::vector<store::Change> changes(10, store::RaiseEvent{"connection", "", "{}"});
            const auto done = co_await to->apply(std::move(changes));
            if (!done) co_return;
        }
    };
    for (auto& follower : followers) asio::co_spawn(io, follow(follower.get()), asio::detached);
    asio::co_spawn(io, write(store.get()), asio::detached);
    io.run_for(60s);
    for (const auto& follower : followers) {
        REQUIRE(follower->seen.size() == static_cast<std::size_t>(count - follower->start));
        for (std::size_t i = 0; i < follower->seen.size(); ++i) {
            if (follower->seen[i] != follower->start + 1 + static_cast<std::int64_t>(i)) FAIL("gap or repeat");
        }
    }
}

TEST_CASE_METHOD(Fixture, "eventlog: closing wakes followers with an error", "[eventlog]") {
    EventLog log{io.get_executor(), *store};
    auto follower = log.subscribe(0);
    std::optional<Result<std::vector<contract::Event>>> got;
    auto keep = [&](std::exception_ptr, Result<std::vector<contract::Event>> events) {
        got.emplace(std::move(events));
    };
    asio::co_spawn(io, follower.next(10, 60s), keep);
    io.poll();
    log.close();
    io.restart();
    io.run_for(10s);
    REQUIRE(got);
    CHECK(got->error() == Errc::closed);
}

}  // namespace
}  // namespace bridge::eventlog
