/// Structured log lines on stderr: `log::info("connected", {{"jid", log::redacted(jid)}, {"attempt", 3}})`.
///
/// Never message text, keys, tokens or whole phone numbers. Level `error` is for our own bugs, `warn` for a lost
/// network.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace common::log {

enum class Level { debug, info, warn, error };

/// One `key=value` of a line; the value is written with quotes where it needs them.
struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view k, std::string_view v) : key{k}, value{v} {}
    Field(std::string_view k, const char* v) : key{k}, value{v} {}
    Field(std::string_view k, const std::string& v) : key{k}, value{v} {}
    Field(std::string_view k, bool v) : key{k}, value{v ? "true" : "false"} {}
    template <class T>
    requires std::integral<T> || std::floating_point<T> Field(std::string_view k, T v)
        : key{k}, value{std::to_string(v)} {}
};

using Fields = std::initializer_list<Field>;

/// Call once at start; `level` is debug, info, warn or error; unknown names mean info. JSON lines when `json`.
void configure(std::string_view level, bool json);

void write(Level level, std::string_view what, Fields fields);
inline void debug(std::string_view what, Fields fields = {}) { write(Level::debug, what, fields); }
inline void info(std::string_view what, Fields fields = {}) { write(Level::info, what, fields); }
inline void warn(std::string_view what, Fields fields = {}) { write(Level::warn, what, fields); }
inline void error(std::string_view what, Fields fields = {}) { write(Level::error, what, fields); }

/// "15551234567@s.whatsapp.net" -> "155…67@s.whatsapp.net": enough to tell two people apart, not to call one.
std::string redacted(std::string_view jid_or_number);

}  // namespace common::log
