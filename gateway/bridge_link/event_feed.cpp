#include "gateway/bridge_link/event_feed.hpp"

#include "common/json/json.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

namespace gateway::bridge_link {
namespace {

using common::contract::Event;

constexpr std::chrono::milliseconds ask_limit{5'000};

std::optional<std::int64_t> parse_seq(std::string_view text) {
    std::int64_t seq = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (code != std::errc{} || end != text.data() + text.size() || seq < 0) return std::nullopt;
    return seq;
}

/// Half to one and a half of `pause`, so that several gateways do not return at the same moment.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    return std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{pause.count() / 2, pause.count() * 3 / 2}(random)};
}

}  // namespace

Result<Event> to_event(common::http::ServerEvent event) {
    const auto seq = parse_seq(event.id);
    if (!seq || event.type.empty() || event.type.size() > 64) return Errc::unusable_answer;
    const auto document = common::json::Document::parse(event.data);
    if (!document || !document->root().is_object()) return Errc::unusable_answer;
    Event out;
    out.seq = *seq;
    out.type = std::move(event.type);
    // A chat event carries the chat itself, every other one names the chat it concerns.
    out.chat_jid = document->root()["chat_jid"].string_or(document->root()["jid"].string_or(""));
    out.data = std::move(event.data);
    return out;
}

asio::awaitable<Result<Cursors>> ask_cursors(Bridge& bridge) {
    auto reply = co_await bridge.get("/health", ask_limit);
    if (!reply) co_return reply.error().within("ask how far events reach");
    const auto document = common::json::Document::parse(reply->body);
    if (!document) co_return common::Error{Errc::unusable_answer, "/health is not JSON"};
    const auto newest = document->root()["newest_seq"].integer();
    const auto oldest = document->root()["oldest_cursor"].integer();
    if (!newest || !oldest || *newest < 0) co_return common::Error{Errc::unusable_answer, "no cursors in /health"};
    co_return Cursors{*oldest, *newest};
}

EventFeed::EventFeed(Bridge& bridge, FeedListener& listener) : bridge_{bridge}, listener_{listener} {}

asio::awaitable<void> EventFeed::run() {
    const auto& options = bridge_.options();
    auto pause = options.shortest_retry;
    while (true) {
        progressed_ = false;
        const auto ended = co_await follow_once();
        if (!ended && ended.error().kind() == Kind::cancelled) co_return;
        if (!ended) common::log::debug("the event stream ended", {{"why", ended.error().message()}});
        if (progressed_) pause = options.shortest_retry;
        const auto waited = co_await common::sleep_for(with_jitter(pause));
        if (!waited) co_return;
        pause = std::min(pause * 2, options.longest_retry);
    }
}

asio::awaitable<Status> EventFeed::follow_once() {
    const auto found = co_await find_position();
    if (!found) co_return found.error().within("find the position in the event stream");
    auto on_event = [this](common::http::ServerEvent event) { return pass_on(std::move(event)); };
    Bridge::OnEvent each{on_event};
    co_return co_await bridge_.follow(*position_, std::move(each));
}

asio::awaitable<Status> EventFeed::find_position() {
    const auto cursors = co_await ask_cursors(bridge_);
    if (!cursors) co_return cursors.error();
    // Past the retention, or a bridge with another database: either way events are missed for good.
    if (position_ && (*position_ < cursors->oldest || *position_ > cursors->newest)) {
        common::log::warn(
            "the event stream goes on elsewhere", {{"position", *position_}, {"oldest", cursors->oldest}}
        );
        position_.reset();
        listener_.on_gap(cursors->oldest);
    }
    if (!position_) {
        position_ = std::max({std::int64_t{0}, cursors->oldest, cursors->newest - warm_up_events});
        listener_.on_start(*position_, cursors->newest);
    }
    co_return Status{};
}

asio::awaitable<Status> EventFeed::pass_on(common::http::ServerEvent raw) {
    auto event = to_event(std::move(raw));
    if (!event) {
        common::log::warn("the bridge sent an event that cannot be used");
        co_return Status{};
    }
    progressed_ = true;
    if (event->seq <= *position_) co_return Status{};
    position_ = event->seq;
    co_await listener_.on_event(std::move(*event));
    co_return Status{};
}

}  // namespace gateway::bridge_link
