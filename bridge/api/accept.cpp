#include "bridge/api/detail/accept.hpp"

#include <charconv>

namespace bridge::api::detail {
namespace {

constexpr int whole = 1'000;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The part in front of `separator`; `text` goes on behind it.
std::string_view next_part(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto part = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return part;
}

/// "0.8" -> 800; 1 when it cannot be read.
int quality(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = next_part(parameters, ';');
        if (!parameter.starts_with("q=")) continue;
        double value = 1;
        const auto text = parameter.substr(2);
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) return whole;
        return value >= 0 && value <= 1 ? static_cast<int>(value * whole) : whole;
    }
    return whole;
}

/// How exactly a range names a type: 3 itself, 2 "image/*", 1 "*/*", 0 not at all.
int fit(std::string_view range, std::string_view type) {
    if (range == type) return 3;
    if (range == "*/*" || range == "*") return 1;
    return range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1)) ? 2 : 0;
}

/// The most exact range decides.
int liking(std::string_view accept, std::string_view type) {
    int best_fit = 0;
    int result = 0;
    while (!accept.empty()) {
        std::string_view item = next_part(accept, ',');
        const int exactness = fit(next_part(item, ';'), type);
        if (exactness <= best_fit) continue;
        best_fit = exactness;
        result = quality(item);
    }
    return result;
}

}  // namespace

std::string_view preferred_type(std::string_view accept, std::initializer_list<std::string_view> offered) {
    if (trimmed(accept).empty()) return *offered.begin();
    std::string_view best;
    int best_liking = 0;
    for (const auto type : offered) {
        const int value = liking(accept, type);
        if (value <= best_liking) continue;
        best_liking = value;
        best = type;
    }
    return best;
}

}  // namespace bridge::api::detail
