#include "bridge/whatsapp/receipts/receipts.hpp"

#include <algorithm>

namespace bridge::whatsapp::receipts {

using events::Receipt;
using events::ReceiptType;

Node delivery_receipt(const Node& message, const Jid& own_pn, bool from_me, bool peer, bool active) {
    Node receipt{"receipt", {{"id", message.text("id")}}};
    if (peer) {
        receipt.set("to", own_pn.bare());
        receipt.set("type", "peer_msg");
        return receipt;
    }
    if (const auto* from = message.find("from")) receipt.set("to", *from);
    for (const std::string_view copied : {"participant", "recipient"}) {
        if (const auto* value = message.find(copied)) receipt.set(copied, *value);
    }
    if (from_me) {
        receipt.set("type", "sender");
    } else if (!active) {
        receipt.set("type", "inactive");
    }
    return receipt;
}

Node read_receipt(const Jid& chat, const Jid& participant, const std::vector<std::string>& ids, common::UnixTime now) {
    Node receipt{"receipt", {{"id", ids.front()}, {"to", chat.bare()}, {"type", "read"}}};
    receipt.set("t", std::to_string(now.time_since_epoch().count()));
    if (!participant.empty()) receipt.set("participant", participant.bare());
    if (ids.size() > 1) {
        Node list{"list"};
        for (std::size_t i = 1; i < ids.size(); ++i) list.add(Node{"item", {{"id", ids[i]}}});
        receipt.add(std::move(list));
    }
    return receipt;
}

namespace {

ReceiptType type_of(std::string_view type) {
    if (type.empty() || type == "inactive" || type == "delivery") return ReceiptType::delivered;
    if (type == "read" || type == "read-self") return ReceiptType::read;
    if (type == "played" || type == "played-self") return ReceiptType::played;
    if (type == "sender") return ReceiptType::sender;
    return ReceiptType::other;
}

common::UnixTime time_of(const Node& node) {
    return common::UnixTime{
        std::chrono::seconds{std::min<std::uint64_t>(node.number("t").value_or(0), 253'402'300'799ULL)}};
}

}  // namespace

bool is_retry(const Node& stanza) noexcept {
    const auto* type = stanza.find("type");
    const auto* text = type ? std::get_if<std::string>(type) : nullptr;
    return text && *text == "retry";
}

std::vector<Receipt> parse_receipts(const Node& stanza, const Jid& own_pn, const Jid& own_lid) {
    const auto from = stanza.jid("from");
    if (!from) return {};
    const ReceiptType type = type_of(stanza.text("type"));
    if (type == ReceiptType::other) return {};
    Receipt base;
    base.type = type;
    base.time = time_of(stanza);
    const auto is_me = [&](const Jid& jid) { return jid.user == (jid.is_lid() ? own_lid.user : own_pn.user); };
    if (from->is_group() || from->is_broadcast()) {
        base.chat = from->bare();
        base.who = stanza.jid("participant").value_or(Jid{});
    } else {
        const Jid sender = from->normalised().with_device(from->device);
        base.who = sender;
        base.chat = sender.bare();
        if (const auto recipient = stanza.jid("recipient"); recipient && is_me(sender))
            base.chat = recipient->normalised().bare();
    }
    base.from_me = !base.who.empty() && is_me(base.who);
    std::vector<Receipt> found;
    for (const Node& group : stanza.children()) {
        if (group.tag != "participants") continue;
        for (const Node& user : group.children()) {
            const auto jid = user.jid("jid");
            if (!jid) continue;
            Receipt one = base;
            one.who = *jid;
            one.from_me = is_me(*jid);
            one.ids.push_back(group.text("key"));
            one.time = time_of(user);
            found.push_back(std::move(one));
        }
    }
    if (!found.empty()) return found;
    base.ids.push_back(stanza.text("id"));
    if (const Node* list = stanza.child("list")) {
        for (const Node& item : list->children()) {
            if (item.tag == "item" && item.has("id")) base.ids.push_back(item.text("id"));
        }
    }
    found.push_back(std::move(base));
    return found;
}

}  // namespace bridge::whatsapp::receipts
