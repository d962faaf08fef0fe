#include "bridge/store/detail/writer.hpp"

#include "bridge/store/detail/text_index.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <exception>

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

constexpr std::size_t most_waiting = 200'000;  // changes; the callers wait for their commit, so this means a stuck disk
constexpr std::size_t most_together = 4096;    // changes in a commit: bounds its time
constexpr std::size_t index_when_busy = 1024;  // the larger the block, the less the index is rewritten
constexpr std::size_t index_when_idle = 256;
constexpr std::int64_t expire_at_once = 2000;
constexpr std::chrono::milliseconds breath{20};
constexpr std::chrono::milliseconds rest{1000};
constexpr std::chrono::minutes expiry_period{10};
constexpr std::chrono::seconds drop_period{15};
constexpr std::int64_t drop_at_once = 200;

}  // namespace

Writer::Writer(common::sqlite::Database database, const Options& options, const common::Clock& clock)
    : database_{std::move(database)},
      options_{options},
      clock_{clock},
      journal_{database_, clock},
      directory_{database_, journal_},
      changes_{database_, directory_, journal_} {}

Writer::~Writer() { stop(); }

Status Writer::start() {
    if (auto done = changes_.reload(); !done) return done;
    publish();
    thread_ = std::thread{[this] { run(); }};
    return {};
}

Status Writer::submit(Batch batch) {
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return Errc::closed;
        if (waiting_changes_ + batch.changes.size() > most_waiting) return Errc::overloaded;
        waiting_changes_ += batch.changes.size();
        waiting_.push_back(std::move(batch));
    }
    arrived_.notify_one();
    return {};
}

void Writer::on_commit(std::function<void(std::int64_t)> callback) {
    const std::lock_guard lock{mutex_};
    on_commit_ = std::move(callback);
}

void Writer::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    arrived_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::run() {
    bool chores = true;
    while (true) {
        auto batches = take(chores ? breath : rest);
        if (!batches.empty()) {
            commit(std::move(batches));
            if (not_indexed_ >= index_when_busy) {
                if (auto done = extend_index(); !done)
                    common::log::error("search index fell behind", {{"why", done.error().message()}});
            }
            // A store that never rests must not keep its events for ever.
            if (clock_.now() >= next_expiry_) expire_events();
            drop_if_time();
            chores = true;
            continue;
        }
        if (finished()) break;
        chores = do_chore();
    }
    [[maybe_unused]] const auto ignored = database_.checkpoint();
}

bool Writer::finished() {
    const std::lock_guard lock{mutex_};
    return stopping_ && waiting_.empty();
}

std::vector<Batch> Writer::take(std::chrono::milliseconds idle) {
    std::unique_lock lock{mutex_};
    const auto ready = [this] { return stopping_ || !waiting_.empty(); };
    arrived_.wait_for(lock, idle, ready);
    if (options_.commit_delay.count() > 0 && !waiting_.empty() && !stopping_) {
        arrived_.wait_for(lock, options_.commit_delay, [this] {
            return stopping_ || waiting_changes_ >= most_together;
        });
    }
    std::vector<Batch> taken;
    std::size_t changes = 0;
    while (!waiting_.empty() && (taken.empty() || changes + waiting_.front().changes.size() <= most_together)) {
        changes += waiting_.front().changes.size();
        taken.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    waiting_changes_ -= changes;
    return taken;
}

void Writer::commit(std::vector<Batch> batches) {
    auto results = try_together(batches);
    if (!results) {
        roll_back();
        if (batches.size() > 1) results = try_one_by_one(batches);
        if (!results) roll_back();
    }
    const bool failed = !results && results.error().kind() != common::Kind::invalid;
    writable_.store(!failed, std::memory_order_relaxed);
    checkpointed_ = false;
    if (directory_.take_people_changed()) people_changes_.fetch_add(1, std::memory_order_release);
    directory_.trim();
    publish();
    for (std::size_t at = 0; at < batches.size(); ++at) {
        if (!results) {
            batches[at].done(results.error());
            continue;
        }
        if ((*results)[at]) not_indexed_ += *(*results)[at];
        batches[at].done(std::move((*results)[at]));
    }
}

Result<Writer::Results> Writer::try_together(const std::vector<Batch>& batches) {
    auto transaction = database_.begin();
    if (!transaction) return transaction.error();
    Results results;
    for (const Batch& batch : batches) {
        auto applied = apply_guarded(batch);
        if (!applied) return applied.error();
        results.push_back(std::move(applied));
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return results;
}

/// Slower: each batch can fail alone.
Result<Writer::Results> Writer::try_one_by_one(const std::vector<Batch>& batches) {
    auto transaction = database_.begin();
    if (!transaction) return transaction.error();
    Results results;
    for (const Batch& batch : batches) {
        if (auto done = database_.prepare("SAVEPOINT batch")->run(); !done) return done.error();
        auto applied = apply_guarded(batch);
        if (!applied) {
            if (auto done = database_.prepare("ROLLBACK TO batch")->run(); !done) return done.error();
            roll_back();
        }
        if (auto done = database_.prepare("RELEASE batch")->run(); !done) return done.error();
        results.push_back(std::move(applied));
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return results;
}

Result<std::size_t> Writer::apply_guarded(const Batch& batch) {
    try {
        return apply(batch);
    } catch (const std::exception& error) {
        common::log::error("applying changes failed", {{"what", error.what()}});
        return common::Error{common::Errc::internal, error.what()};
    }
}

Result<std::size_t> Writer::apply(const Batch& batch) {
    std::size_t added = 0;
    for (const Change& change : batch.changes) {
        const auto applied = changes_.apply(change);
        if (!applied) return applied;
        added += *applied;
    }
    if (auto done = directory_.flush(); !done) return done.error();
    return added;
}

void Writer::roll_back() {
    directory_.forget();
    if (auto done = changes_.reload(); !done) {
        common::log::error("reading back after a rollback failed", {{"why", done.error().message()}});
    }
}

void Writer::publish() {
    const bool raised = journal_.newest() > newest_seq_.load(std::memory_order_relaxed);
    newest_seq_.store(journal_.newest(), std::memory_order_release);
    oldest_cursor_.store(journal_.oldest_cursor(), std::memory_order_release);
    sealed_.store(changes_.sealed(), std::memory_order_release);
    if (!raised) return;
    std::function<void(std::int64_t)> callback;
    {
        const std::lock_guard lock{mutex_};
        callback = on_commit_;
    }
    if (callback) callback(journal_.newest());
}

/// One piece of work for idle moments; false when there is nothing left to do.
bool Writer::do_chore() {
    if (!index_complete_ || not_indexed_ >= index_when_idle) {
        auto done = extend_index();
        if (!done) common::log::error("search index fell behind", {{"why", done.error().message()}});
        return done.has_value();
    }
    if (!checkpointed_) {
        checkpointed_ = true;
        if (auto done = database_.checkpoint(); !done) {
            common::log::warn("checkpoint failed", {{"why", done.error().message()}});
        }
        return true;
    }
    if (drop_if_time()) return true;
    if (clock_.now() < next_expiry_) return false;
    expire_events();
    return true;
}

Status Writer::extend_index() {
    auto transaction = database_.begin();
    if (!transaction) return transaction.error();
    const auto count = extend_substrings(database_, index_when_busy);
    if (!count) return count.error();
    if (auto done = transaction->commit(); !done) return done;
    not_indexed_ -= std::min(not_indexed_, *count);
    if (*count < index_when_busy) {
        // Short of a whole block means that both ends are reached, or that only the block above was: one more look
        // tells.
        index_complete_ = *count == 0;
        not_indexed_ = 0;
    }
    checkpointed_ = false;
    return {};
}

/// Whether it was time to look for messages whose time is up: that must not wait for an idle moment.
bool Writer::drop_if_time() {
    if (clock_.now() < next_drop_) return false;
    auto more = drop_due();
    if (!more) common::log::error("removing expired messages failed", {{"why", more.error().message()}});
    if (!more || !*more) next_drop_ = clock_.now() + drop_period;
    publish();
    return true;
}

/// Messages whose time is up, in small pieces; true when there may be more.
Result<bool> Writer::drop_due() {
    auto drop = [this]() -> Result<bool> {
        auto transaction = database_.begin();
        if (!transaction) return transaction.error();
        const auto dropped = changes_.drop_due(drop_at_once);
        if (!dropped) return dropped.error();
        if (auto done = directory_.flush(); !done) return done.error();
        if (auto done = transaction->commit(); !done) return done.error();
        checkpointed_ = checkpointed_ && *dropped == 0;
        return *dropped > 0;
    };
    auto more = drop();
    if (!more) roll_back();
    return more;
}

/// Some of them; when none is left, the next look is in a while.
void Writer::expire_events() {
    const auto more = expire_some();
    if (!more) common::log::error("removing old events failed", {{"why", more.error().message()}});
    if (!more || !*more) next_expiry_ = clock_.now() + expiry_period;
    publish();
}

Result<bool> Writer::expire_some() {
    auto transaction = database_.begin();
    if (!transaction) return transaction.error();
    const auto removed = journal_.expire(clock_.now() - options_.event_retention, expire_at_once);
    if (!removed) return removed.error();
    if (auto done = transaction->commit(); !done) return done.error();
    return *removed > 0;
}

}  // namespace bridge::store::detail
