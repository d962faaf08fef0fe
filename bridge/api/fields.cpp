#include "bridge/api/detail/fields.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bridge::api::detail {
namespace {

using common::json::Value;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string at_most(std::size_t longest) { return "must be text of at most " + std::to_string(longest) + " bytes"; }

std::string whole_number(std::int64_t least, std::int64_t most) {
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

constexpr std::string_view address_form = "must be a JID or a phone number";
constexpr std::string_view time_form = "must be a time like 2026-01-31T12:00:00Z";

}  // namespace

void Fields::report(std::string_view name, std::string_view what) { problem_.report(path_ + std::string{name}, what); }

Value Fields::value(std::string_view name) {
    read_.push_back(name);
    const Value member = object_[name];
    return member.is_null() ? Value{} : member;
}

bool Fields::has(std::string_view name) const noexcept {
    const Value member = object_[name];
    return member.exists() && !member.is_null();
}

std::string Fields::text(std::string_view name, std::size_t longest) {
    const Value member = value(name);
    if (!member.exists()) return {};
    const auto text = member.string();
    if (text && text->size() <= longest) return std::string{*text};
    report(name, text ? at_most(longest) : "must be text");
    return {};
}

std::string Fields::needed_text(std::string_view name, std::size_t longest) {
    std::string text = this->text(name, longest);
    if (is_blank(text)) report(name, "must not be empty");
    return text;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const Value member = value(name);
    if (!member.exists()) return fallback;
    const auto number = member.integer();
    if (number && *number >= least && *number <= most) return *number;
    report(name, whole_number(least, most));
    return fallback;
}

double Fields::needed_number(std::string_view name, double least, double most) {
    const auto number = value(name).number();
    if (number && std::isfinite(*number) && *number >= least && *number <= most) return *number;
    report(
        name,
        "must be a number from " + std::to_string(std::llround(least)) + " to " + std::to_string(std::llround(most))
    );
    return 0;
}

bool Fields::flag(std::string_view name, bool fallback) {
    const Value member = value(name);
    if (!member.exists()) return fallback;
    const auto flag = member.boolean();
    if (!flag) report(name, "must be true or false");
    return flag.value_or(fallback);
}

std::optional<UnixTime> Fields::time(std::string_view name) {
    const Value member = value(name);
    if (!member.exists()) return std::nullopt;
    const auto text = member.string();
    const auto time = text ? common::parse_time(*text) : std::nullopt;
    // The wire counts seconds from the epoch, without a sign.
    if (!time || time->time_since_epoch().count() < 0) {
        report(name, time_form);
        return std::nullopt;
    }
    return time;
}

UnixTime Fields::needed_time(std::string_view name) {
    const auto time = this->time(name);
    if (!time) report(name, time_form);
    return time.value_or(UnixTime{});
}

common::Bytes Fields::bytes(std::string_view name, std::size_t most) {
    const Value member = value(name);
    if (!member.exists()) return {};
    const auto text = member.string();
    if (text && text->size() <= most * 4 / 3 + 4) {
        auto decoded = common::from_base64(*text);
        if (decoded && decoded->size() <= most) return std::move(*decoded);
    }
    report(name, "must be base64 of at most " + std::to_string(most) + " bytes");
    return {};
}

std::size_t Fields::one_of(std::string_view name, std::initializer_list<std::string_view> names, std::size_t fallback) {
    const Value member = value(name);
    if (!member.exists()) return fallback;
    if (const auto text = member.string()) {
        const auto* const found = std::find(names.begin(), names.end(), *text);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    }
    std::string choices;
    for (const std::string_view choice : names) choices += (choices.empty() ? "" : ", ") + std::string{choice};
    report(name, "must be one of " + choices);
    return fallback;
}

std::optional<whatsapp::Jid> Fields::address(std::string_view name) {
    const Value member = value(name);
    if (!member.exists()) return std::nullopt;
    if (const auto text = member.string()) {
        if (auto jid = whatsapp::Jid::parse_recipient(*text)) return jid->normalised().bare();
    }
    report(name, address_form);
    return std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t most, std::size_t longest) {
    const Value list = value(name);
    std::vector<std::string> texts;
    if (!list.exists()) return texts;
    if (!list.is_array() || list.size() > most) {
        report(name, "must be a list of at most " + std::to_string(most) + " texts");
        return texts;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto text = list.at(i).string();
        if (text && !is_blank(*text) && text->size() <= longest) {
            texts.emplace_back(*text);
        } else {
            report(name, "must hold texts of 1 to " + std::to_string(longest) + " bytes");
        }
    }
    return texts;
}

std::vector<whatsapp::Jid> Fields::addresses(std::string_view name, std::size_t most) {
    const Value list = value(name);
    std::vector<whatsapp::Jid> found;
    if (!list.exists()) return found;
    if (!list.is_array() || list.size() > most) {
        report(name, "must be a list of at most " + std::to_string(most) + " JIDs or phone numbers");
        return found;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto jid = whatsapp::Jid::parse_recipient(list.at(i).string_or(""));
        if (jid) {
            found.push_back(jid->normalised().bare());
        } else {
            report(name, "must hold JIDs or phone numbers");
        }
    }
    return found;
}

Fields Fields::object(std::string_view name) {
    Value member = value(name);
    if (member.exists() && !member.is_object()) {
        report(name, "must be an object");
        member = Value{};
    }
    return {member, problem_, path_ + std::string{name} + "."};
}

std::vector<Fields> Fields::objects(std::string_view name, std::size_t most) {
    const Value list = value(name);
    std::vector<Fields> found;
    if (!list.exists()) return found;
    if (!list.is_array() || list.size() > most) {
        report(name, "must be a list of at most " + std::to_string(most) + " objects");
        return found;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string path = path_ + std::string{name} + "." + std::to_string(i);
        if (list.at(i).is_object()) {
            found.emplace_back(list.at(i), problem_, path + ".");
        } else {
            problem_.report(path, "must be an object");
        }
    }
    return found;
}

void Fields::refuse_others() {
    for (const std::string_view key : object_.keys()) {
        if (std::find(read_.begin(), read_.end(), key) != read_.end()) continue;
        constexpr std::size_t longest_shown = 40;
        report(key.substr(0, longest_shown), "is not a field of this request");
        return;
    }
}

}  // namespace bridge::api::detail
