/// Taking over the database of an earlier bridge: tables `chats` and `messages` with text keys.
#pragma once

#include "common/result/result.hpp"
#include "common/sqlite/sqlite.hpp"

namespace bridge::store::detail {

/// Renames tables that bear the names of our views; false when there are none.
common::Result<bool> set_earlier_tables_aside(common::sqlite::Database& database);

/// Copies the renamed tables into ours, in order of time, below `first_live_pk`. They are dropped afterwards, unless
/// they have columns that we do not know.
common::Status import_earlier_tables(common::sqlite::Database& database);

}  // namespace bridge::store::detail
