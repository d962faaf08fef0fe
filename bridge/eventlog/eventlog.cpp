#include "bridge/eventlog/eventlog.hpp"

#include "bridge/eventlog/detail/tail.hpp"

#include <algorithm>

namespace bridge::eventlog {

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::cursor_from_future: return {common::Kind::invalid, "cursor is newer than the newest event"};
        case Errc::closed: return {common::Kind::unavailable, "event stream is closed"};
    }
    return {common::Kind::internal, "unknown event log error"};
}

Subscription::Subscription(std::shared_ptr<detail::Tail> tail, std::int64_t after, Filter filter)
    : tail_{std::move(tail)}, cursor_{after}, filter_{std::move(filter)} {}

bool Subscription::wants(const contract::Event& event) const {
    if (!filter_.chat_jid.empty() && filter_.chat_jid != event.chat_jid) return false;
    return filter_.types.empty() ||
           std::find(filter_.types.begin(), filter_.types.end(), event.type) != filter_.types.end();
}

asio::awaitable<Result<std::vector<contract::Event>>> Subscription::next(
    std::size_t limit, std::chrono::milliseconds max_wait
) {
    const auto tail = tail_;
    const auto deadline = std::chrono::steady_clock::now() + max_wait;
    const std::size_t wanted = std::max<std::size_t>(limit, 1);
    std::vector<contract::Event> found;
    while (true) {
        if (tail->is_closed()) co_return Errc::closed;
        if (cursor_ < 0 || cursor_ > tail->newest()) co_return Errc::cursor_from_future;
        if (cursor_ + 1 < tail->first()) {
            auto older = co_await tail->read(cursor_, std::max<std::size_t>(wanted, 64));
            if (!older) co_return older.error();
            for (contract::Event& event : *older) {
                if (found.size() == wanted) break;
                cursor_ = event.seq;
                if (wants(event)) found.push_back(std::move(event));
            }
        } else {
            while (cursor_ < tail->last() && found.size() < wanted) {
                const contract::Event& event = tail->at(++cursor_);
                if (wants(event)) found.push_back(event);
            }
        }
        // What passed the filter so far goes out before anything is waited for.
        if (found.size() == wanted || (!found.empty() && cursor_ >= tail->last())) co_return found;
        if (cursor_ < tail->last()) continue;
        if (cursor_ < tail->newest()) {
            if (auto done = co_await tail->extend(); !done) co_return done.error();
            continue;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) co_return found;
        if (auto waited = co_await tail->wait(left); !waited) co_return waited.error();
    }
}

EventLog::EventLog(asio::any_io_executor executor, store::Store& store)
    : store_{store}, tail_{std::make_shared<detail::Tail>(std::move(executor), store)} {
    store_.on_commit([tail = tail_](std::int64_t) { tail->announce(); });
}

EventLog::~EventLog() { close(); }

Subscription EventLog::subscribe(std::int64_t after, Filter filter) {
    return Subscription{tail_, after, std::move(filter)};
}

std::int64_t EventLog::newest() const noexcept { return store_.newest_seq(); }
std::int64_t EventLog::oldest_cursor() const noexcept { return store_.oldest_cursor(); }

void EventLog::close() {
    if (tail_->is_closed()) return;
    store_.on_commit({});
    tail_->close();
}

}  // namespace bridge::eventlog
