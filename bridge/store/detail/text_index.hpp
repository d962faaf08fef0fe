/// The two text indexes over messages: words (kept with every commit) and substrings (kept in batches behind it).
///
/// Search treats what they return as candidates and looks at the message row, so a stale entry costs time, never truth.
#pragma once

#include "common/result/result.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge::store::detail {

/// Ends every text in the substring index, twice: so each of its characters starts an indexed triple.
inline constexpr char text_end = '\x01';

/// What stands for chat or sender `number` in the substring index: three characters from private planes, one token.
enum class Tag : char32_t { chat = 0xE000, sender = 0xE001 };
std::string tag(Tag kind, std::int64_t number);

struct Indexed {
    std::int64_t pk;
    std::string_view text;
    std::int64_t chat;
    std::int64_t sender;
};

common::Status index_words(common::sqlite::Database& database, const Indexed& message);
common::Status index_substrings(common::sqlite::Database& database, const Indexed& message);
/// `message` as it was when it was indexed.
common::Status forget_words(common::sqlite::Database& database, const Indexed& message);
common::Status forget_substrings(common::sqlite::Database& database, const Indexed& message);

/// Which messages the substring index covers: pk from `low` to `high`.
struct Covered {
    std::int64_t low;
    std::int64_t high;
};
common::Result<Covered> covered(common::sqlite::Database& database);

/// Indexes up to `limit` messages next to the covered range, newer ones first, in the caller's transaction. Returns how
/// many there were.
common::Result<std::size_t> extend_substrings(common::sqlite::Database& database, std::size_t limit);

}  // namespace bridge::store::detail
