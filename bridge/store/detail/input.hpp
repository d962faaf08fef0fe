/// What callers hand in, made fit for the database or refused.
#pragma once

#include "bridge/store/store.hpp"

namespace bridge::store::detail {

/// Ids and addresses come from peers; nothing genuine comes near this.
inline constexpr std::size_t longest_name = 1024;

/// Cleans every text, puts addresses where they belong, and checks that a change says whom it is about.
common::Status prepare(Change& change);
/// Cleans and cuts: whatever a peer sends, the message is stored.
void prepare(Extras& extras);
/// What somebody does, the same way.
void prepare(Effect& effect);
/// Puts both forms where they belong; false when they name nobody.
bool settle_forms(Party& party);

}  // namespace bridge::store::detail
