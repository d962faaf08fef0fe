#include "common/clock/clock.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace common {
namespace {

/// Reads a text from left to right; once something did not fit, `ok` stays false.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    int digits(std::size_t count) {
        int value = 0;
        if (rest_.size() < count) return fail();
        const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + count, value);
        if (code != std::errc{} || end != rest_.data() + count || rest_.front() == '-') return fail();
        rest_.remove_prefix(count);
        return value;
    }
    bool skip(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view any_of) {
        if (!skip(any_of)) fail();
    }
    void skip_fraction() {
        if (!skip(".,")) return;
        const auto size = rest_.find_first_not_of("0123456789");
        if (size == 0 || rest_.empty()) fail();
        rest_.remove_prefix(std::min(size, rest_.size()));
    }
    bool next_is(char character) const noexcept { return !rest_.empty() && rest_.front() == character; }
    bool ended() const noexcept { return rest_.empty(); }
    bool ok() const noexcept { return ok_; }
    int fail() noexcept {
        ok_ = false;
        return 0;
    }

private:
    std::string_view rest_;
    bool ok_{true};
};

std::chrono::minutes read_offset(Reader& reader) {
    if (reader.ended() || reader.skip("Zz")) return std::chrono::minutes{0};
    const int sign = reader.next_is('-') ? -1 : 1;
    reader.expect("+-");
    const int hours = reader.digits(2);
    reader.skip(":");
    const int minutes = reader.digits(2);
    if (hours > 23 || minutes > 59) reader.fail();
    return std::chrono::minutes{sign * (hours * 60 + minutes)};
}

}  // namespace

std::string to_rfc3339(UnixTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    char text[40];
    const int size = std::snprintf(
        text,
        sizeof text,
        "%04d-%02u-%02uT%02d:%02d:%02dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    return std::string(text, static_cast<std::size_t>(size));
}

std::optional<UnixTime> parse_time(std::string_view text) {
    Reader reader{text};
    const int year = reader.digits(4);
    reader.expect("-");
    const int month = reader.digits(2);
    reader.expect("-");
    const int day = reader.digits(2);
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::chrono::minutes offset{0};
    if (reader.ok() && !reader.ended()) {
        reader.expect("Tt ");
        hour = reader.digits(2);
        reader.expect(":");
        minute = reader.digits(2);
        if (reader.skip(":")) {
            second = reader.digits(2);
            reader.skip_fraction();
        }
        offset = read_offset(reader);
    }
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!reader.ok() || !reader.ended() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} - offset;
}

}  // namespace common
