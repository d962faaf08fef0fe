/// Writes what a message holds besides its text. Belongs to the writer thread.
#pragma once

#include "bridge/store/content.hpp"
#include "bridge/store/detail/schema_extras.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace bridge::store::detail {

/// The rows of a new message, or of a stub that is completed.
common::Status write_extras(common::sqlite::Database& database, std::int64_t pk, const Extras& extras);

/// Sets flags of a message, whether it has a row in `message_extra` or not.
common::Status set_flag(common::sqlite::Database& database, std::int64_t pk, Flag flag, bool on = true);

/// Deletes everything that belongs to the message but the row in `message`; files on disk are noted as dead.
common::Status delete_extras(common::sqlite::Database& database, std::int64_t pk);
/// What was done to `gone` was done to `kept`: one message that was stored twice.
common::Status move_extras(common::sqlite::Database& database, std::int64_t kept, std::int64_t gone);

}  // namespace bridge::store::detail
