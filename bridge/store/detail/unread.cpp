#include "bridge/store/detail/unread.hpp"

#include "bridge/store/detail/schema.hpp"

#include <algorithm>

namespace bridge::store::detail {
namespace {

/// Receipts for more than this at once help nobody: reading the newest reads the older ones too.
constexpr std::int64_t most_unread = 10'000;

ReceivedMessage read_received(const common::sqlite::Statement& row) {
    return {row.string(0), Party{row.string(1), row.string(2)}};
}

/// The unread count says how many of the newest counted messages nobody has read.
common::Status read_unread(Database& database, std::int64_t count, ToRead& out) {
    const auto rows = database.prepare(
        "SELECT m.id, coalesce(s.jid, ''), coalesce(s.lid, '') FROM message AS m LEFT JOIN person AS s ON s.id = "
        "m.sender "
        "WHERE m.chat_jid = ? AND m.counted = 1 ORDER BY " WA_STORE_TIME_TEXT("time") " DESC, m.pk DESC LIMIT ?"
    );
    rows->bind_all(out.chat_jid, std::min(count, most_unread));
    while (true) {
        const auto found = rows->step();
        if (!found) return found.error();
        if (!*found) return {};
        out.messages.push_back(read_received(*rows));
    }
}

common::Status read_known(Database& database, std::int64_t chat, const std::vector<std::string>& ids, ToRead& out) {
    const auto row = database.prepare(
        "SELECT m.id, coalesce(s.jid, ''), coalesce(s.lid, ''), m.from_me FROM message AS m "
        "LEFT JOIN person AS s ON s.id = m.sender WHERE m.id = ? AND m.chat = ?"
    );
    for (const std::string& id : ids) {
        row->reset();
        row->bind_all(id, chat);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) {
            out.unknown.push_back(id);
        } else if (row->integer(3) == 0) {
            out.messages.push_back(read_received(*row));
        }
    }
    return {};
}

}  // namespace

Result<ToRead> load_to_read(Database& database, const std::string& chat_jid, const std::vector<std::string>& ids) {
    ToRead out;
    std::int64_t chat = 0;
    std::int64_t unread = 0;
    {
        const auto row = database.prepare(
            "SELECT id, jid, is_group, unread FROM chat WHERE jid = ?1 "
            "UNION ALL SELECT id, jid, is_group, unread FROM chat WHERE lid = ?1 LIMIT 1"
        );
        row->bind(1, chat_jid);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return Errc::chat_not_found;
        chat = row->integer(0);
        out.chat_jid = row->string(1);
        out.is_group = row->integer(2) != 0;
        unread = row->integer(3);
    }
    const auto done = ids.empty() ? read_unread(database, unread, out) : read_known(database, chat, ids, out);
    if (!done) return done.error().within("look for what to read");
    return out;
}

}  // namespace bridge::store::detail
