#include "bridge/api/detail/params.hpp"

#include <algorithm>

namespace bridge::api::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `text` against a form in which 0 stands for a digit and any other character for itself.
bool has_form(std::string_view text, std::string_view form) {
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
        return wanted == '0' ? is_digit(c) : c == wanted;
    });
}

int two_digits(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

/// Takes "Z", "+01:00", "-0130" or nothing off the end.
std::optional<std::chrono::minutes> take_offset(std::string_view& time) {
    const auto start = time.find_first_of("Zz+-");
    if (start == std::string_view::npos) return std::chrono::minutes{0};
    const std::string_view offset = time.substr(start);
    time = time.substr(0, start);
    if (offset == "Z" || offset == "z") return std::chrono::minutes{0};
    const bool with_colon = has_form(offset.substr(1), "00:00");
    if (!with_colon && !has_form(offset.substr(1), "0000")) return std::nullopt;
    const int hours = two_digits(offset, 1);
    const int minutes = two_digits(offset, with_colon ? 4 : 3);
    if (hours > 23 || minutes > 59) return std::nullopt;
    const int total = hours * 60 + minutes;
    return std::chrono::minutes{offset.front() == '-' ? -total : total};
}

std::optional<std::chrono::seconds> parse_time_of_day(std::string_view time) {
    if (const auto fraction = time.find('.'); fraction != std::string_view::npos) {
        const std::string_view digits = time.substr(fraction + 1);
        if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
        time = time.substr(0, fraction);
        if (!has_form(time, "00:00:00")) return std::nullopt;
    }
    const bool with_seconds = has_form(time, "00:00:00");
    if (!with_seconds && !has_form(time, "00:00")) return std::nullopt;
    const int hours = two_digits(time, 0);
    const int minutes = two_digits(time, 3);
    const int seconds = with_seconds ? two_digits(time, 6) : 0;
    if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
    return std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
}

}  // namespace

std::optional<UnixTime> parse_time(std::string_view text) {
    constexpr std::size_t date_size = 10;
    const std::string_view date = text.substr(0, date_size);
    if (!has_form(date, "0000-00-00")) return std::nullopt;
    const std::chrono::year_month_day day{
        std::chrono::year{two_digits(date, 0) * 100 + two_digits(date, 2)},
        std::chrono::month{static_cast<unsigned>(two_digits(date, 5))},
        std::chrono::day{static_cast<unsigned>(two_digits(date, 8))}};
    if (!day.ok()) return std::nullopt;
    if (text.size() == date_size) return std::chrono::sys_days{day};

    std::string_view time = text.substr(date_size + 1);
    const char separator = text[date_size];
    const auto offset = take_offset(time);
    const auto time_of_day = parse_time_of_day(time);
    if ((separator != 'T' && separator != 't' && separator != ' ') || !offset || !time_of_day) return std::nullopt;
    return std::chrono::sys_days{day} + *time_of_day - *offset;
}

}  // namespace bridge::api::detail
