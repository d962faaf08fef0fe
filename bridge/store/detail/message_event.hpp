/// Events that carry a whole message.
#pragma once

#include "bridge/store/detail/journal.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string_view>

namespace bridge::store::detail {

/// Raises `type` ("message", "message_update") with the message as it stands now.
common::Status raise_message(
    common::sqlite::Database& database, Journal& journal, std::string_view type, std::int64_t pk
);

}  // namespace bridge::store::detail
