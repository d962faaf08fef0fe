/// One connection of a server: reads requests, runs handlers, writes answers, one after the other.
#pragma once

#include "common/http/detail/parser.hpp"
#include "common/http/detail/routes.hpp"
#include "common/http/detail/stream.hpp"
#include "common/http/detail/tls.hpp"
#include "common/http/detail/ws_connection.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace common::http::detail {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the connections of a server share.
struct ServerContext {
    const Router::Table* table{nullptr};
    ServerOptions options;
    std::shared_ptr<TlsContext> tls;
    std::string date;  ///< of the Date header, made anew by the sweep
    bool draining{false};
};

class Connection {
public:
    Connection(ServerContext& server, Tcp::socket socket, const Tcp::endpoint& remote);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    asio::awaitable<void> run();
    /// Cancels the coroutine above.
    asio::cancellation_signal& signal() noexcept { return signal_; }
    /// Acts on a deadline that has passed, or on a peer that has left while its request is worked on.
    void sweep(SteadyTime now);
    /// Ends what waits for the peer; lets a running request end.
    void drain();
    void cut() noexcept;

private:
    friend class StreamWriter;
    friend class BodyReader;
    enum class Phase { handshake, idle, reading, handling, streaming, uploading, writing, lingering, websocket };
    /// A WebSocket that was asked for; the exchange that led to it is over.
    struct Upgrade {
        Upgrade(Request asked, const WebSocketRoute* match) : request{std::move(asked)}, route{match} {}
        Request request;
        const WebSocketRoute* route;
    };
    struct Exchange;

    void enter(Phase phase, std::chrono::milliseconds limit);
    asio::awaitable<bool> shake_hands();
    asio::awaitable<void> serve_requests();
    asio::awaitable<bool> exchange();
    asio::awaitable<bool> read_header(Exchange& now);
    asio::awaitable<bool> read_body(Exchange& now);
    asio::awaitable<bool> read_more(Exchange& now);
    asio::awaitable<bool> dispatch(Exchange& now);
    asio::awaitable<bool> run_handler(Exchange& now, const Handler& handler);
    asio::awaitable<bool> run_stream(Exchange& now, const StreamHandler& handler);
    asio::awaitable<bool> run_upload(Exchange& now, const UploadRoute& route);
    asio::awaitable<bool> run_upgrade(Exchange& now, const WebSocketRoute& route);
    asio::awaitable<void> serve_websocket();
    std::optional<Response> early_answer(Exchange& now) const;
    /// The answer for what a handler came to; nothing when there is nobody to tell.
    std::optional<Response> settle(
        Exchange& now, std::optional<Result<Response>> result, const std::exception_ptr& failure
    );
    asio::awaitable<bool> respond(Exchange& now, Response response);
    asio::awaitable<bool> respond_from_source(Exchange& now, Response response);
    /// Answers and closes, in a way that lets a peer that is still sending read the answer.
    asio::awaitable<bool> refuse(Exchange& now, Response response);
    asio::awaitable<Status> write(std::string_view data);
    void observe(const Exchange& now, unsigned status) const;

    ServerContext& server_;
    std::unique_ptr<ByteStream> stream_;
    TlsStream* tls_{nullptr};
    Input input_;
    asio::cancellation_signal signal_;
    std::string remote_address_;
    bool remote_is_loopback_{false};
    Phase phase_{Phase::idle};
    bool expired_{false};  ///< a deadline has cancelled the coroutine
    bool gone_{false};     ///< the peer has left
    SteadyTime entered_;
    SteadyTime deadline_;
    std::unique_ptr<Upgrade> upgrade_;
    WsConnection* websocket_{nullptr};
};

}  // namespace common::http::detail
