#include "common/http/disposition.hpp"

#include "common/bytes/utf8.hpp"
#include "common/http/detail/text.hpp"
#include "common/http/message.hpp"

#include <algorithm>

namespace common::http {
namespace {

constexpr std::size_t longest_file_name = 200;
constexpr std::size_t longest_type = 127;

bool is_token_char(char c) noexcept {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

std::string lowered(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), detail::lower);
    return out;
}

/// Reads parameters off the front of a header's rest: `; name=value; name="quoted \" value"`.
class Parameters {
public:
    explicit Parameters(std::string_view rest) noexcept : rest_{rest} {}

    /// False at the end, or where nothing can be made of what follows.
    bool next(std::string& name, std::string& value) {
        skip(" \t;");
        const auto equals = rest_.find('=');
        if (equals == std::string_view::npos) return false;
        name = lowered(detail::trimmed(rest_.substr(0, equals)));
        rest_.remove_prefix(equals + 1);
        skip(" \t");
        value.clear();
        if (rest_.starts_with('"')) return quoted(value);
        const auto end = std::min(rest_.find(';'), rest_.size());
        value = detail::trimmed(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return true;
    }

private:
    void skip(std::string_view chars) { rest_.remove_prefix(std::min(rest_.find_first_not_of(chars), rest_.size())); }
    bool quoted(std::string& value) {
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return true;
            }
            // Browsers escape nothing but quotes; a Windows path has backslashes of its own.
            if (rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\')) ++i;
            value += rest_[i];
        }
        return false;
    }

    std::string_view rest_;
};

/// `UTF-8''na%C3%AFve.txt` (RFC 8187); nothing for other character sets.
std::optional<std::string> extended_value(std::string_view text) {
    const auto charset_end = text.find('\'');
    if (charset_end == std::string_view::npos || !detail::iequals(text.substr(0, charset_end), "utf-8"))
        return std::nullopt;
    const auto language_end = text.find('\'', charset_end + 1);
    if (language_end == std::string_view::npos) return std::nullopt;
    return percent_decode(text.substr(language_end + 1));
}

}  // namespace

Disposition parse_disposition(std::string_view value) {
    Disposition out;
    const auto end = std::min(value.find(';'), value.size());
    out.type = lowered(detail::trimmed(value.substr(0, end)));
    Parameters parameters{value.substr(end)};
    std::string name;
    std::string text;
    bool extended = false;
    while (parameters.next(name, text)) {
        if (name == "name") out.name = text;
        if (name == "filename" && !extended) out.file_name = text;
        if (name != "filename*") continue;
        if (auto decoded = extended_value(text)) {
            out.file_name = std::move(*decoded);
            extended = true;
        }
    }
    return out;
}

std::string safe_file_name(std::string_view name) {
    if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::string out;
    while (!name.empty()) {
        const std::size_t size = utf8_sequence(name);
        const auto first = static_cast<unsigned char>(name.front());
        if (out.size() + size > longest_file_name) break;
        const bool control = size == 1 && (first < 0x20 || first == 0x7F);
        if (size > 0 && !control) out += name.substr(0, size);
        name.remove_prefix(std::max<std::size_t>(size, 1));
    }
    out = detail::trimmed(out);
    return out == "." || out == ".." ? std::string{} : out;
}

std::string attachment(std::string_view file_name) {
    std::string plain;
    bool is_plain = true;
    for (const char c : file_name) {
        const bool fits = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%';
        is_plain = is_plain && fits;
        // Of a character of several bytes one sign stays.
        if (fits || (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) plain += fits ? c : '_';
    }
    std::string out = "attachment";
    if (!file_name.empty()) out += "; filename=\"" + plain + '"';
    if (!is_plain) out += "; filename*=UTF-8''" + percent_encode(file_name);
    return out;
}

std::string safe_content_type(std::string_view type) {
    const std::string_view media = detail::trimmed(type.substr(0, std::min(type.find(';'), type.size())));
    const auto slash = media.find('/');
    const auto is_token = [](std::string_view text) {
        return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
    };
    const bool fits = slash != std::string_view::npos && is_token(media.substr(0, slash)) &&
                      is_token(media.substr(slash + 1)) && type.size() <= longest_type &&
                      std::all_of(type.begin(), type.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    return fits ? std::string{type} : "application/octet-stream";
}

}  // namespace common::http
