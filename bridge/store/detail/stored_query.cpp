#include "bridge/store/detail/queries.hpp"

#include <utility>

namespace bridge::store::detail {

Result<StoredMessage> load_stored(Database& database, const std::string& id, const std::string& chat_jid) {
    constexpr std::string_view columns =
        "SELECT c.jid, c.lid, s.jid, s.lid, m.id, m.time, m.from_me, m.content, m.pk, x.edit_ms ";
    static const std::string anywhere = sql({columns, message_tables, "WHERE m.id = ?1 ORDER BY m.pk DESC LIMIT 1"});
    static const std::string in_chat = sql({columns, message_tables, "WHERE m.id = ?1 AND (c.jid = ?2 OR c.lid = ?2)"});
    const auto row = database.prepare(chat_jid.empty() ? anywhere : in_chat);
    row->bind(1, id);
    if (!chat_jid.empty()) row->bind(2, chat_jid);
    const auto found = row->step();
    if (!found) return found.error().within("load message");
    if (!*found) return Errc::message_not_found;
    StoredMessage message;
    message.chat = {row->string(0), row->string(1)};
    message.sender = {row->string(2), row->string(3)};
    message.id = row->string(4);
    message.time = UnixTime{std::chrono::seconds{row->integer(5)}};
    message.from_me = row->integer(6) != 0;
    message.content = row->bytes(7);
    if (row->is_null(9)) return message;
    const auto version = database.prepare("SELECT content FROM message_version WHERE message = ? AND time_ms = ?");
    version->bind_all(row->integer(8), row->integer(9));
    const auto edited = version->step();
    if (!edited) return edited.error().within("load version");
    if (*edited && !version->blob(0).empty()) message.original = std::exchange(message.content, version->bytes(0));
    return message;
}

}  // namespace bridge::store::detail
