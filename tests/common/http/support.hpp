/// A server on a thread of its own and a client that writes raw bytes.
#pragma once

#include "common/http/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace http_test {

namespace asio = common::asio;
namespace http = common::http;
using Tcp = asio::ip::tcp;
using namespace std::chrono_literals;

/// An io thread; work is given to it as coroutines and waited for.
class IoThread {
public:
    IoThread() : guard_{io_.get_executor()}, thread_{[this] { io_.run(); }} {}
    ~IoThread() {
        io_.stop();
        thread_.join();
    }
    asio::any_io_executor executor() { return io_.get_executor(); }

    /// Runs `make()` on the io thread to its end, at most twenty seconds.
    template <class Make>
    auto run(Make make) {
        using R = typename decltype(make())::value_type;
        auto promise = std::make_shared<std::promise<R>>();
        auto future = promise->get_future();
        auto ended = [promise](std::exception_ptr failure, auto... value) {
            if (failure) {
                promise->set_exception(failure);
            } else {
                promise->set_value(std::move(value)...);
            }
        };
        asio::co_spawn(io_, std::move(make), std::move(ended));
        if (future.wait_for(20s) != std::future_status::ready) throw std::runtime_error{"the io thread is stuck"};
        return future.get();
    }

private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::thread thread_;
};

/// A running server; drained at the end.
class RunningServer {
public:
    explicit RunningServer(const http::Router& router, http::ServerOptions options = {})
        : server_{std::make_unique<http::Server>(io_.executor(), router, std::move(options))} {
        const auto listening = server_->listen();
        if (!listening) throw std::runtime_error{listening.error().message()};
        asio::co_spawn(io_.executor(), server_->run(), [this](std::exception_ptr) { stopped_.set_value(); });
    }
    ~RunningServer() {
        drain(100ms);
        stopped_.get_future().wait();
        io_.run([this]() -> asio::awaitable<bool> {
            server_.reset();
            co_return true;
        });
    }
    void drain(std::chrono::milliseconds limit) {
        io_.run([this, limit]() -> asio::awaitable<bool> {
            co_await server_->drain(limit);
            co_return true;
        });
    }
    std::size_t connections() {
        return io_.run([this]() -> asio::awaitable<std::size_t> { co_return server_->connections(); });
    }
    std::uint16_t port() const { return server_->port(); }
    IoThread& io() { return io_; }

private:
    IoThread io_;
    std::unique_ptr<http::Server> server_;
    std::promise<void> stopped_;
};

/// Blocking, with a limit of ten seconds for every read.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : io_{std::make_unique<asio::io_context>()}, socket_{*io_} {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        socket_.set_option(Tcp::no_delay{true});
        const timeval limit{10, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes.data(), bytes.size())); }
    /// One more piece; "" at the end.
    std::string receive() {
        std::array<char, 65536> buffer{};
        const auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
        if (size < 0) throw std::runtime_error{"no answer"};
        return {buffer.data(), static_cast<std::size_t>(size)};
    }
    std::string until(std::string_view end) {
        while (got_.find(end) == std::string::npos) {
            const auto more = receive();
            if (more.empty()) throw std::runtime_error{"ended before '" + std::string{end} + "': " + got_};
            got_ += more;
        }
        const auto size = got_.find(end) + end.size();
        std::string taken = got_.substr(0, size);
        got_.erase(0, size);
        return taken;
    }
    std::string exactly(std::size_t size) {
        while (got_.size() < size) {
            const auto more = receive();
            if (more.empty()) throw std::runtime_error{"ended early: " + got_};
            got_ += more;
        }
        std::string taken = got_.substr(0, size);
        got_.erase(0, size);
        return taken;
    }
    /// Everything up to the end of the connection; a reset counts as an end.
    std::string rest() {
        try {
            for (auto more = receive(); !more.empty(); more = receive()) got_ += more;
        } catch (const std::runtime_error&) {
            got_ += "<reset>";
        }
        return std::exchange(got_, {});
    }
    Tcp::socket& socket() { return socket_; }

private:
    std::unique_ptr<asio::io_context> io_;
    Tcp::socket socket_;
    std::string got_;
};

/// One request on a connection of its own, answered with `Connection: close`.
inline std::string answer_to(std::uint16_t port, std::string_view request) {
    RawClient client{port};
    client.send(request);
    return client.rest();
}

inline std::string get(std::uint16_t port, std::string_view target, std::string_view method = "GET") {
    return answer_to(
        port, std::string{method} + ' ' + std::string{target} + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    );
}

inline unsigned status_of(std::string_view answer) {
    return answer.size() > 12 && answer.starts_with("HTTP/1.1 ")
               ? static_cast<unsigned>(std::stoul(std::string{answer.substr(9, 3)}))
               : 0;
}

inline std::string body_of(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string{} : std::string{answer.substr(end + 4)};
}

/// Answers "METHOD path body".
inline asio::awaitable<common::Result<http::Response>> echo_request(const http::Request& request) {
    co_return http::Response{200, "text/plain", request.method + ' ' + request.path + ' ' + request.body};
}

}  // namespace http_test
