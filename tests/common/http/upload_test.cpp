#include "tests/common/http/support.hpp"

#include <atomic>

using namespace http_test;
using common::Result;

namespace {

http::Router router(std::atomic<int>* reading = nullptr) {
    http::Router made;
    const auto up =
        [reading](const http::Request& request, http::RequestBody& body) -> asio::awaitable<Result<http::Response>> {
        if (request.query_value("no")) co_return http::Response{403, "text/plain", "no"};
        std::string all = body.size() ? std::to_string(*body.size()) + ":" : "?:";
        for (;;) {
            auto piece = co_await body.read();
            if (reading != nullptr) ++*reading;
            if (!piece) co_return piece.error();
            if (piece->empty()) break;
            all += *piece;
        }
        co_return http::Response{200, "text/plain", all};
    };
    made.add_upload("POST", "/up", up, 1000);
    return made;
}

std::string post(std::string_view body, std::string_view more = "", std::string_view target = "/up") {
    return "POST " + std::string{target} + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string{more} + "\r\n" + std::string{body};
}

}  // namespace

TEST_CASE("uploads: the handler reads the body, and the connection goes on", "[http]") {
    const auto routes = router();
    RunningServer server{routes};
    RawClient client{server.port()};
    client.send(
        post("hello") + post("") +
        "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    );
    CHECK_THAT(client.until("5:hello"), Catch::Contains("200 OK"));
    CHECK_THAT(client.until("0:"), Catch::Contains("200 OK"));
    CHECK_THAT(client.until("?:abc"), Catch::Contains("200 OK"));
}

TEST_CASE("uploads: a body past the limit is refused, said or not", "[http]") {
    const auto routes = router();
    RunningServer server{routes};
    CHECK(status_of(answer_to(server.port(), post(std::string(1001, 'x')))) == 413);
    CHECK(
        status_of(answer_to(
            server.port(),
            "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
                "\r\n0\r\n\r\n"
        )) == 413
    );
    CHECK(
        status_of(answer_to(server.port(), "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")
        ) == 400
    );
}

TEST_CASE("uploads: who asks first is told to go on only when somebody wants the body", "[http]") {
    const auto routes = router();
    RunningServer server{routes};
    RawClient client{server.port()};
    client.send("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK_THAT(client.until("5:hello"), Catch::StartsWith("HTTP/1.1 200 OK"));
    client.send("POST /up?no HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    const auto refused = client.rest();
    CHECK(status_of(refused) == 403);
    CHECK_THAT(refused, !Catch::Contains("100 Continue"));
    CHECK(status_of(answer_to(server.port(), post("hello", "Expect: the-unexpected\r\n"))) == 417);
}

TEST_CASE("uploads: a client that stops sending is told so, one that leaves is let go", "[http]") {
    std::atomic<int> reads{0};
    const auto routes = router(&reads);
    http::ServerOptions options;
    options.body_timeout = 300ms;
    RunningServer server{routes, options};
    RawClient slow{server.port()};
    slow.send("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhello");
    CHECK(status_of(slow.rest()) == 408);
    {
        RawClient leaving{server.port()};
        leaving.send("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhello");
    }
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (server.connections() != 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    CHECK(server.connections() == 0);
    CHECK(reads == 4);
}
