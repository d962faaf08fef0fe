#include "common/http/server.hpp"

#include "common/clock/clock.hpp"
#include "common/http/detail/connection.hpp"
#include "common/http/detail/response_head.hpp"
#include "common/log/log.hpp"

#include <list>

namespace common::http {
namespace {

using namespace detail;
using namespace std::chrono_literals;

constexpr auto sweep_interval = 1s;
constexpr auto accept_pause = 100ms;
constexpr auto cut_limit = 1s;
constexpr int backlog = 4096;

constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 33\r\nRetry-After: 2\r\n"
    "Connection: close\r\n\r\n{\"detail\":\"too many connections\"}";

std::string date_now() { return http_date(SystemClock{}.now().time_since_epoch().count()); }

}  // namespace

struct Server::State : ServerContext, std::enable_shared_from_this<Server::State> {
    explicit State(const asio::any_io_executor& ex) : executor{ex}, acceptor{ex}, sweeper{ex}, emptied{ex} {}

    void admit(Tcp::socket socket);
    void sweep_later();
    void stop() noexcept;

    asio::any_io_executor executor;
    Tcp::acceptor acceptor;
    asio::steady_timer sweeper;
    std::list<Connection> connections;
    Event emptied;
};

void Server::State::admit(Tcp::socket socket) {
    boost::system::error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) return;
    if (connections.size() >= options.max_connections) {
        ByteStream refused{std::move(socket)};
        if (!tls) refused.write_some(busy);
        return;
    }
    const auto place = connections.emplace(connections.end(), *this, std::move(socket), remote);
    auto ended = [self = shared_from_this(), place](const std::exception_ptr& failure) {
        self->connections.erase(place);
        if (self->connections.empty()) self->emptied.notify();
        if (!failure || is_cancellation(failure)) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("a connection ended with an exception", {{"what", error.what()}});
        }
    };
    asio::co_spawn(executor, place->run(), asio::bind_cancellation_slot(place->signal().slot(), std::move(ended)));
}

void Server::State::sweep_later() {
    sweeper.expires_after(sweep_interval);
    sweeper.async_wait([weak = weak_from_this()](const boost::system::error_code& code) {
        const auto self = weak.lock();
        if (!self || code) return;
        self->date = date_now();
        const auto now = std::chrono::steady_clock::now();
        for (Connection& connection : self->connections) connection.sweep(now);
        self->sweep_later();
    });
}

void Server::State::stop() noexcept {
    draining = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    sweeper.cancel();
    for (Connection& connection : connections) {
        connection.cut();
        connection.signal().emit(asio::cancellation_type::terminal);
    }
}

Server::Server(asio::any_io_executor executor, const Router& router, ServerOptions options)
    : state_{std::make_shared<State>(executor)} {
    state_->table = &router.table();
    state_->options = std::move(options);
    state_->date = date_now();
}

Server::~Server() { state_->stop(); }

Status Server::listen() {
    const ServerOptions& options = state_->options;
    const auto failed = [&](const boost::system::error_code& code) {
        return Error{common::Errc::unavailable, code.message()}.within(
            "listen on " + options.host + ':' + std::to_string(options.port)
        );
    };
    if (!options.tls_certificate_file.empty()) {
        auto tls = TlsContext::for_server(options.tls_certificate_file, options.tls_key_file);
        if (!tls) return tls.error();
        state_->tls = std::move(*tls);
    }
    boost::system::error_code code;
    Tcp::resolver resolver{state_->executor};
    const auto found = resolver.resolve(options.host, std::to_string(options.port), Tcp::resolver::passive, code);
    if (code) return failed(code);
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    Tcp::acceptor& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), code);
    if (!code) acceptor.set_option(Tcp::acceptor::reuse_address{true}, code);
    if (!code) acceptor.bind(endpoint, code);
    if (!code) acceptor.listen(backlog, code);
    if (code) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        return failed(code);
    }
    return {};
}

std::uint16_t Server::port() const noexcept {
    boost::system::error_code ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

asio::awaitable<void> Server::run() {
    const auto state = state_;
    state->sweep_later();
    while (!state->draining) {
        Tcp::socket socket{state->executor};
        const auto [code] = co_await state->acceptor.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (code == asio::error::operation_aborted) break;
        if (!code) {
            state->admit(std::move(socket));
            continue;
        }
        // Out of descriptors or memory: what is open gets the time to end.
        log::warn("cannot accept a connection", {{"why", code.message()}});
        (void)co_await sleep_for(accept_pause);
    }
}

asio::awaitable<void> Server::drain(std::chrono::milliseconds limit) {
    const auto state = state_;
    state->draining = true;
    boost::system::error_code ignored;
    state->acceptor.close(ignored);
    for (Connection& connection : state->connections) connection.drain();
    if (!state->connections.empty()) (void)co_await state->emptied.wait(limit);
    state->stop();
    if (!state->connections.empty()) (void)co_await state->emptied.wait(cut_limit);
}

std::size_t Server::connections() const noexcept { return state_->connections.size(); }

}  // namespace common::http
