#include "common/http/detail/connection.hpp"

#include "common/http/detail/exchange.hpp"
#include "common/http/detail/response_head.hpp"
#include "common/http/detail/stream_writer.hpp"
#include "common/http/detail/text.hpp"
#include "common/log/log.hpp"

namespace common::http::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto linger_limit = 2s;
/// Shorter handlers are not worth the look whether their client is still there.
constexpr auto long_wait = 1s;
/// Smaller bodies are read although the answer is already known: the connection can be used again.
constexpr std::uint64_t small_body = 64U << 10;
/// Larger ones are written on their own instead of being copied behind the header.
constexpr std::size_t large_response = 64U << 10;

bool is_loopback(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

}  // namespace

void report(const std::exception_ptr& failure, std::string_view pattern) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log::error("a request handler threw", {{"route", pattern}, {"what", error.what()}});
    } catch (...) {
        log::error("a request handler threw", {{"route", pattern}});
    }
}

Connection::Connection(ServerContext& server, Tcp::socket socket, const Tcp::endpoint& remote)
    : server_{server},
      stream_{[&]() -> std::unique_ptr<ByteStream> {
          if (!server.tls) return std::make_unique<ByteStream>(std::move(socket));
          auto tls = std::make_unique<TlsStream>(std::move(socket), *server.tls, std::string{});
          tls_ = tls.get();
          return tls;
      }()},
      input_{*stream_},
      remote_address_{remote.address().to_string()},
      remote_is_loopback_{is_loopback(remote.address())} {}

void Connection::enter(Phase phase, std::chrono::milliseconds limit) {
    phase_ = phase;
    entered_ = std::chrono::steady_clock::now();
    deadline_ = limit == no_limit ? SteadyTime::max() : entered_ + limit;
}

void Connection::sweep(SteadyTime now) {
    const bool working = phase_ == Phase::handling || phase_ == Phase::streaming;
    if (working && !gone_ && now - entered_ > long_wait && stream_->peer_has_closed()) {
        gone_ = true;
        signal_.emit(asio::cancellation_type::terminal);
        return;
    }
    if (now < deadline_) return;
    deadline_ = SteadyTime::max();
    if (phase_ == Phase::uploading) {
        // The handler is told by an end of the body: it may be in the middle of anything.
        expired_ = true;
        stream_->shutdown_read();
    } else if (phase_ == Phase::reading || phase_ == Phase::handling) {
        expired_ = true;
        signal_.emit(asio::cancellation_type::terminal);
    } else {
        cut();
    }
}

void Connection::drain() {
    if (phase_ == Phase::idle || phase_ == Phase::handshake) cut();
    if (websocket_ != nullptr) websocket_->begin_close(1001, "going away");
}

void Connection::cut() noexcept {
    if (websocket_ != nullptr) {
        websocket_->cut();
    } else if (stream_) {
        gone_ = true;
        stream_->close();
    }
}

asio::awaitable<void> Connection::run() {
    // In steps of their own: what they need is not held while a WebSocket is idle.
    bool usable = true;
    if (tls_ != nullptr) usable = co_await shake_hands();
    if (usable) co_await serve_requests();
    if (upgrade_) co_await serve_websocket();
    if (stream_) stream_->close();
}

asio::awaitable<bool> Connection::shake_hands() {
    enter(Phase::handshake, server_.options.header_timeout);
    const auto shaken = co_await tls_->handshake();
    if (!shaken) log::debug("TLS handshake failed", {{"why", shaken.error().message()}});
    co_return shaken.has_value();
}

asio::awaitable<void> Connection::serve_requests() {
    auto patience = server_.options.header_timeout;
    bool more = true;
    while (more && !gone_ && !server_.draining) {
        if (input_.unread().empty()) {
            enter(Phase::idle, patience);
            const auto filled = co_await input_.fill();
            if (filled != Filled::more) break;
            patience = server_.options.idle_timeout;
        }
        more = co_await exchange();
    }
}

asio::awaitable<bool> Connection::exchange() {
    Exchange now;
    enter(Phase::reading, server_.options.header_timeout);
    if (!co_await read_header(now)) co_return false;
    const auto early = early_answer(now);
    if (!now.parser.done()) {
        const auto expectation = now.request.headers.find("Expect");
        const bool small = now.parser.content_length().value_or(small_body + 1) <= small_body;
        if (early && (expectation || !small)) co_return co_await refuse(now, *early);
        const bool streams = !early && std::holds_alternative<UploadRoute>(now.match.route->action);
        if (!streams && !co_await read_body(now)) co_return false;
    }
    if (early) co_return co_await respond(now, *early);
    co_return co_await dispatch(now);
}

/// Offers what has arrived to the parser, then waits for more; false when the exchange is over (answered or lost).
asio::awaitable<bool> Connection::read_more(Exchange& now) {
    const auto filled = co_await input_.fill();
    if (filled == Filled::more) co_return true;
    if (expired_) {
        co_await fresh_start();
        expired_ = false;
        co_return co_await refuse(now, detail_response(408, "the request took too long to arrive"));
    }
    co_return false;
}

asio::awaitable<bool> Connection::read_header(Exchange& now) {
    Parser& parser = now.parser;
    input_.use(parser.put(input_.unread()));
    while (!parser.header_done() && !parser.problem()) {
        if (!co_await read_more(now)) co_return false;
        input_.use(parser.put(input_.unread()));
    }
    now.request.method = std::move(parser.method);
    now.request.target = std::move(parser.target);
    now.request.remote_address = remote_address_;
    now.request.remote_is_loopback = remote_is_loopback_;
    if (parser.problem()) {
        co_return co_await refuse(now, detail_response(parser.problem()->status, parser.problem()->what));
    }
    now.keep_alive = parser.keeps_alive();
    co_return true;
}

asio::awaitable<bool> Connection::read_body(Exchange& now) {
    Parser& parser = now.parser;
    enter(Phase::reading, server_.options.body_timeout);
    parser.limit_body(now.match.route != nullptr ? now.match.route->options.max_body : small_body);
    const auto expectation = now.request.headers.find("Expect");
    if (expectation && !parser.problem()) {
        if (!iequals(*expectation, "100-continue")) {
            co_return co_await refuse(now, detail_response(417, "unknown expectation"));
        }
        if (!parser.is_http_1_0() && input_.unread().empty()) {
            const auto told = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
            if (!told) co_return false;
            enter(Phase::reading, server_.options.body_timeout);
        }
    }
    input_.use(parser.put(input_.unread()));
    while (!parser.done() && !parser.problem()) {
        if (!co_await read_more(now)) co_return false;
        input_.use(parser.put(input_.unread()));
    }
    if (parser.problem()) {
        co_return co_await refuse(now, detail_response(parser.problem()->status, parser.problem()->what));
    }
    now.request.body = std::move(parser.body);
    co_return true;
}

std::optional<Response> Connection::early_answer(Exchange& now) const {
    Request& request = now.request;
    request.headers = std::move(now.parser.headers);
    const bool about_server = request.target == "*" && request.method == "OPTIONS";
    if (!about_server && !read_target(request.target, request)) return detail_response(400, "malformed request target");
    now.match = server_.table->match(request);
    for (const auto& filter : server_.table->filters) {
        if (auto answer = filter(request)) return answer;
    }
    if (now.match.route != nullptr) return std::nullopt;
    if (!about_server && now.match.allow.empty()) return detail_response(404, "Not Found");
    if (request.method == "OPTIONS") {
        Response response{204, "", ""};
        if (!now.match.allow.empty()) response.headers.set("Allow", now.match.allow);
        return response;
    }
    Response response = detail_response(405, "Method Not Allowed");
    response.headers.set("Allow", now.match.allow);
    return response;
}

asio::awaitable<bool> Connection::dispatch(Exchange& now) {
    const auto& action = now.match.route->action;
    if (const auto* handler = std::get_if<Handler>(&action)) return run_handler(now, *handler);
    if (const auto* stream = std::get_if<StreamHandler>(&action)) return run_stream(now, *stream);
    if (const auto* upload = std::get_if<UploadRoute>(&action)) return run_upload(now, *upload);
    return run_upgrade(now, std::get<WebSocketRoute>(action));
}

asio::awaitable<bool> Connection::run_handler(Exchange& now, const Handler& handler) {
    enter(Phase::handling, now.match.route->options.deadline);
    std::optional<Result<Response>> result;
    std::exception_ptr failure;
    try {
        auto outcome = co_await handler(now.request);
        result.emplace(std::move(outcome));
    } catch (...) {
        failure = std::current_exception();
    }
    if (expired_) co_await fresh_start();
    auto response = settle(now, std::move(result), failure);
    if (!response) co_return false;
    co_return co_await respond(now, std::move(*response));
}

std::optional<Response> Connection::settle(
    Exchange& now, std::optional<Result<Response>> result, const std::exception_ptr& failure
) {
    if (gone_) return std::nullopt;
    if (std::exchange(expired_, false)) {
        if (result && result->has_value()) return std::move(**result);
        Response late = detail_response(503, "the request took too long");
        late.headers.set("Retry-After", "2");
        return late;
    }
    if (failure) {
        if (is_cancellation(failure)) return std::nullopt;
        report(failure, now.match.route->pattern);
        return server_.table->error_responder(Error{common::Errc::internal}, now.request);
    }
    if (result->has_value()) return std::move(**result);
    const Error error = result->error();
    if (error.kind() == Kind::internal) {
        log::error("a request failed", {{"route", now.match.route->pattern}, {"why", error.message()}});
    }
    return server_.table->error_responder(error, now.request);
}

asio::awaitable<bool> Connection::run_stream(Exchange& now, const StreamHandler& handler) {
    enter(Phase::streaming, no_limit);
    StreamWriter writer{*this, now.parser.is_http_1_0(), now.keep_alive};
    std::optional<Result<Response>> result;
    std::exception_ptr failure;
    try {
        auto outcome = co_await handler(now.request, writer);
        result.emplace(std::move(outcome));
    } catch (...) {
        failure = std::current_exception();
    }
    if (!writer.started()) {
        auto response = settle(now, std::move(result), failure);
        if (!response) co_return false;
        co_return co_await respond(now, std::move(*response));
    }
    observe(now, writer.status());
    if (failure && !is_cancellation(failure)) report(failure, now.match.route->pattern);
    // A stream that broke off ends without its last chunk: the client can tell.
    if (failure || gone_ || !result->has_value()) co_return false;
    const auto finished = co_await writer.finish();
    co_return finished.has_value() && now.keep_alive && !writer.until_close();
}

asio::awaitable<bool> Connection::respond(Exchange& now, Response response) {
    if (response.source) co_return co_await respond_from_source(now, std::move(response));
    const bool keep_alive = now.keep_alive && !server_.draining;
    const bool with_body = now.request.method != "HEAD";
    HeadOptions options;
    options.keep_alive = keep_alive;
    options.http_1_0 = now.parser.header_done() && now.parser.is_http_1_0();
    options.date = server_.date;
    observe(now, response.status);
    std::string out;
    out.reserve(256 + (response.body.size() <= large_response ? response.body.size() : 0));
    append_head(out, response, options);
    if (!with_body || response.status == 204 || response.status == 304) response.body.clear();
    if (response.body.size() <= large_response) out += std::exchange(response.body, {});
    auto written = co_await write(out);
    if (written && !response.body.empty()) written = co_await write(response.body);
    co_return written.has_value() && keep_alive;
}

asio::awaitable<bool> Connection::refuse(Exchange& now, Response response) {
    now.keep_alive = false;
    co_await respond(now, std::move(response));
    // Closing with unread bytes resets the connection, which can destroy the answer on its way.
    stream_->shutdown_write();
    enter(Phase::lingering, linger_limit);
    while (!gone_) {
        input_.use(input_.unread().size());
        const auto filled = co_await input_.fill();
        if (filled != Filled::more) break;
    }
    co_return false;
}

asio::awaitable<Status> Connection::write(std::string_view data) {
    while (!data.empty()) {
        if (gone_) co_return Error{HttpErrc::connection_lost};
        const IoResult wrote = stream_->write_some(data);
        if (wrote.state == Io::done) {
            data.remove_prefix(wrote.size);
            continue;
        }
        if (wrote.state == Io::failed || wrote.state == Io::ended) co_return stream_->failure();
        // The deadline counts from the last byte that the peer took.
        enter(Phase::writing, server_.options.write_timeout);
        const auto [code] = co_await stream_->wait(wrote.state);
        if (code) co_return Error{code};
    }
    co_return Status{};
}

void Connection::observe(const Exchange& now, unsigned status) const {
    if (!server_.table->observer) return;
    const std::string_view pattern = now.match.route != nullptr ? std::string_view{now.match.route->pattern} : "";
    server_.table->observer(now.request.method, pattern, status, std::chrono::steady_clock::now() - now.begun);
}

}  // namespace common::http::detail
