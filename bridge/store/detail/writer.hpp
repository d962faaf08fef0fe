/// The writer thread: takes everything that waits into one transaction, and does the chores when nothing waits.
#pragma once

#include "bridge/store/detail/changes.hpp"
#include "bridge/store/store.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace bridge::store::detail {

/// One call of `apply`, waiting for its commit. `done` is called once, on the writer thread.
struct Batch {
    std::vector<Change> changes;
    std::function<void(Result<std::size_t>)> done;
};

class Writer {
public:
    /// `clock` outlives this. Starts the thread.
    Writer(common::sqlite::Database database, const Options& options, const common::Clock& clock);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Reads where the numbers stand; before anything else.
    common::Status start();
    /// From any thread. `unavailable` when too much waits already, `closed` after `stop`; then `done` is not called.
    common::Status submit(Batch batch);
    void on_commit(std::function<void(std::int64_t)> callback);
    /// Finishes what waits, checkpoints, joins. From any thread but its own.
    void stop();

    std::int64_t newest_seq() const noexcept { return newest_seq_.load(std::memory_order_acquire); }
    std::int64_t oldest_cursor() const noexcept { return oldest_cursor_.load(std::memory_order_acquire); }
    /// Counts commits that changed people.
    const std::atomic<std::uint64_t>& people_changes() const noexcept { return people_changes_; }
    /// Sealed effects that wait for their message.
    std::size_t sealed() const noexcept { return sealed_.load(std::memory_order_acquire); }
    bool writable() const noexcept { return writable_.load(std::memory_order_relaxed); }

private:
    using Results = std::vector<Result<std::size_t>>;

    void run();
    bool finished();
    std::vector<Batch> take(std::chrono::milliseconds idle);
    void commit(std::vector<Batch> batches);
    Result<Results> try_together(const std::vector<Batch>& batches);
    Result<Results> try_one_by_one(const std::vector<Batch>& batches);
    Result<std::size_t> apply(const Batch& batch);
    Result<std::size_t> apply_guarded(const Batch& batch);
    void roll_back();
    void publish();
    bool do_chore();
    common::Status extend_index();
    void expire_events();
    Result<bool> expire_some();
    bool drop_if_time();
    Result<bool> drop_due();

    common::sqlite::Database database_;
    const Options options_;
    const common::Clock& clock_;
    Journal journal_;
    Directory directory_;
    Changes changes_;

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Batch> waiting_;
    std::size_t waiting_changes_{0};
    bool stopping_{false};
    std::function<void(std::int64_t)> on_commit_;

    std::atomic<std::int64_t> newest_seq_{0};
    std::atomic<std::int64_t> oldest_cursor_{0};
    std::atomic<std::uint64_t> people_changes_{0};
    std::atomic<std::size_t> sealed_{0};
    std::atomic<bool> writable_{true};

    std::size_t not_indexed_{0};  ///< messages since the substring index was extended, about
    bool index_complete_{false};
    bool checkpointed_{true};
    common::UnixTime next_expiry_{};
    common::UnixTime next_drop_{};
    std::thread thread_;
};

}  // namespace bridge::store::detail
