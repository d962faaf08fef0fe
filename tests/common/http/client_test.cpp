#include "common/http/client.hpp"

#include "tests/common/http/certificates.hpp"
#include "tests/common/http/support.hpp"

#include <atomic>

using namespace http_test;
using Catch::Contains;
using common::Result;
using common::Status;
using http::HttpErrc;

namespace {

/// A client on the io thread of its own.
class TestClient {
public:
    explicit TestClient(http::ClientOptions options = {})
        : client_{std::make_unique<http::Client>(io_.executor(), std::move(options))} {}

    Result<http::Response> send(http::ClientRequest request) {
        return io_.run([&]() { return client_->send(request); });
    }
    Result<http::Response> get(const std::string& url) {
        http::ClientRequest request;
        request.url = url;
        return send(std::move(request));
    }
    /// The events as "id/type/data" until the stream ends or `limit` have come.
    Status follow(const std::string& url, std::vector<std::string>& events, std::size_t limit = 1000) {
        http::ClientRequest request;
        request.url = url;
        auto on_event = [&](http::ServerEvent event) -> asio::awaitable<Status> {
            events.push_back(event.id + '/' + event.type + '/' + event.data);
            if (events.size() == limit) co_return common::Errc::cancelled;
            co_return Status{};
        };
        return io_.run([&]() { return client_->follow(request, 200ms, on_event, [&] { ++opened; }); });
    }
    IoThread& io() { return io_; }
    http::Client& client() { return *client_; }
    int opened{0};

private:
    IoThread io_;
    std::unique_ptr<http::Client> client_;
};

std::string url_of(const RunningServer& server, std::string_view target) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + std::string{target};
}

/// A server that says the given bytes on each connection, in turn, and closes.
class Scripted {
public:
    explicit Scripted(std::vector<std::string> answers)
        : acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}}, thread_{[this, answers = std::move(answers)] {
              for (const auto& answer : answers) {
                  auto peer = acceptor_.accept();
                  std::array<char, 4096> request{};
                  peer.read_some(asio::buffer(request));
                  asio::write(peer, asio::buffer(answer));
              }
          }} {}
    ~Scripted() { thread_.join(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/"; }

private:
    asio::io_context io_;
    Tcp::acceptor acceptor_;
    std::thread thread_;
};

http::Router echo_router() {
    http::Router router;
    const auto echo = [](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
        http::Response response{201, "text/plain", request.method + ' ' + request.target + ' ' + request.body};
        response.headers.set("X-Agent", request.headers.find("user-agent").value_or("none"));
        co_return response;
    };
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) router.add(method, "/echo", echo);
    return router;
}

}  // namespace

TEST_CASE("client: requests of all kinds are sent and connections used again", "[http]") {
    const auto router = echo_router();
    RunningServer server{router};
    TestClient client;
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
        http::ClientRequest request;
        request.method = method;
        request.url = url_of(server, "/echo?a=%20");
        if (std::string_view{method} != "GET") request.body = "body";
        const auto response = client.send(request);
        REQUIRE(response);
        CHECK(response->status == 201);
        CHECK(response->content_type == "text/plain");
        CHECK(response->body == std::string{method} + " /echo?a=%20 " + request.body);
        CHECK(response->headers.find("x-agent") == "whatsapp-bridge");
        CHECK(server.connections() == 1);
    }
    CHECK(client.get(url_of(server, "/nowhere"))->status == 404);
    http::ClientRequest head;
    head.method = "HEAD";
    head.url = url_of(server, "/echo");
    const auto answer = client.send(head);
    REQUIRE(answer);
    CHECK(answer->body.empty());
    CHECK(server.connections() == 1);
}

TEST_CASE("client: https checks the certificate", "[http]") {
    const auto router = echo_router();
    const Certificates certificates;
    http::ServerOptions server_options;
    server_options.tls_certificate_file = certificates.server_file();
    server_options.tls_key_file = certificates.key_file();
    RunningServer server{router, server_options};
    http::ClientOptions options;
    options.ca_file = certificates.ca_file();
    TestClient trusting{options};
    const std::string port = std::to_string(server.port());
    CHECK(trusting.get("https://localhost:" + port + "/echo")->status == 201);
    CHECK(trusting.get("https://127.0.0.1:" + port + "/echo")->status == 201);
    TestClient strict;
    CHECK(strict.get("https://127.0.0.1:" + port + "/echo").error() == HttpErrc::untrusted_certificate);
}

TEST_CASE("client: answers end by length, by chunks or with the connection", "[http]") {
    Scripted server{{
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nabc",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
        "3\r\n\r\nabc",
        "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
    }};
    TestClient client;
    for (int i = 0; i < 4; ++i) CHECK(client.get(server.url())->body == "abc");
    CHECK(client.get(server.url())->status == 204);
}

TEST_CASE("client: broken answers are errors", "[http]") {
    const std::vector<std::string> answers{
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'),
    };
    Scripted server{answers};
    TestClient client;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto response = client.get(server.url());
        INFO(answers[i].substr(0, 50));
        REQUIRE_FALSE(response);
        CHECK(response.error().kind() == common::Kind::unavailable);
    }
}

TEST_CASE("client: answers are bounded", "[http]") {
    Scripted server{{
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n01234567890",
        "HTTP/1.1 200 OK\r\n\r\n0123456789",
    }};
    http::ClientOptions options;
    options.max_body = 10;
    TestClient client{options};
    for (int i = 0; i < 3; ++i) CHECK(client.get(server.url()).error() == HttpErrc::body_too_large);
    CHECK(client.get(server.url()));
}

TEST_CASE("client: a pooled connection that the server has closed is replaced", "[http]") {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    Scripted server{{answer, answer, answer}};  // each closes right behind its answer, though it promised to stay
    TestClient client;
    for (int i = 0; i < 3; ++i) CHECK(client.get(server.url()));
}

TEST_CASE("client: the whole exchange has a deadline", "[http]") {
    http::Router router;
    router.add("GET", "/slow", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        (void)co_await common::sleep_for(1h);
        co_return http::Response{};
    });
    RunningServer server{router};
    TestClient client;
    http::ClientRequest request;
    request.url = url_of(server, "/slow");
    request.timeout = 30ms;
    CHECK(client.send(request).error().kind() == common::Kind::timed_out);
}

TEST_CASE("client: requests beyond the limit wait for their turn", "[http]") {
    http::Router router;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    router.add("GET", "/", [&](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        most = std::max(most.load(), ++running);
        (void)co_await common::sleep_for(5ms);
        --running;
        co_return http::Response{};
    });
    RunningServer server{router};
    http::ClientOptions options;
    options.max_in_flight = 3;
    TestClient client{options};
    const int answered = client.io().run([&]() -> asio::awaitable<int> {
        common::TaskGroup tasks{co_await asio::this_coro::executor};
        int count = 0;
        auto one = [&]() -> asio::awaitable<void> {
            http::ClientRequest request;
            request.url = url_of(server, "/");
            if (co_await client.client().send(std::move(request))) ++count;
        };
        for (int i = 0; i < 20; ++i) tasks.spawn(one());
        co_await tasks.join();
        co_return count;
    });
    CHECK(answered == 20);
    CHECK(most == 3);
}

TEST_CASE("client: requests that could be taken for two are not sent", "[http]") {
    TestClient client;
    http::ClientRequest request;
    request.url = "http://127.0.0.1:1/";
    request.headers.set("X", "a\r\nY: b");
    CHECK_FALSE(client.send(request));
    CHECK(client.get("ftp://127.0.0.1/").error() == HttpErrc::bad_url);
    CHECK(client.get("http://127.0.0.1/a b").error() == HttpErrc::bad_url);
}

TEST_CASE("client: an event stream is followed event by event", "[http]") {
    http::Router router;
    router.add_stream(
        "GET",
        "/events",
        [](const http::Request&, http::ResponseStream& stream) -> asio::awaitable<Result<http::Response>> {
            auto status = co_await stream.start(200, "text/event-stream");
            for (const char* piece :
                 {"\xEF\xBB\xBF: hello\n\nid: 1\nevent: mess",
                  "age\ndata: a\ndata:b\n\n",
                  "data: c\r\n",
                  "\r\nid:2\rdata\r\r",
                  "event: x\n\ndata: cut"}) {
                if (status) status = co_await stream.write(piece);
                (void)co_await common::sleep_for(2ms);
            }
            co_return http::Response{};
        }
    );
    router.add_stream(
        "GET",
        "/gone",
        [](const http::Request&, http::ResponseStream&) -> asio::awaitable<Result<http::Response>> {
            co_return http::Response{410, "text/plain", "too old"};
        }
    );
    router.add_stream(
        "GET",
        "/silent",
        [](const http::Request&, http::ResponseStream& stream) -> asio::awaitable<Result<http::Response>> {
            auto status = co_await stream.start(200, "text/event-stream");
            status = co_await stream.write("data: 1\n\n");
            status = co_await common::sleep_for(1h);
            co_return http::Response{};
        }
    );
    RunningServer server{router};
    TestClient client;
    std::vector<std::string> events;
    CHECK(client.follow(url_of(server, "/events"), events));
    CHECK(events == std::vector<std::string>{"1/message/a\nb", "1//c", "2//"});
    CHECK(client.opened == 1);

    CHECK(client.follow(url_of(server, "/events"), events, 4).error() == common::Errc::cancelled);
    CHECK(events.size() == 4);

    const auto gone = client.follow(url_of(server, "/gone"), events);
    REQUIRE_FALSE(gone);
    CHECK(gone.error() == common::Errc::unavailable);
    CHECK(gone.error().detail() == "410");
    CHECK(client.opened == 2);

    events.clear();
    CHECK(client.follow(url_of(server, "/silent"), events).error().kind() == common::Kind::timed_out);
    CHECK(events == std::vector<std::string>{"//1"});
}
