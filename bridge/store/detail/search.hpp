/// Search over messages. Blocking; runs on a reader's connection, which has `temp.terms` (readers.cpp).
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

namespace bridge::store::detail {

/// Newest first. Without text or sender the order is that of time; else that of arrival, which is the same but for
/// messages that came late.
Result<std::vector<contract::Message>> search_messages(common::sqlite::Database& database, const SearchFilter& filter);

}  // namespace bridge::store::detail
