/// What callers hand in, made fit for the database or refused.
#pragma once

#include "bridge/store/store.hpp"

namespace bridge::store::detail {

/// Cleans every text, puts addresses where they belong, and checks that a change says whom it is about.
common::Status prepare(Change& change);

}  // namespace bridge::store::detail
