#include "bridge/api/detail/params.hpp"

#include <catch2/catch.hpp>

namespace bridge::api::detail {

TEST_CASE("times are read with and without day time, fraction and offset", "[api]") {
    const UnixTime noon{std::chrono::seconds{1'769'860'800}};
    for (const char* text :
         {"2026-01-31T12:00:00Z",
          "2026-01-31 12:00:00",
          "2026-01-31t12:00:00.123z",
          "2026-01-31T12:00",
          "2026-01-31T13:30:00+01:30",
          "2026-01-31T07:00:00-0500"}) {
        INFO(text);
        CHECK(parse_time(text) == noon);
    }
    CHECK(parse_time("2026-01-31") == noon - std::chrono::hours{12});
}

TEST_CASE("other texts are no times", "[api]") {
    for (const char* text :
         {"",
          "yesterday",
          "2026-13-01",
          "2026-02-30",
          "2026-01-31T",
          "2026-01-31X12:00:00",
          "2026-01-31T24:00:00",
          "2026-01-31T12:60:00",
          "2026-01-31T12:00:60Z",
          "2026-01-31T12:00:00+25:00",
          "2026-01-31T12:00:00+1",
          "2026-01-31T12:00:00.Z",
          "2026-01-31T12:00:00ZZ",
          "2026-01-31T12:00:00.5x",
          "2026-1-1",
          "20260131"}) {
        INFO(text);
        CHECK_FALSE(parse_time(text));
    }
}

}  // namespace bridge::api::detail
