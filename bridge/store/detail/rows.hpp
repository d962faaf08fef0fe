/// Reading the contract's values out of rows; for writer and readers alike.
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::store::detail {

/// "SELECT ..." of a message, its sender and its chat from tables named m, s and c, without FROM.
extern const std::string message_columns;
/// The FROM of it that starts at `message AS m`.
extern const std::string message_tables;
extern const std::string chat_columns;
extern const std::string chat_tables;

contract::Message read_message(const common::sqlite::Statement& row);
contract::Chat read_chat(const common::sqlite::Statement& row);
common::Result<std::vector<contract::Message>> read_messages(common::sqlite::Statement& rows);
common::Result<std::vector<contract::Chat>> read_chats(common::sqlite::Statement& rows);

/// A place in a list of messages: after this one, going back in time.
struct Place {
    std::int64_t time;
    std::int64_t pk;
};
std::string to_cursor(const Place& place);
common::Result<Place> parse_cursor(std::string_view text);

/// The text form of `time` that the views and indexes have.
std::string time_text(std::int64_t time);

}  // namespace bridge::store::detail
