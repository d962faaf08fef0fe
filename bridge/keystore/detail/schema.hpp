/// The tables of `whatsapp.db`.
#pragma once

#include "common/sqlite/sqlite.hpp"

#include <vector>

namespace bridge::keystore::detail {

/// Never change a migration that was released: add another.
std::vector<common::sqlite::Migration> migrations();

}  // namespace bridge::keystore::detail
