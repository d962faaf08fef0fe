#include "common/http/address.hpp"

#include <catch2/catch.hpp>

using common::http::is_public;
using common::http::parse_address;

TEST_CASE("addresses: private, local, reserved and disguised ones are not public", "[http]") {
    for (const auto text :
         {"0.0.0.0",
          "10.255.255.255",
          "100.64.0.1",
          "100.127.255.255",
          "127.0.0.1",
          "127.255.0.1",
          "169.254.169.254",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.8",
          "192.0.2.1",
          "192.168.0.1",
          "198.18.0.1",
          "198.19.255.255",
          "198.51.100.7",
          "203.0.113.9",
          "224.0.0.1",
          "239.1.1.1",
          "240.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "::127.0.0.1",
          "::ffff:127.0.0.1",
          "::ffff:10.0.0.1",
          "64:ff9b::10.0.0.1",
          "2002:7f00:1::",
          "2002:a00:1::1",
          "2001:0:4136:e378::1",
          "2001:db8::1",
          "fc00::1",
          "fdff::1",
          "fe80::1",
          "fec0::1",
          "ff02::1",
          "100::1"}) {
        INFO(text);
        const auto address = parse_address(text);
        REQUIRE(address.has_value());
        CHECK_FALSE(is_public(*address));
    }
}

TEST_CASE("addresses: the neighbours of what is reserved are public", "[http]") {
    for (const auto text :
         {"1.1.1.1",         "9.255.255.255", "11.0.0.0",        "100.63.255.255",   "100.128.0.0",
          "126.255.255.255", "128.0.0.1",     "169.253.255.255", "172.15.255.255",   "172.32.0.0",
          "192.167.255.255", "192.169.0.0",   "198.17.255.255",  "198.20.0.0",       "223.255.255.255",
          "2606:4700::1",    "2a00:1450::1",  "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
        INFO(text);
        const auto address = parse_address(text);
        REQUIRE(address.has_value());
        CHECK(is_public(*address));
    }
}

TEST_CASE("addresses: short forms and names are no addresses", "[http]") {
    for (const auto text : {"", "127.1", "2130706433", "0x7f000001", "localhost", "[::1]", "1.2.3.4 ", "1.2.3.4:80"}) {
        INFO(text);
        CHECK_FALSE(parse_address(text).has_value());
    }
}
