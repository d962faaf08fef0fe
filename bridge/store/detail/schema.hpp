/// Tables of `messages.db` and their migrations.
///
/// Dense layout: chats and senders are small integers, `pk` counts up in order of arrival. What clients of the earlier
/// bridges read, `chats` and `messages`, are views with their columns and text forms.
#pragma once

#include "common/result/result.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string_view>

namespace bridge::store::detail {

/// Live messages count up from here, older ones that are learned later down from it.
inline constexpr std::int64_t first_live_pk = 1'000'000'000;

/// The text form of timestamps in the views, as an expression over `time`. Indexes are built on the same text.
#define WA_STORE_TIME_TEXT(time) "strftime('%Y-%m-%d %H:%M:%S+00:00', " time ", 'unixepoch')"

/// Creates or upgrades. Blocking; an earlier bridge's database of a million messages takes about a minute.
common::Status migrate_schema(common::sqlite::Database& database);

/// Progress marks kept in the database.
common::Result<std::int64_t> load_mark(common::sqlite::Database& database, std::string_view name);
common::Status save_mark(common::sqlite::Database& database, std::string_view name, std::int64_t value);

/// Every message from `substrings_low` to `substrings_high` is in the substring index.
inline constexpr std::string_view substrings_low = "substrings_low";
inline constexpr std::string_view substrings_high = "substrings_high";

}  // namespace bridge::store::detail
