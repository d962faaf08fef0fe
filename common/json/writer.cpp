#include "common/bytes/utf8.hpp"
#include "common/json/json.hpp"

#include <charconv>
#include <cmath>

namespace common::json {
namespace {

/// Bytes that stand for themselves inside a JSON string.
bool is_plain(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
            out.push_back(hex[static_cast<unsigned char>(c) & 15]);
    }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() + 2);
    out.push_back('"');
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && is_plain(text[end])) ++end;
        out.append(text, at, end - at);
        at = end;
        if (at == text.size()) break;
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            append_escape(out, text[at++]);
        } else if (const std::size_t size = utf8_sequence(text.substr(at)); size != 0) {
            out.append(text, at, size);
            at += size;
        } else {
            out += "\xEF\xBF\xBD";
            ++at;
        }
    }
    out.push_back('"');
}

void Writer::separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
}

Writer& Writer::open(char opening, char closing) {
    separate();
    out_.push_back(opening);
    closers_.push_back(closing);
    needs_comma_ = false;
    return *this;
}

Writer& Writer::end() {
    out_.push_back(closers_.back());
    closers_.pop_back();
    needs_comma_ = true;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    separate();
    append_quoted(out_, name);
    out_.push_back(':');
    needs_comma_ = false;
    return *this;
}

Writer& Writer::value(std::string_view text) {
    separate();
    append_quoted(out_, text);
    return *this;
}

Writer& Writer::value(double number) {
    if (!std::isfinite(number)) return null();
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
}

Writer& Writer::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

}  // namespace common::json
