#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<storage::DeviceList>> DeviceLists::load(const Jid& user) {
    const std::string key = to_column(user.bare());
    const auto query = database_.prepare("SELECT devices, raw_id, fetched FROM device_lists WHERE user = ?");
    query->bind(1, key);
    return find_row<storage::DeviceList>(*query, [&](Row& row) {
        storage::DeviceList list;
        const ByteView packed = query->blob(0);  // two bytes a device
        for (std::size_t at = 0; at + 1 < packed.size(); at += 2) {
            list.devices.push_back(static_cast<std::uint16_t>(common::read_be(packed.subspan(at, 2))));
        }
        list.raw_id = row.number(1);
        list.fetched = row.time(2);
        return list;
    });
}

Status DeviceLists::save(const Jid& user, const storage::DeviceList& list) {
    const std::string key = to_column(user.bare());
    Bytes packed;
    for (const std::uint16_t device : list.devices) common::append_be(packed, device, 2);
    return database_
        .prepare("INSERT OR REPLACE INTO device_lists (user, devices, raw_id, fetched) VALUES (?, ?, ?, ?)")
        ->bind_all(key, ByteView{packed}, std::int64_t{list.raw_id}, to_column(list.fetched))
        .run();
}

Status DeviceLists::remove(const Jid& user) {
    const std::string key = to_column(user.bare());
    return database_.prepare("DELETE FROM device_lists WHERE user = ?")->bind_all(key).run();
}

}  // namespace bridge::keystore::detail
