#include "tests/common/http/support.hpp"

#include <atomic>

using namespace http_test;
using Catch::Contains;
using common::Result;

TEST_CASE("server: streams are chunked, end cleanly and keep the connection", "[http]") {
    http::Router router;
    router.add_stream(
        "GET",
        "/events",
        [](const http::Request& request, http::ResponseStream& stream) -> asio::awaitable<Result<http::Response>> {
            if (request.query_value("after") == "0") co_return http::Response{410, "text/plain", "too old"};
            auto status = co_await stream.start(200, "text/event-stream");
            for (int i = 0; status && i < 3; ++i) {
                status = co_await stream.write("data: " + std::to_string(i) + "\n\n");
                (void)co_await common::sleep_for(1ms);
            }
            co_return http::Response{};
        }
    );
    router.add("GET", "/health", echo_request);
    RunningServer server{router};
    RawClient client{server.port()};
    client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(
        client.until("\r\n\r\n"), Contains("Transfer-Encoding: chunked") && Contains("Content-Type: text/event-stream")
    );
    CHECK(client.until("0\r\n\r\n") == "9\r\ndata: 0\n\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    client.send("GET /events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(status_of(client.until("too old")) == 410);
    client.send("GET /events HTTP/1.0\r\n\r\n");
    CHECK(body_of(client.rest()) == "data: 0\n\ndata: 1\n\ndata: 2\n\n");
}

TEST_CASE("server: a stream is told when its client has left", "[http]") {
    http::Router router;
    std::promise<void> ended;
    router.add_stream(
        "GET",
        "/events",
        [&](const http::Request&, http::ResponseStream& stream) -> asio::awaitable<Result<http::Response>> {
            struct AtEnd {
                std::promise<void>& promise;
                ~AtEnd() { promise.set_value(); }
            };
            const AtEnd at_end{ended};
            auto status = co_await stream.start(200, "text/event-stream");
            status = co_await stream.write(": hello\n\n");
            status = co_await common::sleep_for(1h);
            co_return http::Response{};
        }
    );
    RunningServer server{router};
    {
        RawClient client{server.port()};
        client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
        client.until(": hello\n\n");
    }
    CHECK(ended.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("server: draining closes idle connections, lets requests end and refuses new ones", "[http]") {
    http::Router router;
    std::promise<void> started;
    router.add("GET", "/slow", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        started.set_value();
        (void)co_await common::sleep_for(100ms);
        co_return http::Response{200, "text/plain", "done"};
    });
    RunningServer server{router};
    RawClient idle{server.port()};
    RawClient busy{server.port()};
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    started.get_future().wait();
    const auto port = server.port();
    server.drain(5s);
    CHECK(idle.rest().empty());
    const auto answer = busy.rest();
    CHECK(body_of(answer) == "done");
    CHECK_THAT(answer, Contains("Connection: close"));
    CHECK_THROWS(RawClient{port});
    CHECK(server.connections() == 0);
}

TEST_CASE("server: draining cuts what does not end in time", "[http]") {
    http::Router router;
    std::promise<void> started;
    router.add("GET", "/slow", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        started.set_value();
        (void)co_await common::sleep_for(1h);
        co_return http::Response{};
    });
    RunningServer server{router};
    RawClient client{server.port()};
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    started.get_future().wait();
    server.drain(20ms);
    CHECK(server.connections() == 0);
    CHECK_THAT(client.rest(), !Contains("200"));
}

TEST_CASE("server: more connections than allowed get 503", "[http]") {
    http::Router router;
    router.add("GET", "/", echo_request);
    http::ServerOptions options;
    options.max_connections = 1;
    RunningServer server{router, options};
    RawClient first{server.port()};
    first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    first.until("GET / ");
    RawClient second{server.port()};
    const auto answer = second.rest();
    CHECK(status_of(answer) == 503);
    CHECK(body_of(answer) == R"({"detail":"too many connections"})");
}

TEST_CASE("server: a taken address is a clear error", "[http]") {
    http::Router router;
    RunningServer server{router};
    IoThread io;
    http::ServerOptions options;
    options.port = server.port();
    http::Server second{io.executor(), router, options};
    const auto listening = second.listen();
    REQUIRE_FALSE(listening);
    CHECK(
        listening.error().message() ==
        "listen on 127.0.0.1:" + std::to_string(server.port()) + ": unavailable (Address already in use)"
    );
}

TEST_CASE("server: who does not send, finish or read in time is let go", "[http]") {
    http::Router router;
    const std::string large(32U << 20, 'x');
    router.add("POST", "/a", echo_request);
    router.add("GET", "/large", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        co_return http::Response{200, "text/plain", large};
    });
    std::promise<bool> stream_ended;
    router.add_stream(
        "GET",
        "/stream",
        [&](const http::Request&, http::ResponseStream& stream) -> asio::awaitable<Result<http::Response>> {
            auto status = co_await stream.start(200, "text/event-stream");
            while (status) status = co_await stream.write(std::string(100'000, 'x'));
            stream_ended.set_value(stream.closing());
            co_return http::Response{};
        }
    );
    http::ServerOptions options;
    options.header_timeout = options.body_timeout = options.idle_timeout = options.write_timeout = 300ms;
    RunningServer server{router, options};
    RawClient silent{server.port()};
    RawClient header{server.port()};
    RawClient body{server.port()};
    RawClient idle{server.port()};
    RawClient deaf{server.port()};
    RawClient deaf_stream{server.port()};
    header.send("POST /a HTTP/1.1\r\nHost:");
    body.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    idle.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    deaf_stream.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(silent.rest().empty());
    CHECK(status_of(header.rest()) == 408);
    CHECK(status_of(body.rest()) == 408);
    CHECK(body_of(idle.rest()) == "POST /a ");
    CHECK(stream_ended.get_future().get());
    for (int i = 0; i < 500 && server.connections() > 0; ++i) std::this_thread::sleep_for(10ms);
    CHECK(server.connections() == 0);
    CHECK(deaf.rest().size() < large.size());
}

TEST_CASE("server: large answers arrive whole", "[http]") {
    http::Router router;
    const std::string large(8U << 20, 'x');
    router.add("GET", "/", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        co_return http::Response{200, "text/plain", large};
    });
    RunningServer server{router};
    CHECK(body_of(get(server.port(), "/")) == large);
}
