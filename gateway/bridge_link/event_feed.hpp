/// The bridge's event stream, followed once for the whole gateway: reconnects with back-off and goes on where it
/// stopped.
#pragma once

#include "common/contract/contract.hpp"
#include "gateway/bridge_link/bridge.hpp"

#include <cstdint>
#include <optional>

namespace gateway::bridge_link {

/// Told what the feed sees, on the feed's executor.
class FeedListener {
public:
    virtual ~FeedListener() = default;
    /// Every event after `after` will follow; those up to `newest` are from before the feed began.
    virtual void on_start(std::int64_t after, std::int64_t newest) = 0;
    /// In the order of `seq`, each once. `data` is checked JSON; `chat_jid` is taken from it.
    virtual asio::awaitable<void> on_event(common::contract::Event event) = 0;
    /// The gateway was away for longer than events are kept: some are missed for good. `on_start` comes next.
    virtual void on_gap(std::int64_t oldest_cursor) = 0;
};

/// An event of the stream as a value; `unusable_answer` when its id, type or data cannot be used.
Result<common::contract::Event> to_event(common::http::ServerEvent event);

/// How far the bridge's events reach.
struct Cursors {
    std::int64_t oldest{0};  ///< the smallest `after` that misses nothing
    std::int64_t newest{0};
};
asio::awaitable<Result<Cursors>> ask_cursors(Bridge& bridge);

class EventFeed {
public:
    /// Events from before the start that are fetched as well, so that clients that were cut off shortly need no
    /// catching up.
    static constexpr std::int64_t warm_up_events = 1'000;

    /// Both outlive the feed.
    EventFeed(Bridge& bridge, FeedListener& listener);
    /// Until cancelled.
    asio::awaitable<void> run();

private:
    asio::awaitable<Status> follow_once();
    asio::awaitable<Status> find_position();
    asio::awaitable<Status> pass_on(common::http::ServerEvent event);

    Bridge& bridge_;
    FeedListener& listener_;
    std::optional<std::int64_t> position_;  ///< the newest event passed on
    bool progressed_{false};
};

}  // namespace gateway::bridge_link
