#include "bridge/api/detail/guard.hpp"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

namespace bridge::api::detail {
namespace {

using Headers = std::vector<std::pair<const char*, const char*>>;

/// 0 when the request is served.
unsigned status(const char* token, bool loopback, const Headers& headers, const char* path = "/api/session") {
    common::http::Request request;
    request.path = path;
    request.remote_is_loopback = loopback;
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    const auto refused = refuse_stranger(request, token);
    return refused ? refused->status : 0;
}

}  // namespace

TEST_CASE("without a token programs on the same machine are served, nobody else", "[api]") {
    CHECK(status("", true, {{"Host", "127.0.0.1:8080"}}) == 0);
    CHECK(status("", true, {{"Host", "localhost:8080"}}) == 0);
    CHECK(status("", true, {{"Host", "[::1]:8080"}}) == 0);
    CHECK(status("", true, {}) == 0);
    CHECK(status("", false, {{"Host", "127.0.0.1:8080"}}) == 403);
    CHECK(status("", false, {}, "/health") == 403);
}

TEST_CASE("a name that somebody else points at this machine is refused", "[api]") {
    for (const char* host :
         {"evil.example",
          "evil.example:8080",
          "127.0.0.1.evil.example",
          "localhost.evil.example",
          "127.evil",
          "[::1].evil.example",
          "[::2]",
          "",
          "localhost:80:80",
          "localhost:evil"}) {
        INFO(host);
        CHECK(status("", true, {{"Host", host}}) == 403);
    }
    CHECK(status("", true, {{"Host", "localhost"}, {"Host", "evil.example"}}) == 403);
}

TEST_CASE("web pages from elsewhere are refused", "[api]") {
    CHECK(status("", true, {{"Host", "localhost"}, {"Origin", "https://evil.example"}}) == 403);
    CHECK(status("", true, {{"Host", "localhost"}, {"Origin", "null"}}) == 403);
    CHECK(status("", true, {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(status("", true, {{"Host", "localhost"}, {"Origin", "http://localhost:3000"}}) == 0);
    CHECK(status("", true, {{"Host", "localhost"}, {"Origin", "http://127.0.0.1:8080"}}) == 0);
}

TEST_CASE("with a token only its holders are served, from anywhere", "[api]") {
    CHECK(status("secret", false, {{"Authorization", "Bearer secret"}}) == 0);
    CHECK(status("secret", false, {{"Authorization", "bearer secret"}}) == 0);
    CHECK(status("secret", false, {{"X-API-Key", "secret"}}) == 0);
    CHECK(status("secret", false, {{"X-API-Key", "wrong"}, {"Authorization", "Bearer secret"}}) == 0);
    CHECK(status("secret", false, {{"Host", "bridge.example"}, {"X-API-Key", "secret"}}) == 0);
    for (const Headers& headers :
         {Headers{},
          Headers{{"Authorization", "Bearer Secret"}},
          Headers{{"Authorization", "Bearer "}},
          Headers{{"Authorization", "secret"}},
          Headers{{"Authorization", "Basic secret"}},
          Headers{{"X-API-Key", "secre"}},
          Headers{{"X-API-Key", "secret "}},
          Headers{{"X-API-Key", ""}}}) {
        CHECK(status("secret", true, headers) == 401);
    }
}

TEST_CASE("health needs no token", "[api]") {
    CHECK(status("secret", false, {}, "/health") == 0);
    CHECK(status("secret", false, {}, "/ready") == 401);
    CHECK(status("secret", false, {}, "/metrics") == 401);
    CHECK(status("secret", false, {}, "/health/") == 401);
}

}  // namespace bridge::api::detail
