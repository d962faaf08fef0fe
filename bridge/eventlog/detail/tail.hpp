/// The newest events in memory, read from the store once for all followers. Lives on one executor.
#pragma once

#include "bridge/store/store.hpp"
#include "common/async/async.hpp"

#include <atomic>
#include <deque>
#include <memory>

namespace bridge::eventlog::detail {

namespace asio = common::asio;
namespace contract = common::contract;
using common::Result;
using common::Status;

class Tail : public std::enable_shared_from_this<Tail> {
public:
    Tail(asio::any_io_executor executor, store::Store& store);

    /// From any thread: there are events after those that are known here.
    void announce();
    void close();
    bool is_closed() const noexcept { return closed_; }

    std::int64_t newest() const noexcept { return store_.newest_seq(); }
    /// Events from `first()` to `last()` are here; `first() > last()` when none are.
    std::int64_t first() const noexcept { return last_ - static_cast<std::int64_t>(events_.size()) + 1; }
    std::int64_t last() const noexcept { return last_; }
    const contract::Event& at(std::int64_t seq) const { return events_[static_cast<std::size_t>(seq - first())]; }

    /// Reads on from `last()`; one follower does it while the others wait for it.
    asio::awaitable<Status> extend();
    /// Events that are older than what is here.
    asio::awaitable<Result<std::vector<contract::Event>>> read(std::int64_t after, std::size_t limit);
    /// Until something is announced, read or closed.
    asio::awaitable<Status> wait(std::chrono::milliseconds limit);

private:
    void keep(std::vector<contract::Event> events);

    asio::any_io_executor executor_;
    store::Store& store_;
    std::deque<contract::Event> events_;
    std::size_t bytes_{0};
    std::int64_t last_;
    bool reading_{false};
    bool closed_{false};
    std::atomic<bool> announced_{false};
    common::Event changed_;
};

}  // namespace bridge::eventlog::detail
