#include "bridge/api/detail/send_options.hpp"

#include <algorithm>

namespace bridge::api::detail {
namespace {

constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_key = 255;

bool is_message_id(std::string_view id) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
    };
    return id.size() <= longest_id && std::all_of(id.begin(), id.end(), fits);
}

bool is_key(std::string_view key) {
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    return !key.empty() && key.size() <= longest_key && std::all_of(key.begin(), key.end(), printable);
}

/// `"sent"` or milliseconds; nothing when it is neither.
std::optional<std::chrono::milliseconds> wait_of(common::json::Value value) {
    if (!value.exists()) return std::chrono::milliseconds{0};
    if (value.string_or("") == "sent") return longest_wait;
    const auto number = value.integer();
    if (!number || *number < 0 || *number > longest_wait.count()) return std::nullopt;
    return std::chrono::milliseconds{*number};
}

}  // namespace

SendOptions read_send_options(Fields& body, const common::http::Headers& headers) {
    SendOptions options;
    options.message_id = body.text("id", 4'096);
    if (!is_message_id(options.message_id)) body.report("id", "must be at most 64 letters, digits, dots and dashes");
    options.send_at = body.time("send_at");
    if (const auto wait = wait_of(body.value("wait"))) {
        options.wait = *wait;
    } else {
        body.report("wait", "must be \"sent\" or milliseconds up to 25000");
    }
    const auto key = headers.find("Idempotency-Key");
    if (key && is_key(*key)) options.idempotency_key = std::string{*key};
    if (key && !is_key(*key)) body.report("Idempotency-Key", "must be 1 to 255 printable characters");
    return options;
}

}  // namespace bridge::api::detail
