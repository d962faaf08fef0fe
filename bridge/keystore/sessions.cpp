// Sessions and identities: both are found by Signal address and move together from a number to its LID.
#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<Bytes>> Sessions::load(const Address& address) {
    const auto query = database_.prepare("SELECT record FROM sessions WHERE name = ? AND device = ?");
    query->bind_all(address.name, address.device);
    return find_row<Bytes>(*query, [&](Row&) { return query->bytes(0); });
}

Status Sessions::save(const Address& address, ByteView record) {
    return database_.prepare("INSERT OR REPLACE INTO sessions (name, device, record) VALUES (?, ?, ?)")
        ->bind_all(address.name, address.device, record)
        .run();
}

Status Sessions::remove(const Address& address) {
    return database_.prepare("DELETE FROM sessions WHERE name = ? AND device = ?")
        ->bind_all(address.name, address.device)
        .run();
}

Result<std::vector<std::int32_t>> Sessions::devices(const std::string& name) {
    const auto query = database_.prepare("SELECT device FROM sessions WHERE name = ? ORDER BY device");
    query->bind(1, name);
    std::vector<std::int32_t> found;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return found;
        found.push_back(static_cast<std::int32_t>(query->integer(0)));
    }
}

Status Sessions::remove_all(const std::string& name) {
    return database_.prepare("DELETE FROM sessions WHERE name = ?")->bind_all(name).run();
}

Status Sessions::migrate(const std::string& from, const std::string& to) {
    if (from == to) return {};
    const auto moved =
        database_.prepare("UPDATE OR IGNORE sessions SET name = ? WHERE name = ?")->bind_all(to, from).run();
    return moved ? remove_all(from) : moved;
}

Result<std::optional<common::crypto::PublicKey>> Identities::load(const Address& address) {
    const auto query = database_.prepare("SELECT public FROM identities WHERE name = ? AND device = ?");
    query->bind_all(address.name, address.device);
    return find_row<common::crypto::PublicKey>(*query, [](Row& row) { return row.array<32>(0); });
}

Result<bool> Identities::save(const Address& address, const common::crypto::PublicKey& key) {
    const auto known = load(address);
    if (!known) return known.error();
    if (*known && **known == key) return false;
    const auto saved = database_.prepare("INSERT OR REPLACE INTO identities (name, device, public) VALUES (?, ?, ?)")
                           ->bind_all(address.name, address.device, ByteView{key})
                           .run();
    if (!saved) return saved.error();
    return known->has_value();
}

Status Identities::remove_all(const std::string& name) {
    return database_.prepare("DELETE FROM identities WHERE name = ?")->bind_all(name).run();
}

Status Identities::migrate(const std::string& from, const std::string& to) {
    if (from == to) return {};
    const auto moved =
        database_.prepare("UPDATE OR IGNORE identities SET name = ? WHERE name = ?")->bind_all(to, from).run();
    return moved ? remove_all(from) : moved;
}

}  // namespace bridge::keystore::detail
