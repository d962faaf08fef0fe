#include "gateway/auth/access.hpp"

#include <catch2/catch.hpp>

using common::http::Request;
using gateway::auth::Access;

namespace {

Access open_access() { return Access{common::SecretBytes{}}; }
Access keyed_access() { return Access{common::SecretBytes{common::as_bytes("s3cret")}}; }

Request request(
    std::string method, std::string path, std::initializer_list<std::pair<const char*, const char*>> headers
) {
    Request out;
    out.method = std::move(method);
    out.path = std::move(path);
    for (const auto& [name, value] : headers) out.headers.add(name, value);
    return out;
}

unsigned status(const Access& access, const Request& asked) {
    const auto refused = access.refuse(asked);
    return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("without a key only loopback may be listened on", "[gateway]") {
    for (const auto* host : {"127.0.0.1", "127.8.9.1", "::1", "localhost"})
        CHECK(open_access().may_listen(host).has_value());
    for (const auto* host : {"0.0.0.0", "::", "192.168.1.5", "example.org", "127.example.org", ""}) {
        CAPTURE(host);
        const auto allowed = open_access().may_listen(host);
        REQUIRE_FALSE(allowed.has_value());
        CHECK(std::string{allowed.error().text()}.find("GATEWAY_API_KEY") != std::string::npos);
        CHECK(keyed_access().may_listen(host).has_value());
    }
}

TEST_CASE("without a key foreign host names are refused", "[gateway]") {
    const auto access = open_access();
    for (const auto* host : {"localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"}) {
        CAPTURE(host);
        CHECK(status(access, request("GET", "/chats", {{"Host", host}})) == 200);
    }
    for (const auto* host :
         {"evil.example",
          "evil.example:8000",
          "localhost.evil.example",
          "127.0.0.1.evil.example",
          "[::2]:80",
          "[",
          ""}) {
        CAPTURE(host);
        CHECK(status(access, request("GET", "/chats", {{"Host", host}})) == 403);
    }
}

TEST_CASE("without a key foreign origins neither change anything nor open WebSockets", "[gateway]") {
    const auto access = open_access();
    for (const auto* origin :
         {"https://evil.example", "null", "", "http://localhost.evil.example", "http://evil.example:8000"}) {
        CAPTURE(origin);
        CHECK(status(access, request("POST", "/messages/send", {{"Host", "localhost"}, {"Origin", origin}})) == 403);
        CHECK(status(access, request("DELETE", "/chats", {{"Origin", origin}})) == 403);
        CHECK(status(access, request("GET", "/ws/messages", {{"Upgrade", "websocket"}, {"Origin", origin}})) == 403);
        CHECK(status(access, request("GET", "/chats", {{"Origin", origin}})) == 200);
    }
    for (const auto* origin : {"http://localhost:8000", "http://127.0.0.1:3000", "http://[::1]:8000"}) {
        CAPTURE(origin);
        CHECK(status(access, request("POST", "/messages/send", {{"Origin", origin}})) == 200);
    }
    CHECK(status(access, request("POST", "/messages/send", {})) == 200);
}

TEST_CASE("with a key everything but the open pages needs it", "[gateway]") {
    const auto access = keyed_access();
    CHECK(status(access, request("GET", "/chats", {{"Host", "api.example.org"}})) == 401);
    CHECK(status(access, request("GET", "/metrics", {})) == 401);
    CHECK(status(access, request("GET", "/docsx", {})) == 401);
    CHECK(status(access, request("GET", "/ws/messages", {{"Upgrade", "websocket"}})) == 401);
    CHECK(access.refuse(request("GET", "/chats", {}))->headers.find("WWW-Authenticate") == "Bearer");
    for (const auto* path :
         {"/", "/health", "/api/v1/health", "/ready", "/docs", "/docs/start.js", "/redoc", "/openapi.json"}) {
        CAPTURE(path);
        CHECK(status(access, request("GET", path, {})) == 200);
    }
    CHECK(status(access, request("GET", "/chats", {{"X-API-Key", "s3cret"}})) == 200);
    CHECK(status(access, request("GET", "/chats", {{"Authorization", "Bearer s3cret"}})) == 200);
    CHECK(
        status(
            access,
            request("POST", "/messages/send", {{"Authorization", "bearer s3cret"}, {"Origin", "https://app.example"}})
        ) == 200
    );
    for (const auto* key : {"", "s3cre", "s3crets", "S3cret"}) {
        CAPTURE(key);
        CHECK(status(access, request("GET", "/chats", {{"X-API-Key", key}})) == 401);
    }
    CHECK(status(access, request("GET", "/chats", {{"Authorization", "Basic s3cret"}})) == 401);
    CHECK(status(access, request("GET", "/chats", {{"Authorization", "Bearer"}})) == 401);
}
