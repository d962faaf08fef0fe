#include "bridge/whatsapp/client/housekeeping.hpp"

#include "tests/bridge/whatsapp/client/part.hpp"

namespace tests::client {
namespace {

using client::Housekeeping;
using namespace std::chrono_literals;

const Jid ada{"100000000000002", "lid"};

/// Entries of a send that ended, of one that waits, and of a message that never came.
struct Kept : Part {
    Housekeeping housekeeping{core};

    Kept() {
        add("ended", storage::OutboxState::acknowledged);
        add("waiting", storage::OutboxState::queued);
        REQUIRE(storage.retry_counts().bump(ada, ada, "never came", 0, clock.now()));
    }
    void add(std::string id, storage::OutboxState state) {
        storage::OutboxEntry entry;
        entry.id = id;
        entry.chat = ada;
        entry.created = clock.now();
        REQUIRE(storage.outbox().add(entry));
        REQUIRE(storage.outbox().set_state(id, state));
    }
    bool has(const std::string& id) { return storage.outbox().find(id)->has_value(); }
    /// How often it was asked for, once more included.
    int asked() { return *storage.retry_counts().bump(ada, ada, "never came", 0, clock.now()); }
};

}  // namespace

TEST_CASE("housekeeping: what ended a week ago is forgotten, what waits is kept", "[client]") {
    Kept kept;
    kept.clock.advance(Housekeeping::lifetime);
    REQUIRE(kept.run(kept.housekeeping.tidy()));
    CHECK(kept.has("ended"));
    kept.clock.advance(1s);
    REQUIRE(kept.run(kept.housekeeping.tidy()));
    CHECK_FALSE(kept.has("ended"));
    CHECK(kept.has("waiting"));
    CHECK(kept.asked() == 1);
}

TEST_CASE("housekeeping: a retry that is still going on is not forgotten", "[client]") {
    Kept kept;
    kept.clock.advance(Housekeeping::lifetime);
    CHECK(kept.asked() == 2);
    kept.clock.advance(1s);
    REQUIRE(kept.run(kept.housekeeping.tidy()));
    CHECK(kept.asked() == 3);
}

TEST_CASE("housekeeping: it comes again and again until it is cancelled", "[client]") {
    Kept kept;
    kept.core.options.tidy_interval = 10ms;
    common::TaskGroup tasks{kept.io.get_executor()};
    tasks.spawn(kept.housekeeping.run());
    const auto until = [&](auto done) {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!done() && std::chrono::steady_clock::now() < deadline) kept.io.run_one_for(100ms);
        return done();
    };
    kept.clock.advance(Housekeeping::lifetime + 1s);
    CHECK(until([&] { return !kept.has("ended"); }));
    kept.add("next", storage::OutboxState::failed);
    kept.clock.advance(Housekeeping::lifetime + 1s);
    CHECK(until([&] { return !kept.has("next"); }));
    tasks.cancel();
    CHECK(until([&] { return tasks.size() == 0; }));
}

}  // namespace tests::client
