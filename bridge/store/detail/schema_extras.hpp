/// The second step of the schema: what a message holds besides its text, what was done to it, and groups.
#pragma once

#include "common/result/result.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>

namespace bridge::store::detail {

/// Bits of `message_extra.flags`: what a message is, and which tables have rows for it.
enum class Flag : std::int64_t {
    forwarded = 1,
    view_once = 2,
    mentions_me = 4,
    kept = 8,
    media = 16,
    poll = 32,
    reactions = 64,
    answers = 128,
    versions = 256
};
constexpr std::int64_t bit(Flag flag) noexcept { return static_cast<std::int64_t>(flag); }
constexpr bool has(std::int64_t flags, Flag flag) noexcept { return (flags & bit(flag)) != 0; }

common::Status create_extras(common::sqlite::Database& database);

}  // namespace bridge::store::detail
