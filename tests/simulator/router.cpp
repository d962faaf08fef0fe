#include "tests/simulator/router.hpp"

#include "bridge/whatsapp/addons/tokens.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace simulator {

namespace addons = bridge::whatsapp::addons;

namespace {

constexpr int error_unknown = 404;
constexpr int error_no_token = 463;
constexpr int error_malformed = 479;
constexpr std::uint64_t token_bucket = 604'800;  // seconds
constexpr std::uint64_t token_buckets = 4;

std::string with_suffix(std::string_view key, Space space) {
    return std::string{key} + "_" + std::string{name_of(space)};
}

bool is_text(const Node* node) { return node != nullptr && std::holds_alternative<std::string>(node->content); }

/// What the real server answers with 479: tokens that are no bytes, or where none belong.
bool breaks_schema(const Node& message, const Jid& to) {
    const Node* token = message.child("tctoken");
    const Node* reporting = message.child("reporting");
    if (is_text(token) || is_text(message.child("cstoken"))) return true;
    if (reporting != nullptr && is_text(reporting->child("reporting_token"))) return true;
    if (token != nullptr && (!to.is_user() || message.text("category") == "peer")) return true;
    const Node* meta = message.child("meta");
    const bool acts_on_another = message.text("type") == "reaction" || message.text("edit") == "7";
    return to.is_broadcast() && acts_on_another && meta != nullptr && meta->has("status_setting");
}

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
            copy.set(with_suffix("peer_recipient", other(space)), (peer ? *peer : recipient).jid(other(space)));
        }
    } else {
        copy.set(with_suffix("sender", other(space)), sender.jid(other(space)));
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
    Node copy = copy_for(sender, from, recipient, original, damage ? damaged(enc) : enc, own);
    withhold(copy, *owner, *device);
    delivery_.deliver(*owner, *device, std::move(copy));
}

void Router::withhold(Node& copy, const Account& owner, const Device& device) {
    if (device.number == 0) return;
    const bool begins = faults_.withhold_next == owner.phone;
    if (begins) withheld_id_ = copy.text("id");
    if (withheld_id_.empty() || withheld_id_ != copy.text("id")) return;
    if (begins) faults_.withhold_next.clear();
    std::erase_if(copy.children_mut(), [](const Node& child) { return child.tag == "enc"; });
    Node unavailable{"unavailable"};
    if (!faults_.withhold_type.empty()) unavailable.set("type", faults_.withhold_type);
    copy.add(std::move(unavailable));
}

bool Router::lacks_token(const Account& sender, const Account& recipient, const Node& message) const {
    const Node* single = message.child("enc");
    const bool repeated = message.has("device_fanout") || (single != nullptr && single->has("count"));
    if (!recipient.profile.token_required || &sender == &recipient || repeated) return false;
    const auto given = recipient.profile.issued.find(sender.phone);
    const Node* token = message.child("tctoken");
    if (token != nullptr && given != recipient.profile.issued.end()) {
        const bool fresh = given->second.time / token_bucket + token_buckets > seconds() / token_bucket;
        if (fresh && common::equal_secret(token->bytes(), given->second.bytes)) return false;
    }
    const Node* salted = message.child("cstoken");
    if (salted == nullptr) return true;
    const auto expected = addons::contact_token(sender.profile.nct_salt, recipient.jid(Space::lid));
    return !common::equal_secret(salted->bytes(), expected);
}

void Router::message(Account& sender, Device& from, const Node& node) {
    const auto to = node.jid("to");
    if (node.text("id").empty() || !to) return acknowledge(sender, from, node, error_malformed, "");
    if (faults_.ack_error != 0) {
        acknowledge(sender, from, node, faults_.ack_error, "");
        if (faults_.ack_errors_left > 0 && --faults_.ack_errors_left == 0) faults_.ack_error = 0;
        return;
    }
    if (breaks_schema(node, *to)) return acknowledge(sender, from, node, error_malformed, "");
    if (to->is_broadcast()) return broadcast_message(sender, from, node);
    if (!to->is_group()) return user_message(sender, from, node);
    Group* group = registry_.find_group(*to);
    if (group == nullptr) return acknowledge(sender, from, node, error_unknown, "");
    group_message(sender, from, node, *group);
}

bool Router::is_fresh(Account& sender, Device& from, const Node& node) {
    const std::string id = node.text("id");
    const Node* single = node.child("enc");
    const bool resend =
        node.has("device_fanout") || node.has("participant") || (single != nullptr && single->has("count"));
    if (!resend && from.accepted.contains(id)) {
        acknowledge(sender, from, node, 0, "");
        return false;
    }
    from.accepted.add(id);
    return true;
}

void Router::user_message(Account& sender, Device& from, const Node& node) {
    const Jid to = *node.jid("to");
    Account* recipient = registry_.find(to);
    if (recipient == nullptr) return acknowledge(sender, from, node, error_unknown, "");
    const bool peer = node.text("category") == "peer";
    if (peer && recipient != &sender) return acknowledge(sender, from, node, error_malformed, "");
    if (lacks_token(sender, *recipient, node)) return acknowledge(sender, from, node, error_no_token, "");
    if (!is_fresh(sender, from, node)) return;
    // Blocked people are not told.
    if (recipient->profile.blocked.contains(sender.phone)) return acknowledge(sender, from, node, 0, "");
    if (recipient != &sender) {
        sender.contacts.insert(recipient->phone);
        recipient->contacts.insert(sender.phone);
    }
    if (const Node* single = node.child("enc")) {
        // A resend may carry the same encryption twice, alone and among participants: the lone one counts.
        route_copy(sender, from, *recipient, node, node.jid("participant").value_or(to), *single);
        return acknowledge(sender, from, node, 0, "");
    }
    const Node* participants = node.child("participants");
    if (participants == nullptr) return acknowledge(sender, from, node, error_malformed, "");
    for (const Node& target : participants->children()) {
        const auto jid = target.jid("jid");
        const Node* enc = target.child("enc");
        if (jid && enc != nullptr) route_copy(sender, from, *recipient, node, *jid, *enc);
    }
    const bool whole = !node.has("device_fanout") && !peer;
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

}  // namespace simulator
