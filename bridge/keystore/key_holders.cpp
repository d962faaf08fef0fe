#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::vector<Jid>> KeyHolders::holders(const Jid& group) {
    const std::string key = to_column(group.bare());
    const auto query = database_.prepare("SELECT user, device FROM key_holders WHERE chat = ?");
    query->bind(1, key);
    std::vector<Jid> devices;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return devices;
        Row row{*query};
        auto device = row.finish(row.jid(0).with_device(static_cast<std::uint16_t>(row.number(1))));
        if (!device) return device.error();
        devices.push_back(std::move(*device));
    }
}

Status KeyHolders::add(const Jid& group, const std::vector<Jid>& devices) {
    const std::string key = to_column(group.bare());
    for (const Jid& device : devices) {
        const std::string user = to_column(device.bare());
        const auto added = database_.prepare("INSERT OR IGNORE INTO key_holders VALUES (?, ?, ?)")
                               ->bind_all(key, user, std::int64_t{device.device})
                               .run();
        if (!added) return added;
    }
    return {};
}

Status KeyHolders::remove(const Jid& group, const Jid& device) {
    const std::string key = to_column(group.bare());
    const std::string user = to_column(device.bare());
    return database_.prepare("DELETE FROM key_holders WHERE chat = ? AND user = ? AND device = ?")
        ->bind_all(key, user, std::int64_t{device.device})
        .run();
}

Status KeyHolders::clear(const Jid& group) {
    const std::string key = to_column(group.bare());
    return database_.prepare("DELETE FROM key_holders WHERE chat = ?")->bind_all(key).run();
}

Status KeyHolders::remove_user(const Jid& user) {
    const std::string key = to_column(user.bare());
    return database_.prepare("DELETE FROM key_holders WHERE user = ?")->bind_all(key).run();
}

}  // namespace bridge::keystore::detail
