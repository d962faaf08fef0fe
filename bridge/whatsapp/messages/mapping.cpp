#include "bridge/whatsapp/messages/mapping.hpp"

namespace bridge::whatsapp::messages {

common::Result<bool> remember_mapping(
    storage::Storage& storage, signal::Cipher& cipher, const events::Mapping& mapping
) {
    if (!mapping.pn.is_pn() || !mapping.lid.is_lid() || mapping.pn.user.empty() || mapping.lid.user.empty())
        return false;
    const auto known = storage.mappings().lid_of(mapping.pn);
    if (!known) return known.error().within("look up LID");
    if (*known && **known == mapping.lid) return false;
    const auto news = storage.mappings().save(mapping);
    if (!news) return news.error().within("save LID mapping");
    if (*news) {
        if (auto moved = cipher.migrate(mapping.pn, mapping.lid); !moved)
            return moved.error().within("migrate sessions");
    }
    return *news;
}

common::Result<Jid> session_address(storage::Storage& storage, const Jid& device) {
    if (!device.is_pn()) return device;
    const auto lid = storage.mappings().lid_of(device.bare());
    if (!lid) return lid.error();
    return *lid ? (*lid)->with_device(device.device) : device;
}

}  // namespace bridge::whatsapp::messages
