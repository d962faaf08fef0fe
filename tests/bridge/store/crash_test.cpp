#include "tests/bridge/store/fixture.hpp"

#include <boost/asio/detached.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

namespace bridge::store {
namespace {

/// Writes without end and reports each acknowledged message on `pipe`; ends by being killed.
[[noreturn]] void write_until_killed(const std::string& path, int round, int pipe) {
    const common::SystemClock clock;
    Options options;
    options.path = path;
    auto opened = Store::open(std::move(options), clock);
    if (!opened) ::_exit(1);
    Store& store = **opened;
    common::asio::io_context io;
    auto write = [&store, round, pipe](int lane) -> common::asio::awaitable<void> {
        for (int i = 0;; ++i) {
            const int number[3] = {round, lane, i};
            const std::string id = std::to_string(round) + "-" + std::to_string(lane) + "-" + std::to_string(i);
            std::vector<Change> changes;
            changes.push_back(text_from(lane % 2 == 0 ? ada : bob, id, "message " + id, 1'700'000'000 + i));
            const auto done = co_await store.apply(std::move(changes));
            if (!done || ::write(pipe, number, sizeof number) != sizeof number) ::_exit(1);
        }
    };
    for (int lane = 0; lane < 8; ++lane) common::asio::co_spawn(io, write(lane), common::asio::detached);
    io.run();
    ::_exit(1);
}

TEST_CASE_METHOD(Fixture, "crash: whatever was acknowledged is there after SIGKILL, once, with its event", "[store]") {
    store.reset();
    std::set<std::string> acknowledged;
    for (int round = 0; round < 8; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            write_until_killed(folder.file("messages.db"), round, ends[1]);
        }
        ::close(ends[1]);
        // Killed in the middle: after some hundred acknowledgements, another number each time.
        int number[3];
        const std::size_t enough = acknowledged.size() + 200 + static_cast<std::size_t>(round) * 137;
        bool killed = false;
        while (::read(ends[0], number, sizeof number) == sizeof number) {
            acknowledged.insert(
                std::to_string(number[0]) + "-" + std::to_string(number[1]) + "-" + std::to_string(number[2])
            );
            if (!killed && acknowledged.size() >= enough) {
                ::kill(child, SIGKILL);
                killed = true;
            }
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(killed);
        CHECK(WIFSIGNALED(status));
    }
    store = open();
    std::multiset<std::string> stored;
    for (const Party& chat : {ada, bob}) {
        std::string cursor;
        for (int page = 0;; ++page) {
            const auto messages = value_of(store->messages(chat.jid, 1000, page, ""));
            if (messages.empty()) break;
            for (const auto& message : messages) stored.insert(message.id);
        }
    }
    for (const auto& id : acknowledged) {
        if (stored.count(id) != 1) FAIL("lost or doubled: " << id);
    }
    std::multiset<std::string> raised;
    std::int64_t seq = 0;
    while (true) {
        const auto events = value_of(store->events_after(seq, 1000));
        if (events.empty()) break;
        for (const auto& event : events) {
            if (event.seq != seq + 1) FAIL("hole in the events");
            seq = event.seq;
            const auto at = event.data.find(R"("id":")");
            if (event.type == "message")
                raised.insert(event.data.substr(at + 6, event.data.find('"', at + 6) - at - 6));
        }
    }
    CHECK(raised == stored);
    // The search index goes on where the last commit left it.
    SearchFilter filter;
    filter.query = "message 0-0-0";
    CHECK_FALSE(value_of(store->search(filter)).empty());
    filter.query = "message " + *acknowledged.rbegin();
    CHECK_FALSE(value_of(store->search(filter)).empty());
}

}  // namespace
}  // namespace bridge::store
