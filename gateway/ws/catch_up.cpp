#include "common/json/json.hpp"
#include "common/log/log.hpp"
#include "gateway/ws/client.hpp"
#include "gateway/ws/hub.hpp"

#include <utility>

namespace gateway::ws {
namespace {

/// A client this close to the present joins with one burst; well below what a socket queues.
constexpr std::size_t burst = 64 * 1024;

enum class Errc { met_the_ring = 1 };
constexpr common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::met_the_ring: return {common::Kind::conflict, "caught up"};
    }
    return {common::Kind::internal, "unknown WebSocket error"};
}

std::string too_old_text(std::int64_t oldest) {
    common::json::Writer out;
    out.object().field("type", "error").key("data").object();
    out.field("detail", "Events after this cursor are no longer kept.").field("code", Hub::close_too_old);
    out.field("oldest", oldest).end().end();
    return out.take();
}

}  // namespace

bool Hub::try_join(Client& client) {
    if (!ring_.reaches(client.cursor) || client.cursor > newest_) return false;
    if (ring_.bytes_after(client.cursor, burst) >= burst) return false;
    // No await from here to `join`: what comes next finds the client among the live ones.
    for (const Frame* frame = ring_.first_after(client.cursor); frame; frame = ring_.first_after(client.cursor)) {
        client.cursor = frame->seq;
        if (client.filter.passes(*frame) && !client.socket.push(frame->wire)) return true;
    }
    join(client);
    return true;
}

asio::awaitable<void> Hub::catch_up(Client& client) {
    // Held also while the bridge is away, so that a crowd of clients does not knock at its door all at once.
    const auto permit = co_await slots_.acquire();
    if (!permit) co_return;
    while (!try_join(client)) {
        const auto step = co_await catch_up_further(client);
        if (step || step.error() == Errc::met_the_ring) continue;
        if (client.socket.closing() || step.error().kind() == common::Kind::cancelled) co_return;
        if (step.error() == bridge_link::Errc::cursor_too_old) {
            const auto cursors = co_await bridge_link::ask_cursors(bridge_);
            if (cursors) co_return co_await turn_away(client, cursors->oldest);
        }
        const auto waited = co_await common::sleep_for(bridge_.options().shortest_retry);
        if (!waited) co_return;
    }
}

asio::awaitable<Status> Hub::catch_up_further(Client& client) {
    if (!ring_.started()) co_return bridge_link::Errc::away;
    if (client.cursor > newest_) co_return co_await check_future_cursor(client);
    if (!ring_.reaches(client.cursor)) co_return co_await replay_from_bridge(client);
    Frame next = *ring_.first_after(client.cursor);
    co_return co_await deliver(client, std::move(next));
}

asio::awaitable<Status> Hub::replay_from_bridge(Client& client) {
    auto pass_on = [this, &client](common::http::ServerEvent raw) -> asio::awaitable<Status> {
        auto event = bridge_link::to_event(std::move(raw));
        if (!event || event->seq <= client.cursor) co_return Status{};
        auto sent = co_await deliver(client, to_frame(*event));
        if (!sent) co_return sent;
        if (ring_.reaches(client.cursor)) co_return Errc::met_the_ring;
        co_return Status{};
    };
    bridge_link::Bridge::OnEvent each{pass_on};
    co_return co_await bridge_.follow(client.cursor, std::move(each));
}

/// A cursor ahead of what this gateway has seen: it is about to see it, or the cursor is from another database.
asio::awaitable<Status> Hub::check_future_cursor(Client& client) {
    const auto cursors = co_await bridge_link::ask_cursors(bridge_);
    if (!cursors) co_return cursors.error();
    if (client.cursor > cursors->newest) {
        co_await turn_away(client, cursors->oldest);
        co_return common::Error{common::Errc::cancelled};
    }
    newest_ = std::max(newest_, cursors->newest);
    co_return Status{};
}

asio::awaitable<Status> Hub::deliver(Client& client, Frame frame) {
    if (client.filter.passes(frame)) {
        auto sent = co_await client.socket.send_text(frame.text());
        if (!sent) co_return common::Error{common::Errc::cancelled, "the client left"};
        delivered_.add();
    }
    client.cursor = frame.seq;
    co_return Status{};
}

asio::awaitable<void> Hub::turn_away(Client& client, std::int64_t oldest) {
    const auto text = too_old_text(oldest);
    const auto told = co_await client.socket.send_text(text);
    if (!told) co_return;
    const auto reason = std::to_string(oldest);
    co_await client.socket.close(close_too_old, reason);
}

}  // namespace gateway::ws
