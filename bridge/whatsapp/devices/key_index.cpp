#include "bridge/whatsapp/devices/devices.hpp"
#include "proto/adv.pb.h"

#include <algorithm>
#include <set>

namespace bridge::whatsapp::devices {

namespace {

template <class Message>
bool parse_into(Message& message, ByteView bytes) {
    return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

constexpr std::size_t largest_list = 64U << 10;

}  // namespace

Result<KeyIndexList> parse_key_index_list(ByteView signed_list) {
    wa::adv::ADVSignedKeyIndexList outer;
    wa::adv::ADVKeyIndexList inner;
    if (signed_list.size() > largest_list || !parse_into(outer, signed_list)) {
        return common::Error{Errc::malformed, "key index list"};
    }
    if (!parse_into(inner, common::as_bytes(outer.details()))) return common::Error{Errc::malformed, "key indexes"};
    const auto& valid = inner.valid_indexes();
    return KeyIndexList{inner.raw_id(), inner.current_index(), {valid.begin(), valid.end()}};
}

std::vector<ListedDevice> valid_devices(const std::vector<ListedDevice>& listed, const KeyIndexList& keys) {
    const std::set<std::uint32_t> valid{keys.valid_indexes.begin(), keys.valid_indexes.end()};
    const auto counts = [&](const ListedDevice& device) {
        if (device.id == 0) return true;
        if (!device.key_index) return false;
        return valid.contains(*device.key_index) || *device.key_index > keys.current_index;
    };
    std::vector<ListedDevice> kept;
    std::copy_if(listed.begin(), listed.end(), std::back_inserter(kept), counts);
    const auto by_id = [](const ListedDevice& a, const ListedDevice& b) { return a.id < b.id; };
    const auto same_id = [](const ListedDevice& a, const ListedDevice& b) { return a.id == b.id; };
    std::stable_sort(kept.begin(), kept.end(), by_id);
    kept.erase(std::unique(kept.begin(), kept.end(), same_id), kept.end());
    return kept;
}

}  // namespace bridge::whatsapp::devices
