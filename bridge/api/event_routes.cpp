#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/event_text.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace bridge::api::detail {
namespace {

constexpr std::size_t events_per_write = 256;
/// Longest time until a stream notices that the server drains.
constexpr std::chrono::milliseconds longest_nap{1'000};

Response gone(std::string_view detail, std::int64_t oldest) {
    common::json::Writer out;
    out.object().field("detail", detail).field("oldest", oldest).end();
    return Response{410, "application/json", out.take()};
}

/// Where to go on: Last-Event-ID (a browser that reconnects sends it beside the old query), else `after`, else now.
std::int64_t starting_point(const Deps& deps, const Request& request, QueryReader& params) {
    const auto after = params.sequence("after");
    if (const auto last = request.headers.find("Last-Event-ID")) {
        std::int64_t seq = 0;
        const auto [end, code] = std::from_chars(last->data(), last->data() + last->size(), seq);
        if (code == std::errc{} && end == last->data() + last->size() && seq >= 0) return seq;
    }
    return after.value_or(deps.event_log.newest());
}

std::vector<std::string> split_types(std::string_view text) {
    std::vector<std::string> types;
    while (!text.empty()) {
        const auto end = text.find(',');
        if (const auto type = text.substr(0, end); !type.empty()) types.emplace_back(type);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return types;
}

/// Events name a chat by its public address; the client may know its other one.
common::asio::awaitable<std::string> public_address(const Deps& deps, std::string given) {
    std::string address = chat_address(given);
    const auto chat = co_await deps.store.chat(address);
    co_return chat ? chat->jid : address;
}

/// Until the client leaves, does not read, or the server drains.
common::asio::awaitable<void> follow(
    const Deps& deps,
    eventlog::Subscription& subscription,
    std::vector<common::contract::Event> events,
    common::http::ResponseStream& out
) {
    std::chrono::milliseconds silence{0};
    std::string text = stream_opening();
    for (const auto& event : events) text += event_text(event);
    while (!out.closing()) {
        if (!text.empty()) {
            const auto written = co_await out.write(std::move(text));
            if (!written) co_return;
            silence = std::chrono::milliseconds{0};
        }
        const auto nap = std::min(longest_nap, deps.heartbeat - silence);
        const auto next = co_await subscription.next(events_per_write, nap);
        if (!next) co_return;  // closed, or so far behind that its events are gone: it learns that when it comes back
        text.clear();
        for (const auto& event : *next) text += event_text(event);
        silence += nap;
        if (text.empty() && silence >= deps.heartbeat) text = heartbeat_text();
    }
}

Answer get_events(const Deps& deps, const Request& request, common::http::ResponseStream& out) {
    QueryReader params{request};
    const std::int64_t after = starting_point(deps, request, params);
    eventlog::Filter filter;
    filter.types = split_types(params.text("types"));
    const auto chat = params.optional_text("chat");
    if (params.problem()) co_return *params.problem();
    if (chat) filter.chat_jid = co_await public_address(deps, *chat);

    auto subscription = deps.event_log.subscribe(after, std::move(filter));
    const auto first = co_await subscription.next(events_per_write, std::chrono::milliseconds{0});
    if (!first && first.error() == store::Errc::cursor_too_old) {
        co_return gone("Events that old are no longer kept.", deps.event_log.oldest_cursor());
    }
    if (!first && first.error() == eventlog::Errc::cursor_from_future) {
        co_return gone("This store has no such event yet.", deps.event_log.newest());
    }
    if (!first) co_return first.error();
    const auto started = co_await out.start(200, "text/event-stream");
    if (!started) co_return started.error();
    co_await follow(deps, subscription, *first, out);
    co_return Response{};
}

}  // namespace

void add_event_routes(Routes& routes) { routes.stream("/api/events", get_events); }

}  // namespace bridge::api::detail
