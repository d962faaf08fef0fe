#include "tests/simulator/router.hpp"

#include <algorithm>

namespace simulator {

namespace {
/// A scripted phone without companions is taken to be in its owner's hand.
bool is_available(const Account& account) {
    if (account.profile.present) return *account.profile.present;
    if (account.devices.size() == 1) return true;
    return std::ranges::any_of(account.devices, [](const auto& entry) { return entry.second.available; });
}
}  // namespace

void Router::send_presence(const Account& about, Account& watcher, Device& device) {
    const auto subscription = device.subscriptions.find(about.phone);
    if (!device.available || subscription == device.subscriptions.end()) return;
    Node presence{"presence", {{"from", about.jid(subscription->second)}}};
    if (!is_available(about)) {
        presence.set("type", "unavailable");
        const bool shown = shows(about, watcher, "last") && about.profile.last_seen != 0;
        presence.set("last", shown ? std::to_string(about.profile.last_seen) : std::string{"deny"});
    }
    delivery_.answer(watcher, device, presence);
}

void Router::announce_presence(Account& about) {
    if (!is_available(about)) about.profile.last_seen = seconds();
    for (auto& [phone, watcher] : registry_.accounts()) {
        for (auto& [number, device] : watcher.devices) send_presence(about, watcher, device);
    }
}

void Router::presence(Account& sender, Device& from, const Node& node) {
    const std::string type = node.text("type");
    if (type == "subscribe") {
        const auto to = node.jid("to");
        const Account* about = to ? registry_.find(*to) : nullptr;
        if (about == nullptr) return;
        from.subscriptions[about->phone] = space_of(*to);
        return send_presence(*about, sender, from);
    }
    if (type != "available" && type != "unavailable") return;
    from.available = type == "available";
    if (sender.name.empty()) sender.name = node.text("name");
    announce_presence(sender);
}

void Router::chat_state(Account& sender, const Node& node) {
    const auto to = node.jid("to");
    if (!to) return;
    Node state = node;
    state.erase("to");
    const auto tell = [&](Account& target) {
        for (auto& [number, device] : target.devices) {
            if (device.available) delivery_.answer(target, device, state);
        }
    };
    if (const Group* group = registry_.find_group(*to)) {
        if (group->find(sender.phone) == nullptr) return;
        state.set("from", group->jid());
        state.set("participant", sender.jid(group->mode));
        for (const GroupMember& member : group->members) {
            Account* account = registry_.find(member.phone);
            if (account != nullptr && account != &sender) tell(*account);
        }
        return;
    }
    Account* target = registry_.find(*to);
    if (target == nullptr) return;
    state.set("from", sender.jid(space_of(*to)));
    tell(*target);
}

}  // namespace simulator
