#include "common/http/client.hpp"
#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

/// The API behind a real server on loopback.
struct Served : Fixture {
    Served() : server{io.get_executor(), router, {}}, client{io.get_executor(), {}} {
        REQUIRE(server.listen());
        asio::co_spawn(io, server.run(), [](std::exception_ptr) {});
    }
    ~Served() { CHECK(run(stop())); }
    http::Response fetch(std::string method, const std::string& target, std::string body = "") {
        http::ClientRequest request;
        request.method = std::move(method);
        request.url = "http://127.0.0.1:" + std::to_string(server.port()) + target;
        request.body = std::move(body);
        auto response = run(client.send(std::move(request)));
        INFO((response ? std::string{} : response.error().message()));
        REQUIRE(response);
        return std::move(*response);
    }
    asio::awaitable<Status> stop() {
        co_await server.drain(std::chrono::milliseconds{500});
        co_return Status{};
    }

    http::Server server;
    http::Client client;
};

}  // namespace

TEST_CASE("a program on this machine is served over HTTP", "[api]") {
    Served served;
    CHECK(served.fetch("GET", "/health").status == 200);
    CHECK(json_of(served.fetch("GET", "/api/session")).root()["state"].string_or("") == "unlinked");
    CHECK(served.fetch("POST", "/api/send", R"({"recipient":"15550001111","message":"hi"})").status == 200);
}

TEST_CASE("unknown paths, other methods and huge bodies are refused as JSON", "[api]") {
    Served served;
    const auto unknown = served.fetch("GET", "/api/nothing");
    CHECK(unknown.status == 404);
    CHECK_FALSE(detail_of(unknown).empty());
    const auto method = served.fetch("DELETE", "/api/send");
    CHECK(method.status == 405);
    CHECK(method.headers.find("Allow").value_or("").find("POST") != std::string_view::npos);
    CHECK_FALSE(detail_of(method).empty());
    CHECK(served.fetch("POST", "/api/send", std::string(2U << 20, ' ')).status == 413);
    CHECK(served.fetch("GET", "/health").status == 200);
}

TEST_CASE("events reach a follower over HTTP, and a bad cursor is refused", "[api]") {
    Served served;
    served.apply({Fixture::text_from(maya, "M1", "Good morning", 1'760'000'000)});
    const std::string base =
        "http://127.0.0.1:" + std::to_string(served.server.port()) + "/api/events?types=message&after=";
    std::vector<http::ServerEvent> seen;
    auto stop_at_first = [&](http::ServerEvent event) -> asio::awaitable<Status> {
        seen.push_back(std::move(event));
        co_return common::Errc::cancelled;
    };
    http::ClientRequest request;
    request.url = base + "0";
    const auto ended = served.run(served.client.follow(request, std::chrono::seconds{5}, stop_at_first));
    CHECK_FALSE(ended);
    REQUIRE(seen.size() == 1);
    CHECK_FALSE(seen[0].id.empty());
    CHECK(seen[0].type == "message");
    CHECK(seen[0].data.find("Good morning") != std::string::npos);

    request.url = base + "999999";
    const auto refused = served.run(served.client.follow(request, std::chrono::seconds{5}, stop_at_first));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail() == "410");
}

}  // namespace tests::api
