#include "common/log/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace common::log {
namespace {

bool as_json = false;

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("wa", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum native(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warn: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            // Control characters from outside must not reach a terminal.
            out += "\\u00";
            out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
            out.push_back(hex[static_cast<unsigned char>(c) & 15]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

bool is_plain(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        if (c == ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return false;
    }
    return true;
}

}  // namespace

void configure(std::string_view level, bool json) {
    as_json = json;
    spdlog::level::level_enum chosen = spdlog::level::info;
    if (level == "debug") chosen = spdlog::level::debug;
    if (level == "warn") chosen = spdlog::level::warn;
    if (level == "error") chosen = spdlog::level::err;
    logger().set_level(chosen);
    if (json)
        logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc);
    logger().flush_on(spdlog::level::info);
}

void write(Level level, std::string_view what, Fields fields) {
    if (!logger().should_log(native(level))) return;
    std::string line;
    if (as_json) {
        line += "\"message\":";
        append_quoted(line, what);
        for (const Field& field : fields) {
            line.push_back(',');
            append_quoted(line, field.key);
            line.push_back(':');
            append_quoted(line, field.value);
        }
    } else {
        line += what;
        for (const Field& field : fields) {
            line.append(" ").append(field.key).append("=");
            if (is_plain(field.value)) {
                line += field.value;
            } else {
                append_quoted(line, field.value);
            }
        }
    }
    logger().log(native(level), spdlog::string_view_t{line.data(), line.size()});
}

std::string redacted(std::string_view jid_or_number) {
    const std::size_t at = jid_or_number.find('@');
    const std::string_view user = jid_or_number.substr(0, at);
    const std::string_view server = at == std::string_view::npos ? std::string_view{} : jid_or_number.substr(at);
    if (user.size() <= 5) return std::string{user.substr(0, 1)} + "…" + std::string{server};
    return std::string{user.substr(0, 3)} + "…" + std::string{user.substr(user.size() - 2)} + std::string{server};
}

}  // namespace common::log
