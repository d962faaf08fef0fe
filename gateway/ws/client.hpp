/// One connected WebSocket client, as the hub sees it. Thousands of them: keep it small.
#pragma once

#include "common/async/async.hpp"
#include "common/http/websocket.hpp"
#include "gateway/ws/hub.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace gateway::ws {

/// What a client wants to see; nothing named means everything.
struct Filter {
    std::vector<std::string> types;
    std::string chat_jid;

    bool passes(const Frame& frame) const {
        if (!types.empty() && std::ranges::find(types, frame.type) == types.end()) return false;
        return chat_jid.empty() || chat_jid == frame.chat_jid;
    }
};

/// Nothing when `text` is not a sequence number.
inline std::optional<std::int64_t> parse_cursor(std::string_view text) {
    std::int64_t seq = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (code != std::errc{} || end != text.data() + text.size() || seq < 0) return std::nullopt;
    return seq;
}

struct Hub::Client {
    /// Of a client that wants what comes from now on, before the feed knows where "now" is.
    static constexpr std::int64_t from_now = -1;
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

    Client(common::http::WebSocket& s, Filter f, std::int64_t c) : socket{s}, filter{std::move(f)}, cursor{c} {}

    common::http::WebSocket& socket;
    Filter filter;
    std::int64_t cursor;                       ///< everything up to here was sent
    std::size_t place{nowhere};                ///< in the hub's list of live clients
    std::unique_ptr<common::TaskGroup> tasks;  ///< catching up or being turned away; ends before the client does

    common::TaskGroup& group(const asio::any_io_executor& executor) {
        if (!tasks) tasks = std::make_unique<common::TaskGroup>(executor);
        return *tasks;
    }
};

}  // namespace gateway::ws
