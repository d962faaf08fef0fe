#include "common/http/url.hpp"

#include "common/http/message.hpp"

#include <catch2/catch.hpp>

using common::http::parse_url;
using common::http::resolve_url;

TEST_CASE("urls: taken apart", "[http]") {
    const auto url = parse_url("HTTPS://user:pw@Example.ORG:8443/a%20b?c=d#e").value();
    CHECK(url.scheme == "https");
    CHECK(url.host == "example.org");
    CHECK(url.port == 8443);
    CHECK(url.target == "/a%20b?c=d");
    CHECK(url.authority == "Example.ORG:8443");
    CHECK(url.has_userinfo);
    const auto bare = parse_url("http://[::1]?x").value();
    CHECK(bare.host == "::1");
    CHECK(bare.port == 80);
    CHECK(bare.target == "/?x");
    CHECK_FALSE(bare.has_userinfo);
    CHECK(parse_url("wss://a.example").value().port == 443);
}

TEST_CASE("urls: what a resolver could read in another way is none", "[http]") {
    for (const auto text :
         {"",
          "/",
          "example.org",
          "http://",
          "http:///x",
          "ftp://a.example/",
          "http://a b/",
          "http://a.example:0/",
          "http://a.example:65536/",
          "http://a.example:x/",
          "http://a.example:80x/",
          "http://a:b:c/",
          "http://a%00b.example/",
          "http://a%2Fb.example/",
          "http://a%0Ab/",
          "http://caf\xC3\xA9.example/",
          "http://a.example\\@b.example/",
          "http://[::1/",
          "http://a.example /",
          "http://a,b/"}) {
        INFO(text);
        CHECK_FALSE(parse_url(text).has_value());
    }
    CHECK(parse_url("http://127.0.0.%31/").value().host == "127.0.0.1");
}

TEST_CASE("urls: links lead where browsers think they do", "[http]") {
    const auto resolved = [](const char* link) {
        const auto url = resolve_url("https://a.example/b/c?d", link);
        return url ? *url : std::string{"none"};
    };
    CHECK(resolved("e") == "https://a.example/b/e");
    CHECK(resolved("/e?f#g") == "https://a.example/e?f");
    CHECK(resolved("//other.example/x") == "https://other.example/x");
    CHECK(resolved("http://other.example/x") == "http://other.example/x");
    CHECK(resolved("../e") == "https://a.example/e");
    CHECK(resolved(" e") == "none");
}
