#include "gateway/operations/operations.hpp"

#include <catch2/catch.hpp>

using gateway::operations::parse_time;

namespace {

std::string read(std::string_view text) {
    const auto time = parse_time(text);
    return time ? common::to_rfc3339(*time) : "nothing";
}

}  // namespace

TEST_CASE("times are read in the forms that clients write", "[gateway]") {
    CHECK(read("2026-01-31") == "2026-01-31T00:00:00Z");
    CHECK(read("2026-01-31T12:30") == "2026-01-31T12:30:00Z");
    CHECK(read("2026-01-31 12:30:05") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05.123456") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05Z") == "2026-01-31T12:30:05Z");
    CHECK(read("2026-01-31T12:30:05+02:00") == "2026-01-31T10:30:05Z");
    CHECK(read("2026-01-31T23:30:05-0100") == "2026-02-01T00:30:05Z");
}

TEST_CASE("every prefix of a time is a time or nothing", "[gateway]") {
    const std::string_view whole = "2026-01-31T12:30:05.5+02:00";
    const std::vector<std::size_t> complete{10, 16, 19, 21, 27};
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        INFO(whole.substr(0, size));
        const bool wanted = std::find(complete.begin(), complete.end(), size) != complete.end();
        CHECK(parse_time(whole.substr(0, size)).has_value() == wanted);
    }
}

TEST_CASE("what is no time is refused", "[gateway]") {
    for (const auto* text :
         {"",
          "now",
          "2026-00-10",
          "2026-02-29",
          "2026-01-31T24:00",
          "2026-01-31T12:60",
          "-026-01-31",
          "2026-01-31T12:30Zx",
          "2026-01-31x12:30",
          "2026-01-31T12:30:05.",
          "2026-01-31T1-:30"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text).has_value());
    }
}
