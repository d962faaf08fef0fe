// The part of a connection that becomes a WebSocket.
#include "common/http/detail/exchange.hpp"
#include "common/http/detail/response_head.hpp"
#include "common/http/detail/stream_writer.hpp"
#include "common/http/detail/text.hpp"

namespace common::http::detail {

asio::awaitable<bool> Connection::run_upgrade(Exchange& now, const WebSocketRoute& route) {
    const Headers& headers = now.request.headers;
    const auto value = [&](std::string_view name) { return headers.find(name).value_or(std::string_view{}); };
    Response refusal;
    if (now.parser.is_http_1_0() || !has_token(value("Upgrade"), "websocket") ||
        !has_token(value("Connection"), "upgrade")) {
        refusal = detail_response(426, "this is a WebSocket endpoint");
        refusal.headers.set("Upgrade", "websocket");
        refusal.headers.set("Connection", "Upgrade");
        co_return co_await respond(now, std::move(refusal));
    }
    if (value("Sec-WebSocket-Version") != "13") {
        refusal = detail_response(426, "WebSocket version 13 is needed");
        refusal.headers.set("Sec-WebSocket-Version", "13");
        co_return co_await respond(now, std::move(refusal));
    }
    const auto key = from_base64(value("Sec-WebSocket-Key"));
    if (!key || key->size() != 16) {
        refusal = detail_response(400, "malformed Sec-WebSocket-Key");
        co_return co_await respond(now, std::move(refusal));
    }
    if (route.gate) {
        enter(Phase::handling, now.match.route->options.deadline);
        std::optional<Result<Response>> refused;
        std::exception_ptr failure;
        bool open = false;
        try {
            auto answer = co_await route.gate(now.request);
            open = !answer;
            if (answer) refused.emplace(std::move(*answer));
        } catch (...) {
            failure = std::current_exception();
        }
        if (expired_) co_await fresh_start();
        if (expired_ || !open) {
            auto response = settle(now, std::move(refused), failure);
            if (!response) co_return false;
            co_return co_await respond(now, std::move(*response));
        }
    }
    const std::string accepted =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_value(value("Sec-WebSocket-Key")) + "\r\n\r\n";
    const auto written = co_await write(accepted);
    if (!written) co_return false;
    observe(now, 101);
    // Done with, and there may be thousands of these connections.
    for (const char* name :
         {"Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"}) {
        now.request.headers.remove(name);
    }
    Headers kept = now.request.headers;  // a copy has no spare room
    now.request.headers = std::move(kept);
    upgrade_ = std::make_unique<Upgrade>(std::move(now.request), &route);
    co_return false;
}

asio::awaitable<void> Connection::serve_websocket() {
    enter(Phase::websocket, no_limit);
    WsConnection socket{std::move(stream_), Role::server, server_.options.max_websocket_message, input_.release()};
    websocket_ = &socket;
    if (server_.draining) drain();
    std::exception_ptr failure;
    try {
        co_await upgrade_->route->handler(upgrade_->request, socket);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure && !is_cancellation(failure)) report(failure, "websocket");
    co_await fresh_start();
    co_await socket.close(failure ? 1011 : 1000, {});
    websocket_ = nullptr;
}

}  // namespace common::http::detail
