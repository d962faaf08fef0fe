#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::int64_t> InboxTable::put(const events::IncomingMessage& message) {
    const std::string chat = to_column(message.chat);
    const std::string chat_alt = to_column(message.chat_alt);
    const std::string sender = to_column(message.sender);
    const std::string sender_alt = to_column(message.sender_alt);
    const std::string account = to_column(message.sender.bare());
    // A replaced row gets a new id: a reader that still holds the old one must not remove what replaced it.
    const auto done =
        database_
            .prepare(
                "INSERT OR REPLACE INTO inbox (chat, chat_alt, sender, sender_alt, sender_account, message_id, time, "
                "from_me, push_name, undecryptable, offline, content, addon, edit) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            )
            ->bind_all(
                chat,
                chat_alt,
                sender,
                sender_alt,
                account,
                message.id,
                to_column(message.time),
                static_cast<int>(message.from_me),
                message.push_name,
                static_cast<int>(message.undecryptable),
                static_cast<int>(message.offline),
                ByteView{message.content},
                ByteView{message.addon},
                message.edit
            )
            .run();
    if (!done) return done.error();
    return database_.last_insert_rowid();
}

Result<std::vector<events::IncomingMessage>> InboxTable::all(std::size_t limit) {
    const auto query = database_.prepare(
        "SELECT id, chat, chat_alt, sender, sender_alt, message_id, time, from_me, push_name, undecryptable, offline, "
        "content, addon, edit FROM inbox ORDER BY id LIMIT ?"
    );
    query->bind(1, static_cast<std::int64_t>(limit));
    std::vector<events::IncomingMessage> messages;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return messages;
        Row row{*query};
        events::IncomingMessage message;
        message.inbox_id = query->integer(0);
        message.chat = row.jid(1);
        message.chat_alt = row.jid(2);
        message.sender = row.jid(3);
        message.sender_alt = row.jid(4);
        message.id = query->string(5);
        message.time = row.time(6);
        message.from_me = query->integer(7) != 0;
        message.push_name = query->string(8);
        message.undecryptable = static_cast<events::Undecryptable>(query->integer(9));
        message.offline = query->integer(10) != 0;
        message.content = query->bytes(11);
        message.addon = query->bytes(12);
        message.edit = query->string(13);
        auto whole = row.finish(std::move(message));
        if (!whole) return whole.error();
        messages.push_back(std::move(*whole));
    }
}

Status InboxTable::remove(const std::vector<std::int64_t>& inbox_ids) {
    // Rows of one batch have numbers in a row: a statement for each run of them.
    for (std::size_t first = 0, end = 0; first < inbox_ids.size(); first = end) {
        end = first + 1;
        while (end < inbox_ids.size() && inbox_ids[end] == inbox_ids[end - 1] + 1) ++end;
        const auto done = database_.prepare("DELETE FROM inbox WHERE id BETWEEN ? AND ?")
                              ->bind_all(inbox_ids[first], inbox_ids[end - 1])
                              .run();
        if (!done) return done;
    }
    return {};
}

}  // namespace bridge::keystore::detail
