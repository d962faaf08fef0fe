/// States of messages and ranks of names as the database keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::store::detail {

/// In the order in which an own message moves on; the first two are other people's.
enum class MessageState : int {
    received = 0,
    undecryptable = 1,
    queued = 10,
    sent = 20,
    failed =
        30,  ///< above sent: a refusal after the server's acknowledgement stands; below delivered, which disproves it
    delivered = 40,
    read = 50,
    played = 60
};

std::string_view name_of(MessageState state) noexcept;
std::optional<MessageState> parse_state(std::string_view text) noexcept;

/// A better source wins: 0 for names of an earlier bridge, then push, business, verified, contact.
inline constexpr int imported_name_rank = 0;
inline constexpr int push_name_rank = 1;
std::optional<int> name_rank(std::string_view source) noexcept;

/// 9999-12-31T23:59:59Z: later times have no text form.
inline constexpr std::int64_t last_time = 253402300799;

}  // namespace bridge::store::detail
