#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<Bytes>> SenderKeys::load(const std::string& group, const Address& sender) {
    const auto query = database_.prepare("SELECT record FROM sender_keys WHERE chat = ? AND name = ? AND device = ?");
    query->bind_all(group, sender.name, sender.device);
    return find_row<Bytes>(*query, [&](Row&) { return query->bytes(0); });
}

Status SenderKeys::save(const std::string& group, const Address& sender, ByteView record) {
    // An update leaves the index on names alone, which a replacement would write again.
    return database_
        .prepare(
            "INSERT INTO sender_keys (chat, name, device, record) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET record = excluded.record"
        )
        ->bind_all(group, sender.name, sender.device, record)
        .run();
}

Status SenderKeys::remove(const std::string& group, const Address& sender) {
    return database_.prepare("DELETE FROM sender_keys WHERE chat = ? AND name = ? AND device = ?")
        ->bind_all(group, sender.name, sender.device)
        .run();
}

Status SenderKeys::migrate(const std::string& from, const std::string& to) {
    if (from == to) return {};
    const auto moved =
        database_.prepare("UPDATE OR IGNORE sender_keys SET name = ? WHERE name = ?")->bind_all(to, from).run();
    if (!moved) return moved;
    return database_.prepare("DELETE FROM sender_keys WHERE name = ?")->bind_all(from).run();
}

}  // namespace bridge::keystore::detail
