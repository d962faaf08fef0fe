#include "bridge/eventlog/detail/tail.hpp"

#include <algorithm>

namespace bridge::eventlog::detail {
namespace {

constexpr std::size_t most_events = 2048;
constexpr std::size_t most_bytes = 1024 * 1024;
constexpr std::size_t read_at_once = 512;

/// Nobody followed for a while: only so much of what was missed is worth keeping for all.
constexpr std::int64_t look_back = 256;

}  // namespace

Tail::Tail(asio::any_io_executor executor, store::Store& store)
    : executor_{std::move(executor)}, store_{store}, last_{store.newest_seq()}, changed_{executor_} {}

void Tail::announce() {
    if (announced_.exchange(true)) return;
    asio::post(executor_, [self = shared_from_this()] {
        self->announced_ = false;
        self->changed_.notify();
    });
}

void Tail::close() {
    closed_ = true;
    changed_.notify();
}

void Tail::keep(std::vector<contract::Event> events) {
    for (contract::Event& event : events) {
        last_ = event.seq;
        bytes_ += event.data.size();
        events_.push_back(std::move(event));
    }
    while (events_.size() > most_events || (bytes_ > most_bytes && !events_.empty())) {
        bytes_ -= events_.front().data.size();
        events_.pop_front();
    }
}

asio::awaitable<Status> Tail::extend() {
    if (reading_) co_return co_await wait(std::chrono::minutes{1});
    if (newest() - last_ > static_cast<std::int64_t>(most_events)) {
        events_.clear();
        bytes_ = 0;
        last_ = newest() - look_back;
    }
    reading_ = true;
    auto events = co_await store_.events_after(last_, read_at_once);
    reading_ = false;
    if (events) keep(std::move(*events));
    changed_.notify();
    if (!events) co_return events.error();
    co_return Status{};
}

asio::awaitable<Result<std::vector<contract::Event>>> Tail::read(std::int64_t after, std::size_t limit) {
    co_return co_await store_.events_after(after, std::min(limit, read_at_once));
}

asio::awaitable<Status> Tail::wait(std::chrono::milliseconds limit) {
    auto waited = co_await changed_.wait(limit);
    if (!waited && waited.error().kind() == common::Kind::timed_out) co_return Status{};
    co_return waited;
}

}  // namespace bridge::eventlog::detail
