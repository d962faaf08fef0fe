// Messages to groups, to the status list and to broadcast lists (protocol part 2, sections 11.1 and 11.3).
#include "tests/simulator/router.hpp"

#include <algorithm>
#include <set>

namespace simulator {

namespace {

constexpr int error_forbidden = 403;
constexpr int error_addressing_mode = 421;
constexpr std::string_view status_user = "status";

const Node* sender_key_message(const Node& node) {
    for (const Node& child : node.children()) {
        if (child.tag == "enc" && child.text("type") == "skmsg" && !child.bytes().empty()) return &child;
    }
    return nullptr;
}

const Node::Nodes& participants_of(const Node& node) {
    static const Node::Nodes none;
    const Node* participants = node.child("participants");
    return participants == nullptr ? none : participants->children();
}

/// Whether the stanza says, and shows, the group's addressing mode.
bool speaks(const Node& node, Space mode) {
    if (node.has("addressing_mode") && node.text("addressing_mode") != name_of(mode)) return false;
    return std::ranges::all_of(participants_of(node), [&](const Node& target) {
        const auto jid = target.jid("jid");
        return !jid || space_of(*jid) == mode;
    });
}

/// Flips a bit of the encryption that holds the content.
void damage_content(Node& copy) {
    const auto shared = [](const Node& enc) { return enc.text("type") == "skmsg"; };
    auto content = std::ranges::find_if(copy.children_mut(), shared);
    if (content == copy.children_mut().end()) content = copy.children_mut().begin();
    Bytes bytes = common::to_bytes(content->bytes());
    if (!bytes.empty()) bytes[bytes.size() / 2] ^= 0x01;
    content->content = std::move(bytes);
}

/// The children that go along with the encryptions of a device.
void add_companions(Node& copy, const Node& original, bool is_first_message) {
    for (const std::string_view kept : {"device-identity", "meta", "biz", "reporting"}) {
        const Node* child = original.child(kept);
        if (child != nullptr && (kept != "device-identity" || is_first_message)) copy.add(*child);
    }
}

}  // namespace

Node Router::group_copy(const Account& sender, const Device& from, const Node& original, const Audience& audience) {
    const std::string type = original.text("type");
    const Space space = audience.space;
    Node copy{"message", {{"from", audience.chat}, {"id", original.text("id")}, {"t", now()}}};
    copy.set("type", type.empty() ? std::string{"text"} : type);
    copy.set("participant", sender.jid(space, from.number));
    copy.set("participant_" + std::string{name_of(other(space))}, sender.jid(other(space)));
    if (audience.chat.is_group()) copy.set("addressing_mode", name_of(space));
    if (!sender.name.empty()) copy.set("notify", sender.name);
    if (original.has("edit")) copy.set("edit", original.text("edit"));
    return copy;
}

void Router::deliver_in_group(const Jid& chat, Account& owner, Device& device, Node copy, bool has_skdm) {
    const std::string key = owner.jid(Space::pn, device.number).to_string() + " " + chat.to_string();
    const auto waiting = late_.extract(key);
    if (faults_.late_skdm && has_skdm && device.number != 0 && waiting.empty()) {
        late_.emplace(key, std::move(copy));
        return;
    }
    delivery_.deliver(owner, device, std::move(copy));
    if (!waiting.empty()) delivery_.deliver(owner, device, waiting.mapped());
}

void Router::add_recipients(Node& copy, const Account& sender, const Audience& audience) {
    copy.set("recipient", sender.jid(audience.space));
    Node recipients{"participants"};
    for (const Account* person : audience.people) {
        if (person == &sender) continue;
        Node recipient{"to", {{"jid", person->jid(audience.space)}}};
        const std::string key = "peer_recipient_" + std::string{name_of(other(audience.space))};
        recipient.set(key, person->jid(other(audience.space)));
        recipients.add(std::move(recipient));
    }
    copy.add(std::move(recipients));
}

void Router::fan_out(Account& sender, Device& from, const Node& original, const Audience& audience) {
    std::map<std::pair<std::string, std::uint16_t>, const Node*> pairwise;  // by phone and device
    for (const Node& target : participants_of(original)) {
        const auto jid = target.jid("jid");
        const Node* enc = target.child("enc");
        const Account* owner = jid ? registry_.find(*jid) : nullptr;
        if (owner != nullptr && enc != nullptr) pairwise[{owner->phone, jid->device}] = enc;
    }
    const Node* shared = sender_key_message(original);
    const bool listed_only = shared == nullptr || original.text("device_fanout") == "false";
    const bool is_list = audience.chat.is_broadcast() && audience.chat.user != status_user;
    const Node blank = group_copy(sender, from, original, audience);
    for (Account* person : audience.people) {
        for (auto& [number, device] : person->devices) {
            if (&device == &from) continue;
            const auto found = pairwise.find({person->phone, number});
            const Node* own = found == pairwise.end() ? nullptr : found->second;
            if (own == nullptr && listed_only) continue;
            const bool has_skdm = own != nullptr && !listed_only;
            if (has_skdm && number != 0 && faults_.drop_skdm) own = nullptr;
            Node copy = blank;
            if (own != nullptr) copy.add(*own);
            if (!listed_only) copy.add(*shared);
            if (copy.children().size() > 1 && faults_.skmsg_first) std::ranges::reverse(copy.children_mut());
            if (number != 0 && faults_.flip_bit_next == person->phone) {
                faults_.flip_bit_next.clear();
                damage_content(copy);
            }
            if (is_list && person == &sender) add_recipients(copy, sender, audience);
            add_companions(copy, original, own != nullptr && own->text("type") == "pkmsg");
            withhold(copy, *person, device);
            deliver_in_group(audience.chat, *person, device, std::move(copy), has_skdm);
        }
    }
}

void Router::resend_to(
    Account& sender, Device& from, const Node& original, const Audience& audience, const Jid& requester
) {
    // Beside participants (the distribution once more) the lone encryption counts: it holds content and distribution.
    const Node* enc = original.child("enc");
    Account* owner = registry_.find(requester);
    Device* device = registry_.find_device(requester);
    if (enc == nullptr || owner == nullptr || device == nullptr || device == &from) return;
    if (std::ranges::find(audience.people, owner) == audience.people.end()) return;
    Node copy = group_copy(sender, from, original, audience);
    copy.add(*enc);
    add_companions(copy, original, enc->text("type") == "pkmsg");
    delivery_.deliver(*owner, *device, std::move(copy));
}

void Router::group_message(Account& sender, Device& from, const Node& node, Group& group) {
    const GroupMember* member = group.find(sender.phone);
    if (member == nullptr || (group.announce && member->role == Role::member)) {
        return acknowledge(sender, from, node, error_forbidden, "");
    }
    if (!speaks(node, group.mode)) return acknowledge(sender, from, node, error_addressing_mode, "");
    if (!is_fresh(sender, from, node)) return;
    Audience audience{group.jid(), group.mode, {}};
    for (const GroupMember& one : group.members) {
        if (Account* account = registry_.find(one.phone)) audience.people.push_back(account);
    }
    if (const auto requester = node.jid("participant")) {
        resend_to(sender, from, node, audience, *requester);
        return acknowledge(sender, from, node, 0, "");
    }
    fan_out(sender, from, node, audience);
    std::vector<Jid> devices = registry_.group_devices(group);
    if (faults_.phash_mismatch) devices.push_back(person(sender.phone, group.mode, 98));
    const std::string expected = participant_hash(devices);
    const bool compares = node.has("phash") && node.text("device_fanout") != "false";
    acknowledge(sender, from, node, 0, compares && node.text("phash") != expected ? expected : "");
}

Router::Audience Router::broadcast_audience(Account& sender, const Node& node) {
    Audience audience{node.jid("to")->bare(), Space::lid, {}};
    std::set<std::string> named;
    bool names_all = false;  // a bare `<to jid/>` lists the audience, encryptions or not
    for (const Node& target : participants_of(node)) {
        const auto jid = target.jid("jid");
        const Account* account = jid ? registry_.find(*jid) : nullptr;
        if (account == nullptr) continue;
        audience.space = space_of(*jid);
        named.insert(account->phone);
        names_all = names_all || target.child("enc") == nullptr;
    }
    const bool everyone = audience.chat.user == status_user && sender_key_message(node) != nullptr;
    if (everyone) {
        // Senders that do not list everybody list who still needs their key: the audience of before is meant too.
        if (!names_all && named.empty() && sender.status_audience.empty()) named = sender.contacts;
        if (!names_all) named.insert(sender.status_audience.begin(), sender.status_audience.end());
        sender.status_audience = named;
        named.insert(sender.phone);
    }
    for (const std::string& phone : named) audience.people.push_back(registry_.find(phone));
    std::erase(audience.people, nullptr);
    return audience;
}

void Router::broadcast_message(Account& sender, Device& from, const Node& node) {
    if (!is_fresh(sender, from, node)) return;
    Audience audience = broadcast_audience(sender, node);
    if (const auto requester = node.jid("participant")) {
        audience.space = space_of(*requester);
        if (Account* owner = registry_.find(*requester)) audience.people = {owner};
        resend_to(sender, from, node, audience, *requester);
    } else {
        fan_out(sender, from, node, audience);
    }
    acknowledge(sender, from, node, 0, "");
}

}  // namespace simulator
