// Where receipts go (protocol part 2, section 11.4).
#include "tests/simulator/router.hpp"

#include <algorithm>
#include <array>

namespace simulator {

namespace {

constexpr auto collecting = std::chrono::milliseconds{200};

/// Receipts between the devices of one account.
bool is_own_only(std::string_view type) {
    constexpr std::array<std::string_view, 4> types{"sender", "peer_msg", "hist_sync", "server-error"};
    return std::ranges::find(types, type) != types.end();
}

bool tells_others(std::string_view type) { return type != "read-self" && type != "played-self"; }
bool tells_own_devices(std::string_view type) { return type.starts_with("read") || type.starts_with("played"); }

/// The ids a receipt is about: its own and those of its list.
std::vector<std::string> ids_of(const Node& receipt) {
    std::vector<std::string> ids{receipt.text("id")};
    if (const Node* list = receipt.child("list")) {
        for (const Node& item : list->children()) ids.push_back(item.text("id"));
    }
    return ids;
}

}  // namespace

void Router::acknowledge_receipt(Account& sender, Device& from, const Node& node) {
    Node ack{"ack", {{"class", "receipt"}, {"id", node.text("id")}, {"t", now()}}};
    if (const auto to = node.jid("to")) ack.set("from", *to);
    for (const std::string_view kept : {"type", "participant", "recipient"}) {
        if (const auto* value = node.find(kept)) ack.set(kept, *value);
    }
    delivery_.answer(sender, from, ack);
}

void Router::receipt(Account& sender, Device& from, const Node& node) {
    delivery_.confirm(from, node);
    acknowledge_receipt(sender, from, node);
    const auto to = node.jid("to");
    if (!to) return;
    if (to->is_group() || to->is_broadcast()) return group_receipt(sender, from, node);
    if (Account* target = registry_.find(*to)) user_receipt(sender, from, node, *target);
}

void Router::user_receipt(Account& sender, Device& from, const Node& node, Account& target) {
    const std::string type = node.text("type");
    const Jid to = *node.jid("to");
    Node forward{"receipt", {{"id", node.text("id")}, {"from", sender.jid(space_of(to), from.number)}, {"t", now()}}};
    if (!type.empty()) forward.set("type", type);
    forward.content = node.content;
    if (type == "retry") {
        if (const auto* recipient = node.find("recipient")) forward.set("recipient", *recipient);
        Device* author = registry_.find_device(to);
        if (author == nullptr || author == &from) return;
        author->accepted.forget(node.text("id"));
        return delivery_.deliver(target, *author, std::move(forward));
    }
    if (is_own_only(type)) {
        if (&target == &sender && from.number != 0) delivery_.deliver(sender, sender.devices.at(0), std::move(forward));
        return;
    }
    if (&target != &sender && tells_others(type)) {
        for (auto& [number, device] : target.devices) delivery_.deliver(target, device, forward);
    }
    if (!tells_own_devices(type)) return;
    forward.set("recipient", to.bare());
    for (auto& [number, device] : sender.devices) {
        if (&device != &from) delivery_.deliver(sender, device, forward);
    }
}

void Router::group_receipt(Account& sender, Device& from, const Node& node) {
    const std::string type = node.text("type");
    const Jid chat = node.jid("to")->bare();
    const auto author = node.jid("participant");
    Account* target = author ? registry_.find(*author) : nullptr;
    if (target == nullptr) return;
    const Group* group = registry_.find_group(chat);
    const Space space = group == nullptr ? space_of(*author) : group->mode;
    Node forward{"receipt", {{"id", node.text("id")}, {"from", chat}, {"t", now()}}};
    forward.set("participant", sender.jid(space, from.number));
    if (!type.empty()) forward.set("type", type);
    forward.content = node.content;
    if (type == "retry") {
        Device* device = registry_.find_device(*author);
        if (device == nullptr || device == &from) return;
        device->accepted.forget(node.text("id"));
        return delivery_.deliver(*target, *device, std::move(forward));
    }
    if (is_own_only(type)) {
        if (target == &sender && from.number != 0) delivery_.deliver(sender, sender.devices.at(0), std::move(forward));
        return;
    }
    if (target != &sender && tells_others(type)) {
        if (faults_.grouped_receipts) return collect(*target, forward);
        for (auto& [number, device] : target->devices) delivery_.deliver(*target, device, forward);
    }
    if (!tells_own_devices(type)) return;
    for (auto& [number, device] : sender.devices) {
        if (&device != &from) delivery_.deliver(sender, device, forward);
    }
}

void Router::collect(Account& author, const Node& receipt) {
    const std::string key = author.phone + " " + receipt.text("from") + " " + receipt.text("type");
    Collected& together = collected_[key];
    if (together.users.empty()) {
        together.author = author.phone;
        together.receipt = Node{"receipt", {{"id", receipt.text("id")}, {"from", *receipt.jid("from")}, {"t", now()}}};
        if (receipt.has("type")) together.receipt.set("type", receipt.text("type"));
    }
    for (const std::string& id : ids_of(receipt)) {
        together.users[id].push_back(Node{"user", {{"jid", *receipt.jid("participant")}, {"t", now()}}});
    }
    if (flush_planned_) return;
    flush_planned_ = true;
    auto timer = std::make_shared<common::asio::steady_timer>(executor_, collecting);
    timer->async_wait([this, timer](auto) { flush_collected(); });
}

void Router::flush_collected() {
    flush_planned_ = false;
    for (auto& [key, together] : std::exchange(collected_, {})) {
        Account* author = registry_.find(together.author);
        if (author == nullptr) continue;
        Node receipt = together.receipt;
        for (auto& [id, users] : together.users) {
            receipt.add(Node{"participants", {{"key", id}}, std::move(users)});
        }
        for (auto& [number, device] : author->devices) delivery_.deliver(*author, device, receipt);
    }
}

}  // namespace simulator
