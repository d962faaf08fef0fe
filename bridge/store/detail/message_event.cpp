#include "bridge/store/detail/message_event.hpp"

#include "bridge/store/detail/rows.hpp"

namespace bridge::store::detail {

common::Status raise_message(
    common::sqlite::Database& database, Journal& journal, std::string_view type, std::int64_t pk
) {
    static const std::string by_pk = sql({message_columns, message_tables, "WHERE m.pk = ?"});
    const auto row = database.prepare(by_pk);
    row->bind(1, pk);
    const auto found = row->step();
    if (!found) return found.error().within("read message");
    if (!*found) return {};
    const auto message = read_message(database, *row);
    if (!message) return message.error();
    return journal.raise(type, message->chat_jid, contract::to_json(*message));
}

}  // namespace bridge::store::detail
