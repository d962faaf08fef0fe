#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<Jid>> Mappings::lid_of(const Jid& pn) {
    const std::string key = to_column(pn.bare());
    if (const auto known = lids_.find(key); known != lids_.end()) return known->second;
    const auto query = database_.prepare("SELECT lid FROM lid_mappings WHERE pn = ?");
    query->bind(1, key);
    auto found = find_row<Jid>(*query, [](Row& row) { return row.jid(0); });
    if (!found) return found;
    if (lids_.size() >= most_remembered) lids_.clear();
    lids_.emplace(key, *found);
    return found;
}

Result<std::optional<Jid>> Mappings::pn_of(const Jid& lid) {
    const std::string key = to_column(lid.bare());
    const auto query = database_.prepare("SELECT pn FROM lid_mappings WHERE lid = ?");
    query->bind(1, key);
    return find_row<Jid>(*query, [](Row& row) { return row.jid(0); });
}

Result<bool> Mappings::save(const events::Mapping& mapping) {
    const auto known = lid_of(mapping.pn);
    if (!known) return known.error();
    if (*known == mapping.lid.bare()) return false;
    // REPLACE also deletes the row that holds the other side of the pair.
    lids_.clear();
    const std::string lid = to_column(mapping.lid.bare());
    const std::string pn = to_column(mapping.pn.bare());
    const auto saved =
        database_.prepare("INSERT OR REPLACE INTO lid_mappings (lid, pn) VALUES (?, ?)")->bind_all(lid, pn).run();
    if (!saved) return saved.error();
    return true;
}

}  // namespace bridge::keystore::detail
