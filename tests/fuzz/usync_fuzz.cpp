// Answers and notifications about devices and keys, as frames hold them.
#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/devices/notifications.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    const auto node = binary::decode({data, size});
    if (!node) return 0;
    const auto ignore = [](const auto&) {};
    ignore(devices::ContactQuery::parse(*node));
    ignore(prekeys::KeyFetch::parse(*node));
    ignore(prekeys::DigestCheck::parse(*node));
    ignore(prekeys::PreKeyCount::parse(*node));
    ignore(prekeys::parse_low_water(*node));
    ignore(devices::parse_own_devices(*node));
    if (const auto users = devices::DeviceQuery::parse(*node)) {
        for (const devices::UserDevices& user : *users) ignore(devices::device_jids(user));
    }
    if (const auto change = devices::parse_list_change(*node)) {
        ignore(devices::apply(*change, change->user, {0, 1}));
    }
    return 0;
}
