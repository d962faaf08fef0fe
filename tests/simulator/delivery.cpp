#include "tests/simulator/delivery.hpp"

#include "tests/simulator/connection.hpp"

#include <algorithm>
#include <array>

namespace simulator {

Delivery::Delivery(common::asio::any_io_executor executor, Registry& registry, const Faults& faults, NodeLog& log)
    : executor_{std::move(executor)}, registry_{registry}, faults_{faults}, log_{log} {}

void Delivery::answer(const Account& account, Device& device, const Node& node) {
    if (device.connection == nullptr || device.held) return;
    log_.add(account.phone, device.number, "out", node);
    device.connection->send(node);
}

void Delivery::deliver(Account& account, Device& device, Node stanza) {
    if (device.number == 0) {
        log_.add(account.phone, 0, "out", stanza);
        auto hand_over = [this, phone = account.phone, stanza = std::move(stanza)] {
            if (sink_) sink_(phone, stanza);
        };
        common::asio::post(executor_, std::move(hand_over));
        return;
    }
    device.queue.push_back({std::move(stanza), false});
    if (device.active && !device.held) send_queued(account, device, device.queue.back(), "");
}

void Delivery::send_queued(const Account& account, Device& device, Queued& entry, const std::string& offline) {
    if (device.connection == nullptr || device.held) return;
    Node stanza = entry.stanza;
    if (!offline.empty()) stanza.set("offline", offline);
    entry.sent = true;
    answer(account, device, stanza);
    if (faults_.duplicate_delivery && stanza.tag == "message") answer(account, device, stanza);
}

void Delivery::start(const Account& account, Device& device) {
    device.active = true;
    constexpr std::array<std::string_view, 4> kinds{"message", "receipt", "notification", "call"};
    Node preview{"offline_preview", {{"count", std::to_string(device.queue.size())}, {"appdata", "0"}}};
    for (const std::string_view kind : kinds) {
        const auto count = std::ranges::count_if(device.queue, [&](const Queued& q) { return q.stanza.tag == kind; });
        preview.set(kind, std::to_string(count));
    }
    const std::size_t count = device.queue.size();
    if (count > 0) {
        Node begin{"ib", {{"from", Jid::whatsapp_server()}}};
        begin.add(std::move(preview));
        answer(account, device, begin);
    }
    std::size_t index = 0;
    for (Queued& entry : device.queue) send_queued(account, device, entry, std::to_string(index++));
    Node end{"ib", {{"from", Jid::whatsapp_server()}}};
    end.add(Node{"offline", {{"count", std::to_string(count)}}});
    answer(account, device, end);
}

void Delivery::release(const Account& account, Device& device) {
    device.held = false;
    if (!device.active) return;
    for (Queued& entry : device.queue) {
        if (!entry.sent) send_queued(account, device, entry, "");
    }
}

void Delivery::confirm(Device& device, const Node& confirmation) {
    const bool is_receipt = confirmation.tag == "receipt";
    const std::string tag = is_receipt ? "message" : confirmation.text("class");
    const auto to = confirmation.jid("to");
    const auto remove = [&](const std::string& id) {
        const auto names = [&](const Queued& entry) {
            const Node& stanza = entry.stanza;
            if (!entry.sent || stanza.tag != tag || stanza.text("id") != id) return false;
            // Receipts share their id with the message they are about: a delivery and a read receipt differ by type.
            if (tag == "message") return true;
            const auto from = stanza.jid("from");
            const auto who = confirmation.jid("participant");
            if (who && stanza.has("participant") && stanza.jid("participant")->user != who->user) return false;
            return stanza.text("type") == confirmation.text("type") && (!to || !from || to->user == from->user);
        };
        const auto found = std::ranges::find_if(device.queue, names);
        if (found != device.queue.end()) device.queue.erase(found);
    };
    remove(confirmation.text("id"));
    if (!is_receipt) return;
    if (const Node* list = confirmation.child("list")) {
        for (const Node& item : list->children()) remove(item.text("id"));
    }
}

void Delivery::disconnected(Device& device) {
    device.connection = nullptr;
    device.active = false;
    device.available = false;
    device.held = false;
    device.subscriptions.clear();
    for (Queued& entry : device.queue) entry.sent = false;
}

}  // namespace simulator
