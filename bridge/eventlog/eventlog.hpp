/// Following the event stream: what was missed from the store, then live, without a read of the database for each
/// follower.
///
/// The newest events are kept in memory and shared. Lives on one executor (the io thread), on which it must be made,
/// used and destroyed; only the store's commit notice crosses threads.
#pragma once

#include "bridge/store/store.hpp"
#include "common/async/async.hpp"
#include "common/contract/contract.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bridge::eventlog {

using common::Result;
namespace asio = common::asio;
namespace contract = common::contract;

enum class Errc { cursor_from_future = 1, closed };
common::ErrcInfo describe(Errc code) noexcept;

/// What a follower wants to see; empty means everything.
struct Filter {
    std::vector<std::string> types;
    std::string chat_jid;  ///< as events name it: the public address
};

namespace detail {
class Tail;
}

/// One follower's place in the stream. Keeps the log's memory alive, not the log or the store.
class Subscription {
public:
    Subscription(std::shared_ptr<detail::Tail> tail, std::int64_t after, Filter filter);

    /// The next events after the cursor that pass the filter, oldest first, at most `limit`; empty after `max_wait`
    /// without any. The cursor moves past what was returned or filtered out. `store::Errc::cursor_too_old` (with the
    /// oldest cursor that works in `detail`) when events between were removed; `cursor_from_future`; `closed` once the
    /// log is closed. One call at a time.
    asio::awaitable<Result<std::vector<contract::Event>>> next(std::size_t limit, std::chrono::milliseconds max_wait);

    /// Resuming here misses nothing and repeats nothing.
    std::int64_t cursor() const noexcept { return cursor_; }

private:
    bool wants(const contract::Event& event) const;

    std::shared_ptr<detail::Tail> tail_;
    std::int64_t cursor_;
    Filter filter_;
};

class EventLog {
public:
    /// `store` outlives this. Takes the store's `on_commit`.
    EventLog(asio::any_io_executor executor, store::Store& store);
    ~EventLog();
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    /// Events after number `after`; `newest()` for live ones only, 0 for everything since the database was made.
    /// Bad cursors show in the first `next`.
    Subscription subscribe(std::int64_t after, Filter filter = {});
    std::int64_t newest() const noexcept;
    std::int64_t oldest_cursor() const noexcept;

    /// Followers wake and get `closed`. Before the store closes.
    void close();

private:
    store::Store& store_;
    std::shared_ptr<detail::Tail> tail_;
};

}  // namespace bridge::eventlog
