/// What belongs to a message besides its row: read into the contract's value, deleted, moved.
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string>

namespace bridge::store::detail {

/// Fills `message`, which has a row in `message_extra`, with everything that belongs to it.
common::Status complete(common::sqlite::Database& database, std::int64_t pk, contract::Message& message);

/// Somebody as others see them: the public address and the name, from either form of the address.
struct Shown {
    std::string address;
    std::optional<std::string> name;
};
common::Result<Shown> shown(common::sqlite::Database& database, const std::string& address);

/// Counted, but without who voted. `pk` must be a poll's.
common::Result<contract::Poll> read_poll(common::sqlite::Database& database, std::int64_t pk, bool with_voters);
common::Result<std::vector<contract::Reaction>> read_reactions(common::sqlite::Database& database, std::int64_t pk);
common::Result<std::vector<contract::EventAnswer>> read_answers(common::sqlite::Database& database, std::int64_t pk);

}  // namespace bridge::store::detail
