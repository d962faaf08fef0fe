#include "gateway/bridge_link/bridge.hpp"

#include "common/json/json.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>

namespace gateway::bridge_link {
namespace {

namespace http = common::http;

constexpr std::chrono::milliseconds probe_limit{5'000};

http::ClientOptions client_options() {
    http::ClientOptions options;
    options.user_agent = "whatsapp-gateway";
    return options;
}

}  // namespace

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::away:
            return {Kind::unavailable, "The bridge cannot be reached at the moment. Please try again shortly."};
        case Errc::slow: return {Kind::timed_out, "The bridge did not answer in time."};
        case Errc::refused:
            return {Kind::unavailable, "The bridge refuses this gateway's token. Check --bridge-token."};
        case Errc::unusable_answer: return {Kind::unavailable, "The bridge gave an answer that cannot be used."};
        case Errc::cursor_too_old: return {Kind::not_found, "Events that old are no longer kept."};
    }
    return {Kind::internal, "unknown bridge link error"};
}

Bridge::Bridge(asio::any_io_executor executor, Options options, const common::Clock& clock)
    : options_{std::move(options)}, clock_{clock}, client_{std::move(executor), client_options()} {}

http::ClientRequest Bridge::request_to(std::string target) const {
    http::ClientRequest request;
    request.url = options_.url + target;
    if (!options_.token.empty()) request.headers.set("Authorization", "Bearer " + options_.token);
    return request;
}

asio::awaitable<Result<Reply>> Bridge::get(std::string target, std::chrono::milliseconds limit) {
    auto request = request_to(std::move(target));
    request.timeout = std::min(limit, options_.answer_limit);
    co_return co_await send(std::move(request));
}

asio::awaitable<Result<Reply>> Bridge::post(
    std::string target, std::string body, Headers headers, std::chrono::milliseconds limit
) {
    auto request = request_to(std::move(target));
    request.method = "POST";
    request.body = std::move(body);
    request.timeout = std::min(limit, options_.answer_limit);
    for (const auto& [name, value] : headers.all()) request.headers.set(name, value);
    request.headers.set("Content-Type", "application/json");
    co_return co_await send(std::move(request));
}

asio::awaitable<Result<Reply>> Bridge::send(http::ClientRequest request) {
    auto reply = co_await client_.send(std::move(request));
    if (!reply) {
        const auto& error = reply.error();
        if (error.kind() == Kind::cancelled) co_return error;
        if (error.kind() == Kind::timed_out) co_return common::Error{Errc::slow, error.message()};
        lost(error);
        co_return common::Error{Errc::away, error.message()};
    }
    if (reply->status == 401 || reply->status == 403) {
        const common::Error refusal{Errc::refused};
        lost(refusal);
        co_return refusal;
    }
    heard();
    co_return reply;
}

asio::awaitable<Status> Bridge::follow(std::int64_t after, OnEvent on_event) {
    auto request = request_to("/api/events?after=" + std::to_string(after));
    request.headers.set("Accept", "text/event-stream");
    auto ended = co_await client_.follow(std::move(request), options_.longest_silence, std::move(on_event));
    if (!ended && ended.error().detail() == "410") co_return common::Error{Errc::cursor_too_old};
    co_return ended;
}

asio::awaitable<void> Bridge::watch() {
    while (true) {
        co_await probe();
        const auto waited = co_await common::sleep_for(options_.probe_interval);
        if (!waited) co_return;
    }
}

asio::awaitable<void> Bridge::probe() {
    auto reply = co_await get("/api/session", probe_limit);
    if (!reply) {
        if (reply.error().kind() != Kind::cancelled) lost(reply.error());
        co_return;
    }
    const auto document = common::json::Document::parse(reply->body);
    if (!document) co_return;
    state_.session = document->root()["state"].string_or("unknown");
    state_.reason = document->root()["reason"].string_or("");
}

void Bridge::heard() {
    if (!state_.reachable) common::log::info("the bridge is reachable", {{"url", options_.url}});
    state_.reachable = true;
    state_.checked_at = clock_.now();
}

void Bridge::lost(const common::Error& why) {
    // The first time of every absence is worth a line; before the first contact, too.
    if (state_.reachable || !state_.checked_at) {
        common::log::warn("the bridge is away", {{"url", options_.url}, {"why", why.message()}});
    }
    state_.reachable = false;
    state_.session = "unknown";
    state_.reason.clear();
    state_.checked_at = clock_.now();
}

}  // namespace gateway::bridge_link
