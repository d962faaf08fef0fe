#include "common/clock/clock.hpp"

#include <catch2/catch.hpp>

using namespace common;
using namespace std::chrono_literals;

namespace {

UnixTime at(std::int64_t seconds) { return UnixTime{std::chrono::seconds{seconds}}; }

}  // namespace

TEST_CASE("clock: a fake clock moves only when told to", "[clock]") {
    FakeClock clock{UnixMillis{1'700'000'000'900ms}};
    CHECK(clock.now_ms() == UnixMillis{1'700'000'000'900ms});
    CHECK(clock.now() == at(1'700'000'000));
    clock.advance(100ms);
    CHECK(clock.now() == at(1'700'000'001));
}

TEST_CASE("clock: the machine's clock is past the writing of this test and does not stand still for ever", "[clock]") {
    const SystemClock clock;
    CHECK(clock.now() > at(1'750'000'000));
    CHECK(clock.now_ms() - clock.now() < 2s);
}

TEST_CASE("clock: times are written as RFC 3339 in UTC", "[clock]") {
    CHECK(to_rfc3339(at(0)) == "1970-01-01T00:00:00Z");
    CHECK(to_rfc3339(at(951'782'399)) == "2000-02-28T23:59:59Z");
    CHECK(to_rfc3339(at(951'782'400)) == "2000-02-29T00:00:00Z");
    CHECK(to_rfc3339(at(4'102'444'799)) == "2099-12-31T23:59:59Z");
    CHECK(to_rfc3339(at(-1)) == "1969-12-31T23:59:59Z");
}
