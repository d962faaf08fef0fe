#include "tests/simulator/router.hpp"

#include <algorithm>

namespace simulator {

namespace {
/// A scripted phone without companions is taken to be in its owner's hand.
bool is_available(const Account& account) {
    if (account.devices.size() == 1) return true;
    return std::ranges::any_of(account.devices, [](const auto& entry) { return entry.second.available; });
}
}  // namespace

void Router::send_presence(const Account& about, Account& watcher, Device& device) {
    Node presence{"presence", {{"from", about.jid(Space::lid)}}};
    if (!is_available(about)) {
        presence.set("type", "unavailable");
        presence.set("last", now());
    }
    delivery_.answer(watcher, device, presence);
}

void Router::presence(Account& sender, Device& from, const Node& node) {
    const std::string type = node.text("type");
    if (type == "subscribe") {
        const auto to = node.jid("to");
        const Account* about = to ? registry_.find(*to) : nullptr;
        if (about == nullptr) return;
        from.subscriptions.insert(about->phone);
        if (from.available) send_presence(*about, sender, from);
        return;
    }
    if (type != "available" && type != "unavailable") return;
    from.available = type == "available";
    if (sender.name.empty()) sender.name = node.text("name");
    for (auto& [phone, watcher] : registry_.accounts()) {
        for (auto& [number, device] : watcher.devices) {
            if (device.available && device.subscriptions.contains(sender.phone)) send_presence(sender, watcher, device);
        }
    }
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
