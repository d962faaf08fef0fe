#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<int> RetryCounts::bump(
    const Jid& chat, const Jid& sender, const std::string& id, int at_least, common::UnixTime now
) {
    const std::string chat_key = to_column(chat);
    const std::string sender_key = to_column(sender);
    const auto upsert = database_.prepare(
        "INSERT INTO retry_counts (chat, sender, message_id, count, asked) VALUES (?1, ?2, ?3, ?4 + 1, ?5) "
        "ON CONFLICT DO UPDATE SET count = max(count, ?4) + 1, asked = ?5 RETURNING count"
    );
    upsert->bind_all(chat_key, sender_key, id, std::max(at_least, 0), to_column(now));
    const auto there = upsert->step();
    if (!there) return there.error();
    const int count = static_cast<int>(upsert->integer(0));
    if (auto done = upsert->run(); !done) return done.error();
    return count;
}

Status RetryCounts::remove(const Jid& chat, const Jid& sender, const std::string& id) {
    const std::string chat_key = to_column(chat);
    const std::string sender_key = to_column(sender);
    return database_.prepare("DELETE FROM retry_counts WHERE chat = ? AND sender = ? AND message_id = ?")
        ->bind_all(chat_key, sender_key, id)
        .run();
}

Status RetryCounts::prune(common::UnixTime before) {
    // The table holds only what never came: few rows, and looked at once an hour.
    return database_.prepare("DELETE FROM retry_counts WHERE asked < ?")->bind_all(to_column(before)).run();
}

}  // namespace bridge::keystore::detail
