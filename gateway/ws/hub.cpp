#include "gateway/ws/hub.hpp"

#include "common/contract/contract.hpp"
#include "common/json/json.hpp"
#include "common/log/log.hpp"
#include "gateway/ws/client.hpp"

#include <exception>
#include <utility>

namespace gateway::ws {
namespace {

using common::http::Request;
using common::http::Response;
using common::http::WebSocket;

/// From this many clients on, others get their turn between two events.
constexpr std::size_t crowd = 256;

Filter filter_of(const Request& request) {
    Filter filter;
    filter.chat_jid = request.query_value("chat").value_or("");
    std::string_view rest = request.query_value("types").value_or("");
    while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (!name.empty()) filter.types.emplace_back(name);
    }
    return filter;
}

std::shared_ptr<const std::string> pong() {
    static const auto frame =
        std::make_shared<const std::string>(common::http::encode_text_frame(R"({"type":"pong"})"));
    return frame;
}

Response bad_cursor() {
    common::json::Writer out;
    out.object().key("detail").array().object();
    out.key("loc").array().value("query").value("since").end();
    out.field("msg", "Input should be a sequence number").field("type", "int_parsing").end().end().end();
    return {422, "application/json", out.take()};
}

Response full() {
    Response response{503, "application/json", common::contract::error_body("Too many WebSocket clients.")};
    response.headers.set("Retry-After", "10");
    return response;
}

}  // namespace

Hub::Hub(
    asio::any_io_executor executor, bridge_link::Bridge& bridge, common::metrics::Registry& metrics, HubOptions options
)
    : executor_{executor},
      bridge_{bridge},
      options_{options},
      ring_{options.max_frames, options.max_bytes},
      slots_{options.max_catching_up},
      clients_metric_{metrics.gauge("gateway_websocket_clients", "connected WebSocket clients")},
      delivered_{metrics.counter("gateway_websocket_frames_total", "event frames handed to WebSocket clients")},
      cut_{metrics.counter("gateway_websocket_cut_total", "clients that were cut because they did not read")} {}

Hub::~Hub() = default;

void Hub::add_to(common::http::Router& router) {
    for (const auto* path : {"/ws/messages", "/api/v1/ws/messages"}) {
        router.add_websocket(
            path,
            [this](const Request& request, WebSocket& socket) { return serve(request, socket); },
            [this](const Request& request) { return admit(request); }
        );
    }
}

asio::awaitable<std::optional<Response>> Hub::admit(const Request& request) {
    std::optional<Response> refusal;
    const auto since = request.query_value("since");
    if (since && !parse_cursor(*since)) {
        refusal = bad_cursor();
    } else if (connected_ >= options_.max_clients) {
        refusal = full();
    }
    co_return refusal;
}

asio::awaitable<void> Hub::serve(const Request& request, WebSocket& socket) {
    const auto since = parse_cursor(request.query_value("since").value_or("-"));
    Client client{socket, filter_of(request), since.value_or(ring_.started() ? newest_ : Client::from_now)};
    clients_metric_.set(static_cast<double>(++connected_));
    std::exception_ptr failure;
    try {
        begin(client, since.has_value());
        co_await converse(client);
    } catch (...) {
        failure = std::current_exception();
    }
    leave(client);
    clients_metric_.set(static_cast<double>(--connected_));
    if (client.tasks) {
        // The tasks use the socket: they end before it does, also when this coroutine was cancelled.
        co_await asio::this_coro::reset_cancellation_state();
        client.tasks->cancel();
        co_await client.tasks->join();
    }
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> Hub::converse(Client& client) {
    while (true) {
        const auto message = co_await client.socket.receive();
        if (!message) co_return;
        if (message->is_text && !client.socket.push(pong())) co_return;
    }
}

void Hub::begin(Client& client, bool resumes) {
    if (!resumes || try_join(client)) {
        if (client.place == Client::nowhere) join(client);
        return;
    }
    client.group(executor_).spawn(catch_up(client));
}

void Hub::join(Client& client) {
    client.place = live_.size();
    live_.push_back(&client);
}

void Hub::leave(Client& client) {
    if (client.place == Client::nowhere) return;
    live_.back()->place = client.place;
    live_[client.place] = live_.back();
    live_.pop_back();
    client.place = Client::nowhere;
}

void Hub::on_start(std::int64_t after, std::int64_t newest) {
    ring_.start(after);
    newest_ = newest;
    for (Client* client : live_) {
        if (client->cursor == Client::from_now) client->cursor = newest;
    }
}

asio::awaitable<void> Hub::on_event(common::contract::Event event) {
    auto frame = to_frame(event);
    newest_ = std::max(newest_, frame.seq);
    broadcast(frame);
    ring_.push(std::move(frame));
    if (live_.size() >= crowd) co_await asio::post(executor_, asio::use_awaitable);
}

void Hub::broadcast(const Frame& frame) {
    std::size_t sent = 0;
    for (std::size_t at = 0; at < live_.size(); ++at) {
        Client& client = *live_[at];
        if (client.cursor >= frame.seq) continue;
        client.cursor = frame.seq;
        if (!client.filter.passes(frame)) continue;
        if (push_or_leave(client, frame.wire)) {
            ++sent;
        } else {
            --at;  // another client has taken the place
        }
    }
    if (sent > 0) delivered_.add(static_cast<double>(sent));
}

bool Hub::push_or_leave(Client& client, std::shared_ptr<const std::string> frame) {
    if (client.socket.push(std::move(frame))) return true;
    // The socket is being cut; the client's coroutine notices by itself.
    cut_.add();
    leave(client);
    return false;
}

asio::awaitable<void> Hub::keep_alive() {
    // RFC 6455 section 5.5.2: an empty ping, unmasked.
    const auto ping = std::make_shared<const std::string>("\x89\x00", 2);
    while (true) {
        const auto waited = co_await common::sleep_for(options_.ping_interval);
        if (!waited) co_return;
        for (std::size_t at = 0; at < live_.size();) {
            if (push_or_leave(*live_[at], ping)) ++at;
        }
    }
}

void Hub::on_gap(std::int64_t oldest_cursor) {
    ring_.stop();
    const auto everyone = std::exchange(live_, {});
    for (Client* client : everyone) {
        client->place = Client::nowhere;
        client->group(executor_).spawn(turn_away(*client, oldest_cursor));
    }
}

}  // namespace gateway::ws
