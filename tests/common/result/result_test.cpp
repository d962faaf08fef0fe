#include "common/result/result.hpp"

#include <boost/asio/error.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <vector>

using namespace common;

namespace {

enum class Weather { rain = 1, snow };

constexpr ErrcInfo describe(Weather code) {
    switch (code) {
        case Weather::rain: return {Kind::unavailable, "it rains"};
        case Weather::snow: return {Kind::conflict, "it snows"};
    }
    return {Kind::internal, "unknown weather"};
}

enum class Mood { bad = 1 };

constexpr ErrcInfo describe(Mood) { return {Kind::invalid, "bad mood"}; }

Result<int> forecast(bool fine) {
    if (!fine) return Weather::rain;
    return 21;
}

Status walk(bool fine) {
    if (const auto degrees = forecast(fine); !degrees) return degrees.error().within("look out");
    return {};
}

}  // namespace

TEST_CASE("result: holds a value or an error", "[result]") {
    CHECK(forecast(true).value() == 21);
    CHECK_FALSE(forecast(false));
    CHECK(walk(true));
    CHECK_FALSE(walk(false));
}

TEST_CASE("result: moves values that do not copy", "[result]") {
    Result<std::unique_ptr<int>> result{std::make_unique<int>(7)};
    const std::unique_ptr<int> taken = std::move(result).value();
    CHECK(*taken == 7);
}

TEST_CASE("result: asking a failure for its value throws with the whole story", "[result]") {
    CHECK_THROWS_WITH(walk(false).value(), "look out: it rains");
    CHECK_THROWS_AS(forecast(false).value(), std::runtime_error);
}

TEST_CASE("error: keeps code, kind and sentence of its room", "[result]") {
    const Error error = Weather::snow;
    CHECK(error == Weather::snow);
    CHECK_FALSE(error == Weather::rain);
    CHECK(error.kind() == Kind::conflict);
    CHECK(error.text() == "it snows");
    CHECK(error.detail().empty());
}

TEST_CASE("error: equal numbers of different rooms are different errors", "[result]") {
    const Error error = Weather::rain;
    CHECK_FALSE(error == Mood::bad);
    CHECK_FALSE(error == Errc::invalid_argument);
}

TEST_CASE("error: every level adds what it was doing, outermost first", "[result]") {
    const Error error = Error{Weather::rain, "12 mm"}.within("read gauge").within("plan walk");
    CHECK(error.message() == "plan walk: read gauge: it rains (12 mm)");
    CHECK(error.text() == "it rains");
    CHECK(error == Weather::rain);
}

TEST_CASE("error: adding a level to a named error leaves that one as it was", "[result]") {
    const Error error = Weather::rain;
    const Error outer = error.within("plan walk");
    CHECK(error.message() == "it rains");
    CHECK(outer.message() == "plan walk: it rains");
}

TEST_CASE("error: failures of Asio say what a caller can do", "[result]") {
    CHECK(Error{make_error_code(boost::asio::error::operation_aborted)}.kind() == Kind::cancelled);
    CHECK(Error{make_error_code(boost::asio::error::timed_out)}.kind() == Kind::timed_out);
    CHECK(Error{make_error_code(boost::asio::error::connection_refused)}.kind() == Kind::unavailable);
    CHECK_FALSE(Error{make_error_code(boost::asio::error::timed_out)} == Errc::timed_out);
}

TEST_CASE("kind: every kind has a name of its own", "[result]") {
    const std::vector<Kind> kinds{
        Kind::invalid,
        Kind::unauthorized,
        Kind::not_found,
        Kind::conflict,
        Kind::unavailable,
        Kind::timed_out,
        Kind::cancelled,
        Kind::internal};
    for (const Kind a : kinds) {
        for (const Kind b : kinds) CHECK((name(a) == name(b)) == (a == b));
    }
}
