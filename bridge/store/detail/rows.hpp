/// Reading the contract's values out of rows; for writer and readers alike.
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::store::detail {

/// What `read_message` and `read_chat` read: the columns, then the FROM, to be followed by conditions. The tables are
/// named m (message), c (chat), s (sender) and x (message_extra).
inline constexpr std::string_view message_columns =
    "SELECT m.pk, m.id, m.time, coalesce(s.jid, s.lid, ''), m.text, m.from_me, m.chat_jid, c.name, m.media_type, "
    "s.name, s.lid, m.status, x.kind, x.flags ";
inline constexpr std::string_view message_tables =
    "FROM message AS m JOIN chat AS c ON c.id = m.chat LEFT JOIN person AS s ON s.id = m.sender "
    "LEFT JOIN message_extra AS x ON x.message = m.pk ";
inline constexpr std::string_view chat_columns =
    "SELECT c.jid, c.name, c.last_time, c.last_text, coalesce(s.jid, s.lid), c.last_from_me, c.is_group, c.lid, "
    "c.archived, c.pinned, c.muted_until, c.unread, c.last_pk ";
inline constexpr std::string_view chat_tables = "FROM chat AS c LEFT JOIN person AS s ON s.id = c.last_sender ";

/// The pieces of a statement in a row.
std::string sql(std::initializer_list<std::string_view> pieces);

/// With what belongs to it in other tables of `database`.
common::Result<contract::Message> read_message(
    common::sqlite::Database& database, const common::sqlite::Statement& row
);
contract::Chat read_chat(const common::sqlite::Statement& row);
common::Result<std::vector<contract::Message>> read_messages(
    common::sqlite::Database& database, common::sqlite::Statement& rows
);
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
