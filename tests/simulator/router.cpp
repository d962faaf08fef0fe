#include "tests/simulator/router.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace simulator {

namespace {

constexpr int error_no_such_user = 404;
constexpr int error_malformed = 479;

Space other(Space space) { return space == Space::lid ? Space::pn : Space::lid; }
std::string_view suffix(Space space) { return space == Space::lid ? "_lid" : "_pn"; }

Node damaged(Node enc) {
    Bytes bytes = common::to_bytes(enc.bytes());
    if (!bytes.empty()) bytes[bytes.size() / 2] ^= 0x01;
    enc.content = std::move(bytes);
    return enc;
}

}  // namespace

Router::Router(
    common::asio::any_io_executor executor,
    Registry& registry,
    Delivery& delivery,
    Faults& faults,
    const common::Clock& clock
)
    : executor_{std::move(executor)}, registry_{registry}, delivery_{delivery}, faults_{faults}, clock_{clock} {}

std::string Router::now() const { return std::to_string(clock_.now().time_since_epoch().count()); }

Node Router::copy_for(
    const Account& sender, const Device& from, const Account& recipient, const Node& original, const Node& enc, bool own
) {
    const Jid to = *original.jid("to");
    const Space space = space_of(to);
    const std::string type = original.text("type");
    Node copy{"message", {{"from", sender.jid(space, from.number)}, {"id", original.text("id")}, {"t", now()}}};
    copy.set("type", type.empty() ? std::string{"text"} : type);
    if (!sender.name.empty()) copy.set("notify", sender.name);
    if (own) {
        // A resend to an own device is addressed to that device and names the chat apart.
        const Jid chat = original.jid("recipient").value_or(to).bare();
        const Account* peer = registry_.find(chat);
        if (original.text("category") != "peer") {
            copy.set("recipient", chat);
            copy.set(
                "peer_recipient" + std::string{suffix(other(space))}, (peer ? *peer : recipient).jid(other(space))
            );
        }
    } else {
        copy.set("sender" + std::string{suffix(other(space))}, sender.jid(other(space)));
    }
    for (const std::string_view kept : {"edit", "category"}) {
        if (original.has(kept)) copy.set(kept, original.text(kept));
    }
    copy.add(enc);
    for (const std::string_view kept : {"device-identity", "meta", "biz", "reporting"}) {
        const Node* child = original.child(kept);
        if (child == nullptr || (kept == "device-identity" && enc.text("type") != "pkmsg")) continue;
        copy.add(*child);
    }
    return copy;
}

void Router::route_copy(
    Account& sender, Device& from, Account& recipient, const Node& original, const Jid& target, const Node& enc
) {
    Account* owner = registry_.find(target);
    Device* device = registry_.find_device(target);
    if (owner == nullptr || device == nullptr || device == &from) return;
    if (owner != &sender && owner != &recipient) return;
    const bool damage = device->number != 0 && faults_.flip_bit_next == owner->phone;
    if (damage) faults_.flip_bit_next.clear();
    const bool own = owner == &sender;
    delivery_.deliver(*owner, *device, copy_for(sender, from, recipient, original, damage ? damaged(enc) : enc, own));
}

void Router::message(Account& sender, Device& from, const Node& node) {
    const std::string id = node.text("id");
    const auto to = node.jid("to");
    if (id.empty() || !to) return acknowledge(sender, from, node, error_malformed, "");
    if (faults_.ack_error != 0) return acknowledge(sender, from, node, faults_.ack_error, "");
    Account* recipient = registry_.find(*to);
    if (recipient == nullptr) return acknowledge(sender, from, node, error_no_such_user, "");
    const bool peer = node.text("category") == "peer";
    if (peer && (recipient != &sender || node.child("tctoken") != nullptr)) {
        return acknowledge(sender, from, node, error_malformed, "");
    }
    const Node* single = node.child("enc");
    const bool resend =
        node.has("device_fanout") || node.has("participant") || (single != nullptr && single->has("count"));
    if (!resend && from.accepted.contains(id)) return acknowledge(sender, from, node, 0, "");
    from.accepted.add(id);
    if (recipient != &sender) {
        sender.contacts.insert(recipient->phone);
        recipient->contacts.insert(sender.phone);
    }
    if (single != nullptr) {
        // A resend may carry the same encryption twice, alone and among participants: the lone one counts.
        route_copy(sender, from, *recipient, node, node.jid("participant").value_or(*to), *single);
        return acknowledge(sender, from, node, 0, "");
    }
    const Node* participants = node.child("participants");
    if (participants == nullptr) return acknowledge(sender, from, node, error_malformed, "");
    for (const Node& target : participants->children()) {
        const auto jid = target.jid("jid");
        const Node* enc = target.child("enc");
        if (jid && enc != nullptr) route_copy(sender, from, *recipient, node, *jid, *enc);
    }
    const bool whole = !resend && !peer;
    acknowledge(sender, from, node, 0, whole ? missing_devices(sender, from, *recipient, node) : "");
}

std::string Router::missing_devices(
    const Account& sender, const Device& from, const Account& recipient, const Node& message
) {
    const Space space = space_of(*message.jid("to"));
    std::vector<Jid> expected = recipient.device_jids(space);
    if (&sender != &recipient) std::ranges::copy(sender.device_jids(space), std::back_inserter(expected));
    std::erase(expected, sender.jid(space, from.number));
    std::set<Jid> listed;
    for (const Node& target : message.child("participants")->children()) {
        const auto jid = target.jid("jid");
        const Account* owner = jid ? registry_.find(*jid) : nullptr;
        if (owner != nullptr) listed.insert(owner->jid(space, jid->device));
    }
    const std::set<Jid> wanted{expected.begin(), expected.end()};
    if (listed == wanted && !faults_.phash_mismatch) return "";
    if (faults_.phash_mismatch) expected.push_back(recipient.jid(space, 98));
    return participant_hash(expected);
}

void Router::acknowledge(Account& account, Device& device, const Node& message, int error, const std::string& phash) {
    if (faults_.drop_acks) return;
    Node ack{"ack", {{"class", "message"}, {"id", message.text("id")}, {"t", now()}}};
    if (const auto to = message.jid("to")) ack.set("from", *to);
    if (!phash.empty()) ack.set("phash", phash);
    if (error != 0) ack.set("error", std::to_string(error));
    if (faults_.ack_delay.count() == 0) return delivery_.answer(account, device, ack);
    auto timer = std::make_shared<common::asio::steady_timer>(executor_, faults_.ack_delay);
    auto late = [this, timer, jid = account.jid(Space::pn, device.number), ack = std::move(ack)](auto) {
        Account* owner = registry_.find(jid);
        Device* receiver = registry_.find_device(jid);
        if (owner != nullptr && receiver != nullptr) delivery_.answer(*owner, *receiver, ack);
    };
    timer->async_wait(std::move(late));
}

void Router::receipt(Account& sender, Device& from, const Node& node) {
    delivery_.confirm(from, node);
    const std::string type = node.text("type");
    const auto to = node.jid("to");
    Node ack{"ack", {{"class", "receipt"}, {"id", node.text("id")}, {"t", now()}}};
    if (to) ack.set("from", *to);
    for (const std::string_view kept : {"type", "participant", "recipient"}) {
        if (const auto* value = node.find(kept)) ack.set(kept, *value);
    }
    delivery_.answer(sender, from, ack);
    Account* target = to ? registry_.find(*to) : nullptr;
    if (target == nullptr) return;

    Node forward{"receipt", {{"id", node.text("id")}, {"from", sender.jid(space_of(*to), from.number)}, {"t", now()}}};
    if (!type.empty()) forward.set("type", type);
    forward.content = node.content;
    if (type == "retry") {
        if (const auto* recipient = node.find("recipient")) forward.set("recipient", *recipient);
        Device* author = registry_.find_device(*to);
        if (author == nullptr || author == &from) return;
        author->accepted.forget(node.text("id"));
        return delivery_.deliver(*target, *author, std::move(forward));
    }
    constexpr std::array<std::string_view, 4> own_only{"sender", "peer_msg", "hist_sync", "server-error"};
    if (std::ranges::find(own_only, type) != own_only.end()) {
        if (target == &sender && from.number != 0) delivery_.deliver(sender, sender.devices.at(0), std::move(forward));
        return;
    }
    if (target != &sender && type != "read-self" && type != "played-self") {
        for (auto& [number, device] : target->devices) delivery_.deliver(*target, device, forward);
    }
    if (type.starts_with("read") || type.starts_with("played")) {
        forward.set("recipient", to->bare());
        for (auto& [number, device] : sender.devices) {
            if (&device != &from) delivery_.deliver(sender, device, forward);
        }
    }
}

void Router::notify(Account& target, Device& device, std::string_view type, const Jid& about, Node content) {
    Node notification{"notification", {{"from", about}, {"type", type}, {"t", now()}}};
    notification.set("id", std::to_string(1'000'000 + ++last_notification_));
    if (const Account* account = about.is_pn() && !about.user.empty() ? registry_.find(about) : nullptr) {
        notification.set(type == "privacy_token" ? "sender_lid" : "lid", account->jid(Space::lid));
    }
    notification.add(std::move(content));
    delivery_.deliver(target, device, std::move(notification));
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
    for (const std::string& phone : account.contacts) {
        Account* contact = registry_.find(phone);
        if (contact == nullptr) continue;
        for (auto& [number, companion] : contact->devices) {
            if (number != 0) notify(*contact, companion, "devices", about, change);
        }
    }
}

}  // namespace simulator
