#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

namespace {

constexpr std::uint32_t largest_id = 0xFFFFFF;

}  // namespace

Result<std::optional<storage::PreKey>> PreKeys::load(std::uint32_t id) {
    const auto query = database_.prepare("SELECT public, private FROM pre_keys WHERE id = ?");
    query->bind(1, std::int64_t{id});
    return find_row<storage::PreKey>(*query, [&](Row& row) { return storage::PreKey{id, row.pair(0)}; });
}

Result<std::uint32_t> PreKeys::next_id() {
    const auto query = database_.prepare("SELECT value FROM counters WHERE name = 'next_pre_key'");
    const auto there = query->step();
    if (!there) return there.error();
    return *there ? static_cast<std::uint32_t>(query->integer(0)) : 1;
}

Result<std::vector<storage::PreKey>> PreKeys::generate(std::size_t count) {
    auto next = next_id();
    if (!next) return next.error();
    std::vector<storage::PreKey> keys;
    while (keys.size() < count) {
        const std::uint32_t id = *next;
        *next = id >= largest_id ? 1 : id + 1;
        storage::PreKey key{id, common::crypto::KeyPair::generate()};
        // `made` orders the keys, which ids do not after they wrapped. An id in use stays as it is.
        const auto insert = database_.prepare(
            "INSERT OR IGNORE INTO pre_keys (id, public, private, made) "
            "VALUES (?, ?, ?, 1 + (SELECT coalesce(max(made), 0) FROM pre_keys))"
        );
        const auto done =
            insert->bind_all(std::int64_t{id}, ByteView{key.pair.public_key}, key.pair.private_key.view()).run();
        if (!done) return done.error();
        if (database_.changes() == 1) keys.push_back(std::move(key));
    }
    const auto kept = database_.prepare("INSERT OR REPLACE INTO counters (name, value) VALUES ('next_pre_key', ?)")
                          ->bind_all(std::int64_t{*next})
                          .run();
    if (!kept) return kept.error();
    return keys;
}

Result<std::vector<storage::PreKey>> PreKeys::not_uploaded(std::size_t limit) {
    const auto query =
        database_.prepare("SELECT id, public, private FROM pre_keys WHERE uploaded = 0 ORDER BY made LIMIT ?");
    query->bind(1, static_cast<std::int64_t>(limit));
    std::vector<storage::PreKey> keys;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return keys;
        Row row{*query};
        auto key = row.finish(storage::PreKey{row.number(0), row.pair(1)});
        if (!key) return key.error();
        keys.push_back(std::move(*key));
    }
}

Status PreKeys::mark_uploaded(const std::vector<std::uint32_t>& ids) {
    for (const std::uint32_t id : ids) {
        const auto done =
            database_.prepare("UPDATE pre_keys SET uploaded = 1 WHERE id = ?")->bind_all(std::int64_t{id}).run();
        if (!done) return done;
    }
    return {};
}

Result<std::size_t> PreKeys::count_uploaded() {
    const auto query = database_.prepare("SELECT count(*) FROM pre_keys WHERE uploaded = 1");
    const auto there = query->step();
    if (!there) return there.error();
    return static_cast<std::size_t>(query->integer(0));
}

Status PreKeys::remove(std::uint32_t id) {
    return database_.prepare("DELETE FROM pre_keys WHERE id = ?")->bind_all(std::int64_t{id}).run();
}

Result<std::optional<storage::SignedPreKey>> SignedPreKeys::load(std::uint32_t id) {
    const auto query =
        database_.prepare("SELECT public, private, signature, created FROM signed_pre_keys WHERE id = ?");
    query->bind(1, std::int64_t{id});
    return find_row<storage::SignedPreKey>(*query, [&](Row& row) {
        return storage::SignedPreKey{id, row.pair(0), row.array<64>(2), row.time(3)};
    });
}

Status SignedPreKeys::save(const storage::SignedPreKey& key) {
    return database_
        .prepare(
            "INSERT OR REPLACE INTO signed_pre_keys (id, public, private, signature, created) VALUES (?, ?, ?, ?, ?)"
        )
        ->bind_all(
            std::int64_t{key.id},
            ByteView{key.pair.public_key},
            key.pair.private_key.view(),
            ByteView{key.signature},
            to_column(key.created)
        )
        .run();
}

}  // namespace bridge::keystore::detail
