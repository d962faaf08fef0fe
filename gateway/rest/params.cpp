#include "gateway/rest/params.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gateway::rest {
namespace {

using common::json::Value;

std::string range_message(std::int64_t value, Range range) {
    if (value < range.least) return "Input should be greater than or equal to " + std::to_string(range.least);
    return "Input should be less than or equal to " + std::to_string(range.most);
}

std::string_view range_type(std::int64_t value, Range range) {
    return value < range.least ? "greater_than_equal" : "less_than_equal";
}

bool fits(std::int64_t value, Range range) noexcept { return value >= range.least && value <= range.most; }

}  // namespace

void Problems::add(std::string_view where, std::string_view field, std::string message, std::string_view type) {
    items_.push_back({std::string{where}, std::string{field}, std::move(message), std::string{type}});
}

common::http::Response Problems::response() const {
    common::json::Writer out;
    out.object().key("detail").array();
    for (const auto& item : items_) {
        out.object().key("loc").array().value(item.where);
        if (!item.field.empty()) out.value(item.field);
        out.end().field("msg", item.message).field("type", item.type).end();
    }
    out.end().end();
    return {422, "application/json", out.take()};
}

int QueryReader::integer(std::string_view name, int fallback, Range range) {
    const auto text = request_.query_value(name);
    if (!text) return fallback;
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code != std::errc{} || end != text->data() + text->size()) {
        problems_.add("query", name, "Input should be a valid integer", "int_parsing");
        return fallback;
    }
    if (fits(value, range)) return static_cast<int>(value);
    problems_.add("query", name, range_message(value, range), range_type(value, range));
    return fallback;
}

std::string QueryReader::text(std::string_view name, std::string_view fallback) {
    return std::string{request_.query_value(name).value_or(fallback)};
}

std::string QueryReader::one_of(std::string_view name, std::initializer_list<std::string_view> choices) {
    const auto given = request_.query_value(name).value_or(*choices.begin());
    std::string listed;
    for (const auto choice : choices) {
        if (choice == given) return std::string{given};
        listed += listed.empty() ? "'" : " or '";
        listed += choice;
        listed += '\'';
    }
    problems_.add("query", name, "Input should be " + listed, "literal_error");
    return std::string{*choices.begin()};
}

BodyReader::BodyReader(const common::http::Request& request, Problems& problems) : problems_{problems} {
    if (request.body.empty()) {
        problems_.add("body", "", "Field required", "missing");
        return;
    }
    auto parsed = common::json::Document::parse(request.body);
    if (!parsed && parsed.error() == common::json::Errc::too_deep) {
        problems_.add("body", "", "JSON is nested deeper than 64 levels", "json_invalid");
    } else if (!parsed) {
        problems_.add("body", "", "JSON decode error", "json_invalid");
    } else if (!parsed->root().is_object()) {
        problems_.add("body", "", "Input should be a valid dictionary", "dict_type");
    } else {
        document_.emplace(std::move(*parsed));
    }
}

Value BodyReader::member(std::string_view name) const { return document_ ? document_->root()[name] : Value{}; }

std::string BodyReader::required_text(std::string_view name) {
    if (!document_) return {};
    if (!member(name).exists()) {
        refuse(name, "Field required", "missing");
        return {};
    }
    if (member(name).is_null()) {
        refuse(name, "Input should be a valid string", "string_type");
        return {};
    }
    return text(name).value_or("");
}

std::optional<std::string> BodyReader::text(std::string_view name) {
    const auto value = member(name);
    if (!value.exists() || value.is_null()) return std::nullopt;
    const auto given = value.string();
    if (!given) {
        refuse(name, "Input should be a valid string", "string_type");
    } else if (given->size() > max_text) {
        refuse(name, "Input should have at most " + std::to_string(max_text) + " bytes", "string_too_long");
    } else {
        return std::string{*given};
    }
    return std::nullopt;
}

std::vector<std::string> BodyReader::texts(std::string_view name, std::size_t most, std::size_t longest) {
    const auto value = member(name);
    if (!value.exists() || value.is_null()) return {};
    std::vector<std::string> texts;
    if (!value.is_array()) {
        refuse(name, "Input should be a valid list", "list_type");
    } else if (value.size() > most) {
        refuse(name, "List should have at most " + std::to_string(most) + " items", "too_long");
    } else {
        for (std::size_t i = 0; i < value.size(); ++i) texts.push_back(value.at(i).string_or(""));
        const auto fits = [&](const std::string& text) { return !text.empty() && text.size() <= longest; };
        if (!std::all_of(texts.begin(), texts.end(), fits)) {
            refuse(name, "Items should be strings of 1 to " + std::to_string(longest) + " bytes", "string_type");
        }
    }
    return texts;
}

int BodyReader::integer(std::string_view name, int fallback, Range range) {
    const auto value = member(name);
    if (!value.exists()) return fallback;
    const auto given = value.integer();
    if (!given) {
        refuse(name, "Input should be a valid integer", "int_type");
    } else if (!fits(*given, range)) {
        refuse(name, range_message(*given, range), range_type(*given, range));
    } else {
        return static_cast<int>(*given);
    }
    return fallback;
}

bool BodyReader::boolean(std::string_view name, bool fallback) {
    const auto value = member(name);
    if (!value.exists()) return fallback;
    if (const auto given = value.boolean()) return *given;
    refuse(name, "Input should be a valid boolean", "bool_type");
    return fallback;
}

void BodyReader::refuse(std::string_view name, std::string message, std::string_view type) {
    problems_.add("body", name, std::move(message), type);
}

}  // namespace gateway::rest
