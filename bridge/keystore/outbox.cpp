#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

namespace {

using Entry = storage::OutboxEntry;

// The states as they stand in the file; the partial indexes of the schema know that 2 and up are finished.
static_assert(static_cast<int>(storage::OutboxState::acknowledged) == 2);
static_assert(static_cast<int>(storage::OutboxState::failed) == 3);

Entry read_entry(const common::sqlite::Statement& query, Row& row) {
    Entry entry;
    entry.seq = query.integer(0);
    entry.id = query.string(1);
    entry.chat = row.jid(2);
    entry.content = query.bytes(3);
    entry.state = static_cast<storage::OutboxState>(query.integer(4));
    entry.created = row.time(5);
    entry.attempts = static_cast<int>(query.integer(6));
    entry.idempotency_key = query.string(7);
    return entry;
}

}  // namespace

Result<std::int64_t> Outbox::add(const Entry& entry) {
    const std::string chat = to_column(entry.chat);
    const auto key = entry.idempotency_key.empty() ? std::nullopt : std::optional{entry.idempotency_key};
    const auto added = database_
                           .prepare(
                               "INSERT INTO outbox (id, chat, content, state, created, attempts, idempotency_key) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?)"
                           )
                           ->bind_all(
                               entry.id,
                               chat,
                               ByteView{entry.content},
                               static_cast<int>(entry.state),
                               to_column(entry.created),
                               entry.attempts,
                               key
                           )
                           .run();
    if (!added) return added.error();
    return database_.last_insert_rowid();
}

Result<std::vector<Entry>> Outbox::pending(std::size_t limit) {
    const auto query = database_.prepare(
        "SELECT seq, id, chat, content, state, created, attempts, idempotency_key FROM outbox "
        "WHERE state < 2 ORDER BY seq LIMIT ?"
    );
    query->bind(1, static_cast<std::int64_t>(limit));
    std::vector<Entry> entries;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return entries;
        Row row{*query};
        auto entry = row.finish(read_entry(*query, row));
        if (!entry) return entry.error();
        entries.push_back(std::move(*entry));
    }
}

Status Outbox::set_state(const std::string& id, storage::OutboxState state) {
    const int attempt = state == storage::OutboxState::sending ? 1 : 0;
    return database_.prepare("UPDATE outbox SET state = ?, attempts = attempts + ? WHERE id = ?")
        ->bind_all(static_cast<int>(state), attempt, id)
        .run();
}

Result<std::optional<Entry>> Outbox::find(const std::string& id) {
    const auto query = database_.prepare(
        "SELECT seq, id, chat, content, state, created, attempts, idempotency_key FROM outbox WHERE id = ?"
    );
    query->bind(1, id);
    return find_row<Entry>(*query, [&](Row& row) { return read_entry(*query, row); });
}

Result<std::optional<Entry>> Outbox::find_by_key(const std::string& idempotency_key) {
    const auto query = database_.prepare(
        "SELECT seq, id, chat, content, state, created, attempts, idempotency_key FROM outbox WHERE idempotency_key = ?"
    );
    query->bind(1, idempotency_key);
    return find_row<Entry>(*query, [&](Row& row) { return read_entry(*query, row); });
}

Result<int> Outbox::bump_resend(const std::string& id, const Jid& requester) {
    const std::string who = to_column(requester);
    const auto upsert = database_.prepare(
        "INSERT INTO outbox_resends (id, requester, count) VALUES (?, ?, 1) "
        "ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count"
    );
    upsert->bind_all(id, who);
    const auto there = upsert->step();
    if (!there) return there.error();
    const int count = static_cast<int>(upsert->integer(0));
    if (auto done = upsert->run(); !done) return done.error();
    return count;
}

Status Outbox::prune(common::UnixTime before) {
    const auto limit = to_column(before);
    const auto resends =
        database_
            .prepare("DELETE FROM outbox_resends WHERE id IN (SELECT id FROM outbox WHERE state >= 2 AND created < ?)")
            ->bind_all(limit)
            .run();
    if (!resends) return resends;
    return database_.prepare("DELETE FROM outbox WHERE state >= 2 AND created < ?")->bind_all(limit).run();
}

}  // namespace bridge::keystore::detail
