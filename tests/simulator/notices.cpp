// What the server tells devices on its own (protocol part 2, section 11.7).
#include "tests/simulator/router.hpp"

namespace simulator {

void Router::notify(Account& target, Device& device, Node notification) {
    if (!notification.has("id")) notification.set("id", std::to_string(1'000'000 + ++last_notification_));
    if (!notification.has("t")) notification.set("t", now());
    delivery_.deliver(target, device, std::move(notification));
}

void Router::notify(Account& target, Device& device, std::string_view type, const Jid& about, Node content) {
    Node notification{"notification", {{"from", about}, {"type", type}}};
    if (const Account* account = about.is_pn() && !about.user.empty() ? registry_.find(about) : nullptr) {
        notification.set(type == "privacy_token" ? "sender_lid" : "lid", account->jid(Space::lid));
    }
    notification.add(std::move(content));
    notify(target, device, std::move(notification));
}

void Router::notify_own(Account& account, std::string_view type, const Node& content, const Device* except) {
    for (auto& [number, companion] : account.devices) {
        if (number != 0 && &companion != except) notify(account, companion, type, account.jid(Space::pn), content);
    }
}

void Router::notify_acquaintances(const Account& account, std::string_view type, const Node& content) {
    for (const std::string& phone : registry_.acquaintances(account)) {
        Account* other_account = registry_.find(phone);
        if (other_account == nullptr) continue;
        for (auto& [number, companion] : other_account->devices) {
            if (number != 0) notify(*other_account, companion, type, account.jid(Space::pn), content);
        }
    }
}

void Router::announce_device(
    Account& account, std::string_view operation, std::uint16_t device, std::uint32_t key_index
) {
    const Jid about = account.jid(Space::pn);
    Node change{operation, {{"device_hash", participant_hash(account.device_jids(Space::pn))}}};
    change.set("device_lid_hash", participant_hash(account.device_jids(Space::lid)));
    Node changed{"device", {{"jid", account.jid(Space::pn, device)}, {"lid", account.jid(Space::lid, device)}}};
    changed.set("key-index", std::to_string(key_index));
    change.add(std::move(changed));
    const auto seconds = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
    Node list{"key-index-list", {{"ts", now()}}};
    if (operation == "add") list.content = account.signed_key_index_list(seconds);
    change.add(std::move(list));

    Node own{"devices", {{"dhash", participant_hash(account.device_jids(Space::pn))}}};
    for (const auto& [number, companion] : account.devices) {
        Node entry{"device", {{"jid", account.jid(Space::pn, number)}}};
        if (number != 0) entry.set("key-index", std::to_string(companion.key_index));
        own.add(std::move(entry));
    }
    for (auto& [number, companion] : account.devices) {
        if (number != 0 && number != device) notify(account, companion, "account_sync", about, own);
    }
    notify_acquaintances(account, "devices", change);
}

}  // namespace simulator
