#include "bridge/api/detail/params.hpp"

#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/fields.hpp"

#include <charconv>
#include <utility>

namespace bridge::api::detail {
namespace {

constexpr std::size_t longest_text = 4'096;
constexpr std::string_view time_form = "must be a time like 2026-01-31T12:00:00Z";

template <class T>
std::optional<T> to_number(std::string_view text) {
    T number{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string range_text(int least, int most) {
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace

void Problem::report(std::string_view field, std::string_view what) {
    report(422, std::string{field} + ": " + std::string{what});
}

void Problem::report(unsigned status, std::string detail) {
    if (response_) return;
    response_ = refusal(status, detail);
    detail_ = std::move(detail);
}

int QueryReader::integer(std::string_view name, int fallback, int least, int most) {
    const auto text = request_.query_value(name);
    if (!text) return fallback;
    const auto number = to_number<int>(*text);
    if (number && *number >= least && *number <= most) return *number;
    problem_.report(name, range_text(least, most));
    return fallback;
}

std::string QueryReader::text(std::string_view name) { return optional_text(name).value_or(""); }

std::optional<std::string> QueryReader::optional_text(std::string_view name) {
    const auto text = request_.query_value(name);
    if (!text || text->empty()) return std::nullopt;
    if (text->size() > longest_text) problem_.report(name, "is too long");
    return std::string{*text};
}

std::optional<UnixTime> QueryReader::time(std::string_view name) {
    const auto text = optional_text(name);
    if (!text) return std::nullopt;
    const auto time = common::parse_time(*text);
    if (!time) problem_.report(name, time_form);
    return time;
}

std::optional<std::int64_t> QueryReader::sequence(std::string_view name) {
    const auto text = request_.query_value(name);
    if (!text) return std::nullopt;
    const auto number = to_number<std::int64_t>(*text);
    if (number && *number >= 0) return number;
    problem_.report(name, "must be the sequence number of an event");
    return std::nullopt;
}

BodyReader::BodyReader(const Request& request) {
    auto parsed = common::json::Document::parse(request.body);
    if (!parsed && parsed.error() == common::json::Errc::too_deep) {
        problem_.report(400, "The body is nested deeper than 64 levels.");
    } else if (!parsed) {
        problem_.report(400, "The body is not valid JSON.");
    } else if (!parsed->root().is_object()) {
        problem_.report("body", "must be a JSON object");
    } else {
        document_.emplace(std::move(*parsed));
    }
}

Fields BodyReader::fields() { return {document_ ? document_->root() : common::json::Value{}, problem_}; }

common::json::Value BodyReader::value(std::string_view name) const {
    return document_ ? document_->root()[name] : common::json::Value{};
}

int BodyReader::integer(std::string_view name, int fallback, int least, int most) {
    const auto given = value(name);
    if (!given.exists() || given.is_null()) return fallback;
    const auto number = given.integer();
    if (number && *number >= least && *number <= most) return static_cast<int>(*number);
    problem_.report(name, range_text(least, most));
    return fallback;
}

std::string BodyReader::text(std::string_view name) { return optional_text(name).value_or(""); }

std::optional<std::string> BodyReader::optional_text(std::string_view name) {
    const auto given = value(name);
    if (!given.exists() || given.is_null()) return std::nullopt;
    const auto text = given.string();
    if (!text) problem_.report(name, "must be text");
    if (!text || text->empty()) return std::nullopt;
    return std::string{*text};
}

std::vector<std::string> BodyReader::texts(std::string_view name, std::size_t most, std::size_t longest) {
    const auto given = value(name);
    if (!given.exists() || given.is_null()) return {};
    std::vector<std::string> texts;
    if (!given.is_array() || given.size() > most) {
        problem_.report(name, "must be a list of at most " + std::to_string(most) + " texts");
        return texts;
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto text = given.at(i).string();
        if (text && !text->empty() && text->size() <= longest) {
            texts.emplace_back(*text);
        } else {
            problem_.report(name, "must hold texts of 1 to " + std::to_string(longest) + " bytes");
        }
    }
    return texts;
}

std::optional<UnixTime> BodyReader::time(std::string_view name) {
    const auto text = optional_text(name);
    if (!text) return std::nullopt;
    const auto time = common::parse_time(*text);
    if (!time) problem_.report(name, time_form);
    return time;
}

}  // namespace bridge::api::detail
