#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

namespace {

using Entry = storage::OutboxEntry;

constexpr std::string_view columns =
    "SELECT seq, id, chat, content, state, created, attempts, idempotency_key, not_before, addon, attachment FROM "
    "outbox ";

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
    entry.not_before = row.time(8);
    entry.addon = query.bytes(9);
    entry.attachment = query.string(10);
    return entry;
}

Result<std::vector<Entry>> read_entries(common::sqlite::Statement& query) {
    std::vector<Entry> entries;
    while (true) {
        const auto more = query.step();
        if (!more) return more.error();
        if (!*more) return entries;
        Row row{query};
        auto entry = row.finish(read_entry(query, row));
        if (!entry) return entry.error();
        entries.push_back(std::move(*entry));
    }
}

std::string select(std::string_view where) { return std::string{columns} + std::string{where}; }

}  // namespace

Result<std::int64_t> Outbox::add(const Entry& entry) {
    const std::string chat = to_column(entry.chat);
    const auto key = entry.idempotency_key.empty() ? std::nullopt : std::optional{entry.idempotency_key};
    const auto added =
        database_
            .prepare(
                "INSERT INTO outbox (id, chat, content, state, created, attempts, idempotency_key, not_before, addon, "
                "attachment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            )
            ->bind_all(
                entry.id,
                chat,
                ByteView{entry.content},
                static_cast<int>(entry.state),
                to_column(entry.created),
                entry.attempts,
                key,
                to_column(entry.not_before),
                ByteView{entry.addon},
                entry.attachment
            )
            .run();
    if (!added) return added.error();
    return database_.last_insert_rowid();
}

Result<std::vector<Entry>> Outbox::pending(std::size_t limit) {
    static const std::string sql = select("WHERE state < 2 ORDER BY seq LIMIT ?");
    const auto query = database_.prepare(sql);
    query->bind(1, static_cast<std::int64_t>(limit));
    return read_entries(*query);
}

Result<std::vector<Entry>> Outbox::due(common::UnixTime now, std::size_t limit) {
    static const std::string sql = select("WHERE state < 2 AND not_before <= ? ORDER BY seq LIMIT ?");
    const auto query = database_.prepare(sql);
    query->bind_all(to_column(now), static_cast<std::int64_t>(limit));
    return read_entries(*query);
}

Result<std::optional<common::UnixTime>> Outbox::next_due(common::UnixTime now) {
    const auto query = database_.prepare("SELECT min(not_before) FROM outbox WHERE state < 2 AND not_before > ?");
    query->bind_all(to_column(now));
    const auto there = query->step();
    if (!there) return there.error();
    if (!*there || query->is_null(0)) return std::optional<common::UnixTime>{};
    return std::optional{to_time(query->integer(0))};
}

Result<bool> Outbox::cancel(const std::string& id) {
    const int cancelled = static_cast<int>(storage::OutboxState::cancelled);
    const auto done =
        database_.prepare("UPDATE outbox SET state = ? WHERE id = ? AND state = 0")->bind_all(cancelled, id).run();
    if (!done) return done.error();
    return database_.changes() > 0;
}

Status Outbox::set_state(const std::string& id, storage::OutboxState state) {
    return database_.prepare("UPDATE outbox SET state = ? WHERE id = ?")->bind_all(static_cast<int>(state), id).run();
}

Result<bool> Outbox::begin_attempt(const std::string& id) {
    const int sending = static_cast<int>(storage::OutboxState::sending);
    const auto done =
        database_.prepare("UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE id = ? AND state < 2")
            ->bind_all(sending, id)
            .run();
    if (!done) return done.error();
    return database_.changes() > 0;
}

Status Outbox::set_uploaded(const std::string& id, const Bytes& content) {
    return database_.prepare("UPDATE outbox SET content = ?, attachment = '' WHERE id = ? AND state < 2")
        ->bind_all(ByteView{content}, id)
        .run();
}

Result<std::optional<Entry>> Outbox::find(const std::string& id) {
    static const std::string sql = select("WHERE id = ?");
    const auto query = database_.prepare(sql);
    query->bind(1, id);
    return find_row<Entry>(*query, [&](Row& row) { return read_entry(*query, row); });
}

Result<std::optional<Entry>> Outbox::find_by_key(const std::string& idempotency_key) {
    static const std::string sql = select("WHERE idempotency_key = ?");
    const auto query = database_.prepare(sql);
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
    const auto resends = database_
                             .prepare(
                                 "DELETE FROM outbox_resends WHERE id IN (SELECT id FROM outbox WHERE state >= 2 AND "
                                 "created < ?1 AND not_before < ?1)"
                             )
                             ->bind_all(limit)
                             .run();
    if (!resends) return resends;
    return database_.prepare("DELETE FROM outbox WHERE state >= 2 AND created < ?1 AND not_before < ?1")
        ->bind_all(limit)
        .run();
}

}  // namespace bridge::keystore::detail
