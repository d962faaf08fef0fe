/// What of a chat has been received and not been read.
#pragma once

#include "bridge/store/detail/queries.hpp"

namespace bridge::store::detail {

/// Messages that reading `ids` (all unread ones when empty) is about, newest first.
Result<ToRead> load_to_read(Database& database, const std::string& chat_jid, const std::vector<std::string>& ids);

}  // namespace bridge::store::detail
