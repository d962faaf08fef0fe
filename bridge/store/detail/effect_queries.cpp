#include "bridge/store/detail/effect_text.hpp"
#include "bridge/store/detail/parts.hpp"
#include "bridge/store/detail/queries.hpp"

#include <algorithm>

namespace bridge::store::detail {

Result<std::vector<contract::Version>> list_versions(Database& database, std::int64_t pk) {
    // What was written first has no time of its own there; a message that was never edited has no row.
    const auto rows = database.prepare(
        "SELECT v.text, iif(v.time_ms = 0, m.time, v.time_ms / 1000), v.time_ms FROM message_version AS v "
        "JOIN message AS m ON m.pk = v.message WHERE v.message = ?1 UNION ALL SELECT text, time, 0 FROM message "
        "WHERE pk = ?1 AND NOT EXISTS (SELECT 1 FROM message_version WHERE message = ?1) ORDER BY 3"
    );
    rows->bind(1, pk);
    std::vector<contract::Version> versions;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("list versions");
        if (!*row) return versions;
        versions.push_back({rows->string(0), UnixTime{std::chrono::seconds{rows->integer(1)}}});
    }
}

Result<contract::Poll> load_poll(Database& database, std::int64_t pk) {
    {
        const auto row = database.prepare("SELECT 1 FROM poll WHERE message = ?");
        row->bind(1, pk);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return Errc::poll_not_found;
    }
    return read_poll(database, pk, true);
}

Result<std::vector<contract::Message>> list_starred(
    Database& database, const std::string& chat_jid, int limit, const std::string& cursor
) {
    if (limit < 0) return Errc::bad_query;
    const auto from = place_after(cursor);
    if (!from) return from.error();
    static const std::string page = sql(
        {message_columns,
         message_tables,
         "WHERE x.starred_at IS NOT NULL AND (m.time, m.pk) < (?1, ?2) AND (?4 = '' OR c.jid = ?4 OR c.lid = ?4) "
         "ORDER BY m.time DESC, m.pk DESC LIMIT ?3"}
    );
    const auto rows = database.prepare(page);
    rows->bind_all(from->time, from->pk, std::min(limit, most_rows), chat_jid);
    return read_messages(database, *rows);
}

Result<std::vector<contract::Message>> list_pinned(Database& database, const std::string& chat_jid, UnixTime now) {
    static const std::string page = sql(
        {message_columns,
         message_tables,
         "WHERE x.pinned_until > ?1 AND (c.jid = ?2 OR c.lid = ?2) ORDER BY x.pin_ms DESC LIMIT ?3"}
    );
    const auto rows = database.prepare(page);
    rows->bind_all(now.time_since_epoch().count(), chat_jid, most_rows);
    return read_messages(database, *rows);
}

Result<std::vector<Effect>> list_sealed(Database& database, const Party& chat, const std::string& id) {
    const auto rows = database.prepare(
        "SELECT data, content FROM waiting WHERE target = ?1 AND sealed = 1 AND chat IN "
        "(SELECT id FROM chat WHERE jid IN (?2, ?3) OR lid = ?3) ORDER BY time, source"
    );
    rows->bind_all(id, chat.jid, chat.lid);
    std::vector<Effect> effects;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("list what is sealed");
        if (!*row) return effects;
        if (auto effect = effect_from(rows->text(0), rows->blob(1))) effects.push_back(std::move(*effect));
    }
}

}  // namespace bridge::store::detail
