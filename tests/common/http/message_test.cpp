#include "common/http/message.hpp"

#include "common/http/detail/dial.hpp"
#include "common/http/detail/parser.hpp"
#include "common/http/detail/response_head.hpp"

#include <catch2/catch.hpp>

using namespace common::http;

TEST_CASE("headers: names compare without case and keep their order", "[http]") {
    Headers headers;
    headers.add("Accept", "a");
    headers.add("accept", "b");
    headers.add("Host", "h");
    CHECK(headers.find("ACCEPT") == "a");
    CHECK_FALSE(headers.find("Accep"));
    headers.set("aCCept", "c");
    REQUIRE(headers.all().size() == 2);
    CHECK(headers.find("accept") == "c");
    CHECK(headers.all()[0].first == "Host");
}

TEST_CASE("percent encoding: decoding undoes encoding, and what is no escape stays", "[http]") {
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
    CHECK(percent_decode(percent_encode(all)) == all);
    CHECK(percent_encode("a-b_c.d~e/f@g ") == "a-b_c.d~e%2Ff%40g%20");
    CHECK(percent_decode("%41%6a%zz%4%") == "Aj%zz%4%");
    CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("targets: path and query are decoded, other forms refused", "[http]") {
    Request request;
    REQUIRE(detail::read_target("/a%2Fb/c%20d?x=1&y=%26+z&&flag&x=2&=e", request));
    CHECK(request.path == "/a/b/c d");
    CHECK(request.query_value("x") == "1");
    CHECK(request.query_value("y") == "& z");
    CHECK(request.query_value("flag") == "");
    CHECK(request.query.size() == 5);
    CHECK_FALSE(request.query_value("z"));
    for (const char* bad : {"", "a", "*", "ftp://x/", "/a%00"}) {
        Request other;
        CHECK_FALSE(detail::read_target(bad, other));
    }
}

TEST_CASE("URLs: what is needed to connect is read", "[http]") {
    const auto named = detail::parse_url("wss://web.whatsapp.com/ws/chat?ED=1#x", "ws", "wss");
    REQUIRE(named);
    CHECK(named->tls);
    CHECK(named->host == "web.whatsapp.com");
    CHECK(named->port == 443);
    CHECK(named->authority == "web.whatsapp.com");
    CHECK(named->path == "/ws/chat?ED=1");
    const auto address = detail::parse_url("http://[::1]:8080", "http", "https");
    REQUIRE(address);
    CHECK_FALSE(address->tls);
    CHECK(address->host == "::1");
    CHECK(address->port == 8080);
    CHECK(address->authority == "[::1]:8080");
    CHECK(address->path == "/");
}

TEST_CASE("dates: the form of RFC 9110", "[http]") {
    CHECK(detail::http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}
