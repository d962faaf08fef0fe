/// HTTP/1.1 server: routes, limits, event streams, bodies of any size, WebSockets, graceful drain. Beast's parser, our
/// own coroutine loop.
///
/// Everything runs on the executor given. Limits: header 16 KiB, body per route (default 1 MiB), the deadlines and
/// `max_connections` of `ServerOptions`. A handler's error becomes a response by the router's `ErrorResponder`. Unknown
/// path 404, known path with another method 405 with `Allow`, both as JSON.
#pragma once

#include "common/async/async.hpp"
#include "common/http/body.hpp"
#include "common/http/message.hpp"
#include "common/http/websocket.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace common::http {

using Handler = std::function<asio::awaitable<Result<Response>>(const Request&)>;

/// Writes a response piece by piece (Server-Sent Events): each `write` is one chunk; fails when the client left or does
/// not read for the write deadline.
class ResponseStream {
public:
    virtual ~ResponseStream() = default;
    /// Once, before the first write. No Content-Length: chunked.
    virtual asio::awaitable<Status> start(unsigned status, std::string content_type) = 0;
    virtual asio::awaitable<Status> write(std::string data) = 0;
    /// True once the peer has closed or the server drains; long loops ask between waits.
    virtual bool closing() const noexcept = 0;
};
/// May answer with a plain response instead (400, 410) by returning it without `start`; after `start` the return value
/// is ignored.
using StreamHandler = std::function<asio::awaitable<Result<Response>>(const Request&, ResponseStream&)>;

/// The body of a request while it arrives, for bodies that do not fit into memory.
class RequestBody {
public:
    virtual ~RequestBody() = default;
    /// Content-Length; nothing when the client does not say.
    virtual std::optional<std::uint64_t> size() const = 0;
    /// The next piece; "" at the end. Until it is called the client is not told to go on ("Expect: 100-continue"), and
    /// while it is not called the client cannot send. Fails when the client leaves, sends nothing for `body_timeout` or
    /// more than `max_body`; the client is then answered 408 or 413, whatever the handler returns.
    virtual asio::awaitable<Result<std::string>> read() = 0;
};
/// May answer without having read everything: then the connection closes.
using UploadHandler = std::function<asio::awaitable<Result<Response>>(const Request&, RequestBody&)>;

/// After the upgrade; the socket closes when the handler returns. `accept` below may refuse before the upgrade.
using WebSocketHandler = std::function<asio::awaitable<void>(const Request&, WebSocket&)>;
/// A response refuses the upgrade (401, 503); nothing accepts it.
using WebSocketGate = std::function<asio::awaitable<std::optional<Response>>(const Request&)>;

/// Turns an error into the program's own error body, in one table (kind -> status).
using ErrorResponder = std::function<Response(const Error&, const Request&)>;

struct RouteOptions {
    std::size_t max_body{1U << 20};
    std::chrono::milliseconds deadline{30'000};  ///< of the handler; then 503
};

/// Routes by method and pattern ("/api/chats/{jid}/messages"); the longest literal match wins over a parameter.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    void add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options = {});
    void add_stream(std::string_view method, std::string_view pattern, StreamHandler handler);
    /// The handler reads the body itself, at most `max_body` bytes; it has no deadline.
    void add_upload(std::string_view method, std::string_view pattern, UploadHandler handler, std::uint64_t max_body);
    void add_websocket(std::string_view pattern, WebSocketHandler handler, WebSocketGate gate = {});
    /// Runs before every handler and before the answer to unknown paths, in order; a response ends the request
    /// (authentication, CORS, limits). The body has not been read yet.
    void add_filter(std::function<std::optional<Response>(const Request&)> filter);
    /// Sees every answered request: (method, pattern or "", status, duration) for metrics and the access log.
    void set_observer(
        std::function<void(std::string_view, std::string_view, unsigned, std::chrono::nanoseconds)> observer
    );
    void set_error_responder(ErrorResponder responder);
    struct Table;
    const Table& table() const noexcept { return *table_; }

private:
    std::unique_ptr<Table> table_;
};

struct ServerOptions {
    std::string host{"127.0.0.1"};
    std::uint16_t port{0};  ///< 0: any free port
    std::size_t max_connections{10'000};
    std::size_t max_websocket_message{1U << 20};
    // Looked at once a second.
    std::chrono::milliseconds header_timeout{
        10'000};                                     ///< from a request's first byte to the end of its header, then 408
    std::chrono::milliseconds body_timeout{60'000};  ///< of the whole body, of an upload between bytes; then 408
    std::chrono::milliseconds idle_timeout{75'000};  ///< between requests
    std::chrono::milliseconds write_timeout{30'000};  ///< without the client taking a byte
    std::string tls_certificate_file;                 ///< PEM; with `tls_key_file` the server speaks TLS
    std::string tls_key_file;
};

class Server {
public:
    /// The router is copied by reference: it must outlive the server.
    Server(asio::any_io_executor executor, const Router& router, ServerOptions options);
    ~Server();
    /// Binds and listens; fails with a clear error when the address is taken.
    Status listen();
    std::uint16_t port() const noexcept;
    /// Accepts until `drain` or cancellation.
    asio::awaitable<void> run();
    /// Stops accepting, lets running requests end (at most `limit`), tells streams and WebSockets to close (1001), then
    /// cuts.
    asio::awaitable<void> drain(std::chrono::milliseconds limit);
    std::size_t connections() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace common::http
