#include "common/config/parse.hpp"

#include <catch2/catch.hpp>

using namespace common::config;
using namespace std::chrono_literals;

TEST_CASE("host and port: names, IPv4 and bracketed IPv6 are read", "[config]") {
    CHECK(parse_host_port("127.0.0.1:8080").value() == HostPort{"127.0.0.1", 8080});
    CHECK(parse_host_port("localhost:0").value() == HostPort{"localhost", 0});
    CHECK(parse_host_port("[::1]:65535").value() == HostPort{"::1", 65535});
}

TEST_CASE("host and port: anything else is refused", "[config]") {
    for (const char* text :
         {"",
          ":",
          "8080",
          ":8080",
          "host",
          "host:",
          "host:-1",
          "host:65536",
          "host:80x",
          "::1:80",
          "[]:80",
          "[::1]",
          "[::1",
          "host: 80",
          "host:+80",
          "host:99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_host_port(text));
    }
}

TEST_CASE("loopback: only addresses of this machine count", "[config]") {
    for (const char* host : {"localhost", "127.0.0.1", "127.255.0.9", "::1"}) {
        CAPTURE(host);
        CHECK(is_loopback(host));
    }
    for (const char* host :
         {"", "0.0.0.0", "::", "10.0.0.1", "127.0.0", "127.0.0.1.example", "127.0.0.256", "128.0.0.1", "127."}) {
        CAPTURE(host);
        CHECK_FALSE(is_loopback(host));
    }
}

TEST_CASE("duration: a number with its unit", "[config]") {
    CHECK(parse_duration("0s").value() == 0ms);
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("75s").value() == 75s);
    CHECK(parse_duration("5m").value() == 5min);
    CHECK(parse_duration("2h").value() == 2h);
    CHECK(parse_duration("7d").value() == 168h);
}

TEST_CASE("duration: no unit, other units, signs and overflow are refused", "[config]") {
    for (const char* text :
         {"",
          "5",
          "s",
          "-5s",
          "+5s",
          "5 s",
          "5S",
          "5y",
          "1.5s",
          "5s5",
          "9223372036854775807d",
          "36526d",
          "99999999999999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("toggle: the usual words, and nothing else", "[config]") {
    for (const char* text : {"true", "yes", "on", "1"}) CHECK(parse_toggle(text).value());
    for (const char* text : {"false", "no", "off", "0"}) CHECK_FALSE(parse_toggle(text).value());
    for (const char* text : {"", "True", "2", "maybe", "true "}) CHECK_FALSE(parse_toggle(text));
}
