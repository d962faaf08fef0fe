#include "tests/common/http/support.hpp"

#include <atomic>

using namespace http_test;
using Catch::Contains;
using common::Result;

TEST_CASE("server: a request is answered and the connection kept", "[http]") {
    http::Router router;
    router.add("GET", "/health", echo_request);
    RunningServer server{router};
    RawClient client{server.port()};
    for (int i = 0; i < 3; ++i) {
        client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        const auto head = client.until("\r\n\r\n");
        CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK_THAT(head, Contains("\r\nContent-Type: text/plain\r\n") && Contains("\r\nContent-Length: 12\r\n"));
        CHECK_THAT(head, Contains("\r\nDate: ") && Contains(" GMT\r\n"));
        CHECK(client.exactly(12) == "GET /health ");
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("server: pipelined requests are answered in order", "[http]") {
    http::Router router;
    router.add("GET", "/{n}", [](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
        if (request.param("n") == "1") (void)co_await common::sleep_for(20ms);
        co_return http::Response{200, "text/plain", "<" + std::string{request.param("n")} + ">"};
    });
    RunningServer server{router};
    RawClient client{server.port()};
    client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n"
    );
    CHECK_THAT(client.until("<1>"), !Contains("<2>"));
    CHECK_THAT(client.until("<2>"), !Contains("<3>"));
    client.until("<3>");
}

TEST_CASE("server: a request may arrive byte by byte", "[http]") {
    http::Router router;
    router.add("POST", "/a", echo_request);
    RunningServer server{router};
    RawClient client{server.port()};
    const std::string request =
        "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n";
    for (const char c : request) client.send({&c, 1});
    CHECK(body_of(client.rest()) == "POST /a abcde");
}

TEST_CASE("server: bodies come with a length or in chunks", "[http]") {
    http::Router router;
    router.add("POST", "/a", echo_request);
    RunningServer server{router};
    CHECK(
        body_of(answer_to(
            server.port(), "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        )) == "POST /a hello"
    );
    CHECK(body_of(answer_to(server.port(), "POST /a HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi")) == "POST /a hi");
}

TEST_CASE("server: routes match literals before parameters and decode paths", "[http]") {
    http::Router router;
    const auto name = [](std::string text) {
        return [text](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
            std::string body = text;
            for (const auto& [key, value] : request.params) body.append(" ").append(key).append("=").append(value);
            for (const auto& [key, value] : request.query) body.append(" ?").append(key).append("=").append(value);
            co_return http::Response{200, "text/plain", body};
        };
    };
    router.add("GET", "/", name("root"));
    router.add("GET", "/chats/{jid}", name("chat"));
    router.add("GET", "/chats/by-phone/{phone}", name("by phone"));
    router.add("GET", "/chats/{jid}/messages", name("messages"));
    router.add("GET", "/chats/new", name("new"));
    RunningServer server{router};
    const auto body = [&](std::string_view target) { return body_of(get(server.port(), target)); };
    CHECK(body("/") == "root");
    CHECK(body("/chats/new") == "new");
    CHECK(body("/chats/1@g.us") == "chat jid=1@g.us");
    CHECK(body("/chats/a%2Fb%40c") == "chat jid=a/b@c");
    CHECK(body("/chats/by-phone/1") == "by phone phone=1");
    CHECK(body("/chats/by-phone/messages") == "by phone phone=messages");
    CHECK(body("/chats/by-phone") == "chat jid=by-phone");
    CHECK(body("/chats/x/messages?limit=2&q=a+b%26c&&flag") == "messages jid=x ?limit=2 ?q=a b&c ?flag=");
    CHECK(body("http://host/chats/1") == "chat jid=1");
    for (const auto* unknown : {"/chats", "/chats/", "/chats/a/b", "/x", "//"}) {
        CHECK(status_of(get(server.port(), unknown)) == 404);
    }
    CHECK(body_of(get(server.port(), "/x")) == R"({"detail":"Not Found"})");
}

TEST_CASE("server: unknown methods, HEAD and OPTIONS", "[http]") {
    http::Router router;
    router.add("GET", "/a", echo_request);
    router.add("DELETE", "/a", echo_request);
    RunningServer server{router};
    const auto refused = get(server.port(), "/a", "POST");
    CHECK(status_of(refused) == 405);
    CHECK_THAT(refused, Contains("\r\nAllow: GET, HEAD, DELETE, OPTIONS\r\n"));
    const auto head = get(server.port(), "/a", "HEAD");
    CHECK(status_of(head) == 200);
    CHECK_THAT(head, Contains("\r\nContent-Length: 8\r\n"));
    CHECK(body_of(head).empty());
    const auto options = get(server.port(), "/a", "OPTIONS");
    CHECK(status_of(options) == 204);
    CHECK_THAT(options, Contains("Allow: GET, HEAD, DELETE, OPTIONS") && !Contains("Content-Length"));
    CHECK(status_of(get(server.port(), "*", "OPTIONS")) == 204);
}

TEST_CASE("server: broken and dangerous requests are refused and the connection closed", "[http]") {
    http::Router router;
    router.add("POST", "/a", echo_request);
    router.add("GET", "/a", echo_request);
    RunningServer server{router};
    const auto status = [&](std::string_view request) { return status_of(answer_to(server.port(), request)); };
    CHECK(status("\r\n\r\n\r\n") == 400);
    CHECK(status("GET\r\n\r\n") == 400);
    CHECK(status("GET /a HTTP/2.0\r\nHost: x\r\n\r\n") == 400);
    CHECK(status("GET /a HTTP/1.1\r\n\r\n") == 400);
    CHECK(status("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
    CHECK(status("GET /a HTTP/1.1\r\nHost : a\r\n\r\n") == 400);
    CHECK(status("GET a HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(
        status("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400
    );
    CHECK(
        status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n") == 400
    );
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\na") == 400);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab") == 400);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n") == 400);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n") == 400);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 501);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") == 501);
    CHECK(status("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == 400);
    CHECK(
        status("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(40'000, 'x')) == 400
    );
    CHECK(status("POST /a HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\n") == 417);
    CHECK(status("GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n") == 431);
    CHECK(status("GET /" + std::string(40'000, 'x')) == 431);
    std::string many = "GET /a HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 1500; ++i) many += "Header-" + std::to_string(i) + ": x\r\n";
    CHECK(status(many) == 431);
}

TEST_CASE("server: bodies beyond the route's limit get 413, however they come", "[http]") {
    http::Router router;
    http::RouteOptions small;
    small.max_body = 10;
    router.add("POST", "/a", echo_request, small);
    RunningServer server{router};
    const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\n";
    CHECK(
        status_of(answer_to(server.port(), head + "Content-Length: 10\r\nConnection: close\r\n\r\n0123456789")) == 200
    );
    CHECK(status_of(answer_to(server.port(), head + "Content-Length: 11\r\n\r\n01234567890")) == 413);
    CHECK(status_of(answer_to(server.port(), head + "Content-Length: 99999999\r\n\r\nabc")) == 413);
    CHECK(
        status_of(
            answer_to(server.port(), head + "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n")
        ) == 413
    );
    CHECK(status_of(answer_to(server.port(), head + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n")) == 413);
}

TEST_CASE("server: a client that expects 100 is told to go on", "[http]") {
    http::Router router;
    router.add("POST", "/a", echo_request);
    RunningServer server{router};
    RawClient client{server.port()};
    client.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    );
    CHECK(client.until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    CHECK(body_of(client.rest()) == "POST /a hi");
    RawClient refused{server.port()};
    refused.send("POST /b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(status_of(refused.until("\r\n\r\n")) == 404);
}

TEST_CASE("server: errors of handlers become statuses and safe sentences", "[http]") {
    using common::Errc;
    http::Router router;
    const auto failing = [](common::Error error) {
        return [error](const http::Request&) -> asio::awaitable<Result<http::Response>> { co_return error; };
    };
    router.add("GET", "/invalid", failing({Errc::invalid_argument, "secret"}));
    router.add("GET", "/not_found", failing(Errc::not_found));
    router.add("GET", "/unavailable", failing(Errc::unavailable));
    router.add("GET", "/timed_out", failing(Errc::timed_out));
    router.add("GET", "/cancelled", failing(Errc::cancelled));
    router.add("GET", "/internal", failing({Errc::internal, "secret"}));
    router.add("GET", "/throws", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        throw std::runtime_error{"secret"};
        co_return http::Response{};
    });
    RunningServer server{router};
    const std::pair<const char*, unsigned> expected[] = {
        {"/invalid", 400},
        {"/not_found", 404},
        {"/unavailable", 503},
        {"/timed_out", 504},
        {"/cancelled", 503},
        {"/internal", 500},
        {"/throws", 500},
    };
    for (const auto& [target, status] : expected) {
        const auto answer = get(server.port(), target);
        CHECK(status_of(answer) == status);
        CHECK_THAT(answer, Contains("{\"detail\":\"") && !Contains("secret"));
        CHECK((answer.find("Retry-After: 2") != std::string::npos) == (status == 503));
    }
}

TEST_CASE("server: filters answer before handlers, the observer sees every answer", "[http]") {
    http::Router router;
    std::vector<std::string> seen;
    router.add("GET", "/a/{id}", echo_request);
    router.add_filter([](const http::Request& request) -> std::optional<http::Response> {
        if (request.headers.find("x-key") == "good") return std::nullopt;
        return http::Response{401, "text/plain", "no"};
    });
    router.set_observer([&](std::string_view method, std::string_view pattern, unsigned status, std::chrono::nanoseconds
                        ) {
        seen.push_back(std::string{method} + ' ' + std::string{pattern} + ' ' + std::to_string(status));
    });
    {
        RunningServer server{router};
        CHECK(status_of(get(server.port(), "/a/1")) == 401);
        CHECK(status_of(get(server.port(), "/b")) == 401);
        CHECK(
            status_of(
                answer_to(server.port(), "GET /a/1 HTTP/1.1\r\nHost: x\r\nX-Key: good\r\nConnection: close\r\n\r\n")
            ) == 200
        );
        CHECK(status_of(answer_to(server.port(), "GET / HTTP/9\r\n\r\n")) == 400);
    }
    CHECK(seen == std::vector<std::string>{"GET /a/{id} 401", "GET  401", "GET /a/{id} 200", "  400"});
}

TEST_CASE("server: header values cannot add headers", "[http]") {
    http::Router router;
    router.add("GET", "/", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        http::Response response{200, "text/plain", ""};
        response.headers.set("X-Name", "a\r\nSet-Cookie: b");
        co_return response;
    });
    RunningServer server{router};
    CHECK_THAT(get(server.port(), "/"), Contains("X-Name: a  Set-Cookie: b\r\n") && !Contains("\nSet-Cookie"));
}

TEST_CASE("server: a handler that outlives its deadline is cancelled and answered with 503", "[http]") {
    http::Router router;
    std::atomic<bool> unwound{false};
    http::RouteOptions options;
    options.deadline = 50ms;
    router.add(
        "GET",
        "/slow",
        [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
            const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> mark{
                &unwound, [](auto* flag) { *flag = true; }};
            const auto slept = co_await common::sleep_for(1h);
            if (!slept) co_return slept.error();
            co_return http::Response{};
        },
        options
    );
    router.add("GET", "/health", echo_request);
    RunningServer server{router};
    RawClient client{server.port()};
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.until("}");
    CHECK(status_of(answer) == 503);
    CHECK_THAT(answer, Contains("Retry-After: 2"));
    CHECK(unwound);
    client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(status_of(client.until("/health")) == 200);
}

TEST_CASE("server: the handler of a client that left is cancelled", "[http]") {
    http::Router router;
    std::promise<void> started;
    std::promise<void> unwound;
    router.add("GET", "/slow", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        started.set_value();
        const auto slept = co_await common::sleep_for(1h);
        unwound.set_value();
        co_return slept.error();
    });
    RunningServer server{router};
    {
        RawClient client{server.port()};
        client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        started.get_future().wait();
    }
    CHECK(unwound.get_future().wait_for(10s) == std::future_status::ready);
}
