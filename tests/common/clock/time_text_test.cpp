#include "common/clock/clock.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

using common::parse_time;
using common::to_rfc3339;

namespace {

std::string read(std::string_view text) {
    const auto time = parse_time(text);
    return time ? common::to_rfc3339(*time) : "nothing";
}

}  // namespace

TEST_CASE("clock: times are read in the forms that clients write", "[clock]") {
    CHECK(read("2026-01-31") == "2026-01-31T00:00:00Z");
    CHECK(read("2026-01-31T12:30") == "2026-01-31T12:30:00Z");
    CHECK(read("2026-01-31 12:30:05") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05.123456") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05Z") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05+02:00") == "2026-01-31T10:30:05Z");
    CHECK(read("2026-01-31T23:30:05-0100") == "2026-02-01T00:30:05Z");
    CHECK(read("2026-01-31T13:30:00+01:30") == "2026-01-31T12:00:00Z");
    CHECK(read("2026-01-31t12:00:00,123z") == "2026-01-31T12:00:00Z");
    CHECK(read("2024-02-29") == "2024-02-29T00:00:00Z");
    CHECK(read("0000-01-01T00:00-2359") == "0000-01-01T23:59:00Z");
}

TEST_CASE("clock: what is written is read again", "[clock]") {
    for (const std::int64_t seconds : {0LL, -1LL, 951'782'399LL, 1'769'860'800LL, 253'402'300'799LL}) {
        const common::UnixTime time{std::chrono::seconds{seconds}};
        CHECK(parse_time(to_rfc3339(time)) == time);
    }
}

TEST_CASE("clock: every prefix of a time is a time or nothing", "[clock]") {
    const std::string_view whole = "2026-01-31T12:30:05.5+02:00";
    const std::vector<std::size_t> complete{10, 16, 19, 21, 27};
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        INFO(whole.substr(0, size));
        const bool wanted = std::find(complete.begin(), complete.end(), size) != complete.end();
        CHECK(parse_time(whole.substr(0, size)).has_value() == wanted);
    }
}

TEST_CASE("clock: what is no time is refused", "[clock]") {
    for (const auto* text :
         {"",
          "now",
          "2026-13-01",
          "2026-1-1",
          "20260131",
          "2026-01-31T",
          "2026-00-10",
          "2026-02-29",
          "2026-01-31T24:00",
          "2026-01-31T12:60",
          "2026-01-31T12:00:60Z",
          "2026-01-31T12:00:00+25:00",
          "2026-01-31T12:00:00+1",
          "2026-01-31T12:00:00.Z",
          "2026-01-31T12:00:00ZZ",
          "2026-01-31T12:00:00.5x",
          "-026-01-31",
          "2026-01-31T12:30Zx",
          "2026-01-31x12:30",
          "2026-01-31T12:30:05.",
          "2026-01-31T1-:30"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text).has_value());
    }
}
