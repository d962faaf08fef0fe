/// A few reader threads, each with a read-only connection at hand.
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <mutex>
#include <vector>

namespace bridge::store::detail {

class Readers {
public:
    /// Opens `count` connections. Blocking.
    static common::Result<std::unique_ptr<Readers>> open(const std::string& path, std::size_t count);
    ~Readers() { stop(); }

    /// `work(Database&)` on a reader thread; `overloaded` when too much waits already.
    template <class Work>
    common::asio::awaitable<std::invoke_result_t<Work&, common::sqlite::Database&>> run(Work work) {
        if (closed_) co_return Errc::closed;
        const Turn turn{waiting_};
        if (turn.number > most_waiting) co_return Errc::overloaded;
        auto guarded = [this, work = std::move(work)]() mutable {
            const Borrowed connection{*this};
            return work(*connection.database);
        };
        common::asio::any_io_executor executor = threads_.get_executor();
        co_return co_await common::run_on(std::move(executor), std::move(guarded));
    }

    /// Lets running work end; then every call fails. Blocking.
    void stop();

private:
    static constexpr std::size_t most_waiting = 4096;

    struct Turn {
        explicit Turn(std::atomic<std::size_t>& count) : waiting{count}, number{++count} {}
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { --waiting; }
        std::atomic<std::size_t>& waiting;
        std::size_t number;
    };
    /// There are as many connections as threads, so one is always free.
    struct Borrowed {
        explicit Borrowed(Readers& readers);
        Borrowed(const Borrowed&) = delete;
        Borrowed& operator=(const Borrowed&) = delete;
        ~Borrowed();
        Readers& from;
        common::sqlite::Database* database;
    };

    explicit Readers(std::vector<common::sqlite::Database> databases);

    std::vector<common::sqlite::Database> databases_;
    std::mutex mutex_;
    std::vector<common::sqlite::Database*> free_;
    std::atomic<std::size_t> waiting_{0};
    std::atomic<bool> closed_{false};
    common::asio::thread_pool threads_;
};

}  // namespace bridge::store::detail
