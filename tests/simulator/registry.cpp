#include "tests/simulator/registry.hpp"

#include <algorithm>

namespace simulator {

namespace crypto = common::crypto;
std::vector<Jid> Account::device_jids(Space space) const {
    std::vector<Jid> jids;
    for (const auto& [number, device] : devices) jids.push_back(jid(space, number));
    return jids;
}

Account& Registry::add(std::string_view phone, std::string_view name) {
    if (Account* known = find(phone)) {
        if (!name.empty()) known->name = name;
        return *known;
    }
    Account account;
    account.phone = phone;
    account.lid = lid_for(phone);
    account.name = name;
    account.identity = crypto::KeyPair::generate();
    account.profile.nct_salt = crypto::random_bytes(32);
    account.raw_id = static_cast<std::uint32_t>(crypto::random_below(1ULL << 31));
    return accounts_.emplace(std::string{phone}, std::move(account)).first->second;
}

Account* Registry::find(std::string_view phone) {
    const auto found = accounts_.find(phone);
    return found == accounts_.end() ? nullptr : &found->second;
}

Account* Registry::find(const Jid& jid) {
    if (jid.is_pn()) return find(jid.user);
    if (!jid.is_lid()) return nullptr;
    const auto found = std::ranges::find_if(accounts_, [&](const auto& entry) { return entry.second.lid == jid.user; });
    return found == accounts_.end() ? nullptr : &found->second;
}

Device* Registry::find_device(const Jid& jid) {
    Account* account = find(jid);
    if (account == nullptr) return nullptr;
    const auto found = account->devices.find(jid.device);
    return found == account->devices.end() ? nullptr : &found->second;
}

Device* Registry::find_companion(std::string_view phone, std::uint16_t device, const crypto::PublicKey& noise) {
    Account* account = find(phone);
    if (account == nullptr || device == 0) return nullptr;
    const auto found = account->devices.find(device);
    if (found == account->devices.end() || found->second.noise != noise) return nullptr;
    return &found->second;
}

Group& Registry::add_group(Group group) {
    const std::string id = group.id;
    return groups_.insert_or_assign(id, std::move(group)).first->second;
}

Group* Registry::find_group(const Jid& jid) {
    if (!jid.is_group()) return nullptr;
    const auto found = groups_.find(jid.user);
    return found == groups_.end() ? nullptr : &found->second;
}

std::vector<Jid> Registry::group_devices(const Group& group) {
    std::vector<Jid> devices;
    for (const GroupMember& member : group.members) {
        if (const Account* account = find(member.phone))
            std::ranges::copy(account->device_jids(group.mode), std::back_inserter(devices));
    }
    return devices;
}

std::set<std::string> Registry::acquaintances(const Account& account) const {
    std::set<std::string> phones = account.contacts;
    for (const auto& [id, group] : groups_) {
        if (group.find(account.phone) == nullptr) continue;
        for (const GroupMember& member : group.members) phones.insert(member.phone);
    }
    phones.erase(account.phone);
    return phones;
}

bool shows(const Account& owner, const Account& viewer, const std::string& category) {
    const auto setting = owner.profile.privacy.find(category);
    if (&owner == &viewer || setting == owner.profile.privacy.end() || setting->second == "all") return true;
    return setting->second != "none" && owner.contacts.contains(viewer.phone);
}

std::string participant_hash(const std::vector<Jid>& devices) {
    std::vector<std::string> lines;
    for (const Jid& jid : devices) lines.push_back(jid.to_ad_string());
    std::ranges::sort(lines);
    std::string all;
    for (const std::string& line : lines) all += line;
    const auto digest = crypto::sha256(common::as_bytes(all));
    return "2:" + common::to_base64(ByteView{digest}.first(6));
}

Node take_bundle(Device& device, const Jid& as) {
    const PublishedKeys& keys = device.keys;
    Node user{"user", {{"jid", as}}};
    user.add(Node{"registration", {}, common::be_bytes(keys.registration_id, 4)});
    user.add(Node{"type", {}, Bytes{5}});
    user.add(Node{"identity", {}, common::to_bytes(ByteView{keys.identity})});
    if (!keys.one_time.empty()) {
        const OneTimeKey& next = keys.one_time.front();
        Node key{"key"};
        key.add(Node{"id", {}, common::be_bytes(next.id, 3)});
        key.add(Node{"value", {}, next.key});
        user.add(std::move(key));
        device.keys.one_time.pop_front();
    }
    Node signed_key{"skey"};
    signed_key.add(Node{"id", {}, common::be_bytes(keys.signed_id, 3)});
    signed_key.add(Node{"value", {}, keys.signed_key});
    signed_key.add(Node{"signature", {}, keys.signature});
    user.add(std::move(signed_key));
    if (!device.identity_record.empty()) user.add(Node{"device-identity", {}, device.identity_record});
    return user;
}

}  // namespace simulator
