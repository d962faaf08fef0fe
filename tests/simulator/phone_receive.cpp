// How a scripted phone opens what it gets (protocol part 2, sections 6.1 to 6.7).
#include "bridge/whatsapp/content/unwrap.hpp"
#include "common/log/log.hpp"
#include "tests/simulator/adv.hpp"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/phone_content.hpp"

namespace simulator {

namespace content = bridge::whatsapp::content;
namespace signal = bridge::whatsapp::signal;
using common::Result;

namespace {

bool is_shared(const Node& enc) { return enc.text("type") == "skmsg"; }

struct Encryptions {
    const Node* pairwise{nullptr};
    const Node* shared{nullptr};
};

Encryptions encryptions_of(const Node& stanza) {
    Encryptions found;
    for (const Node& child : stanza.children()) {
        if (child.tag == "enc") (is_shared(child) ? found.shared : found.pairwise) = &child;
    }
    return found;
}

bool is_duplicate(const Result<Bytes>& opened) { return !opened && opened.error() == signal::Errc::duplicate_message; }

/// The device that wrote the stanza: in chats of many its `participant`.
std::optional<Jid> author_of(const Node& stanza) {
    const auto from = stanza.jid("from");
    return from && !from->is_user() ? stanza.jid("participant") : from;
}

}  // namespace

Result<Bytes> Phone::open_pairwise(const Node& stanza, const Node& enc, const Account& sender, std::uint16_t device) {
    const bool is_first = enc.text("type") == "pkmsg";
    const auto type = is_first ? signal::MessageType::pre_key_message : signal::MessageType::message;
    const Jid address = sender.jid(Space::lid, device);
    auto plain = cipher_->decrypt(address, type, enc.bytes());
    if (!plain || !is_first || device == 0) return plain;
    // A companion's first message must prove that its phone vouches for the identity it used.
    const Node* record = stanza.child("device-identity");
    const auto identity = cipher_->identity_of(address);
    if (record == nullptr || !identity || !*identity) return common::Errc::invalid_argument;
    if (!proves_companion(record->bytes(), sender.identity.public_key, **identity)) {
        return common::Errc::invalid_argument;
    }
    return plain;
}

void Phone::take_sender_key(const Jid& address, ByteView plaintext) {
    const auto message = unpadded(plaintext);
    const auto parts = message ? content::unwrap(*message) : Result<content::Unwrapped>{message.error()};
    if (!parts || parts->sender_key_group.empty()) return;
    auto taken = cipher_->process_sender_key_distribution(parts->sender_key_group, address, parts->sender_key);
    if (!taken) common::log::warn("phone cannot use a sender key", {{"why", taken.error().message()}});
}

Result<Bytes> Phone::open(const Node& stanza, const Account& sender, std::uint16_t device) {
    const Encryptions found = encryptions_of(stanza);
    const Jid address = sender.jid(Space::lid, device);
    if (found.pairwise != nullptr) {
        auto plain = open_pairwise(stanza, *found.pairwise, sender, device);
        if (plain) take_sender_key(address, *plain);
        if (found.shared == nullptr || (!plain && !is_duplicate(plain))) return plain;
    }
    if (found.shared == nullptr) return common::Errc::invalid_argument;
    return cipher_->group_decrypt(stanza.text("from"), address, found.shared->bytes());
}

void Phone::receive_message(const Node& stanza) {
    const auto author = author_of(stanza);
    const Account* sender = author ? registry_.find(*author) : nullptr;
    if (sender == nullptr) return;
    const auto plain = open(stanza, *sender, author->device);
    if (!plain && !is_duplicate(plain)) return ask_again(stanza, *sender, author->device);
    if (plain) accept(stanza, *sender, author->device, *plain);
    const bool own = sender == &account_;
    Node receipt{"receipt", {{"id", stanza.text("id")}, {"to", *stanza.jid("from")}}};
    if (own) receipt.set("type", stanza.text("category") == "peer" ? "peer_msg" : "sender");
    for (const std::string_view kept : {"participant", "recipient"}) {
        if (const auto value = stanza.jid(kept)) receipt.set(kept, *value);
    }
    router_.receipt(account_, account_.devices.at(0), receipt);
}

void Phone::accept(const Node& stanza, const Account& sender, std::uint16_t device, ByteView plaintext) {
    const auto bytes = unpadded(plaintext);
    const auto parts = bytes ? content::unwrap(*bytes) : Result<content::Unwrapped>{bytes.error()};
    if (!parts) return common::log::warn("phone opened a message that is none", {{"id", stanza.text("id")}});
    const bool own = &sender == &account_;
    if ((parts->device_sent && !own) || !parts->has_content) return;
    if (own && stanza.text("category") == "peer") return answer_peer(stanza, device, parts->content);
    if (!known_.emplace(sender.phone, stanza.text("id")).second) return;
    const Jid from = *stanza.jid("from");
    PhoneMessage kept;
    kept.id = stanza.text("id");
    kept.from = sender.phone;
    kept.from_device = device;
    kept.from_me = own;
    kept.chat = own && from.is_user() ? stanza.jid("recipient").value_or(from).bare() : from.bare();
    kept.message = parts->content;
    kept.timestamp = stanza.number("t").value_or(now());
    keep(std::move(kept));
}

void Phone::receive_receipt(const Node& stanza) {
    const auto from = stanza.jid("from");
    if (!from) return;
    const std::string type = stanza.text("type");
    const Jid chat = from->is_user() ? Jid{} : from->bare();
    const auto add = [&](const Jid& who, const std::string& id) {
        const Account* reader = registry_.find(who);
        if (reader == nullptr) return;
        receipts_.push_back({receipts_.size() + 1, id, reader->phone, who.device, type, chat, now()});
    };
    for (const Node& message : stanza.children()) {
        if (message.tag != "participants") continue;
        for (const Node& user : message.children()) add(user.jid("jid").value_or(Jid{}), message.text("key"));
    }
    const auto author = author_of(stanza);
    Account* sender = author ? registry_.find(*author) : nullptr;
    if (sender == nullptr) return;
    if (type == "retry") return answer_retry(stanza, *sender, author->device);
    if (type == "server-error" && sender == &account_) return answer_lost_file(stanza, author->device);
    add(*author, stanza.text("id"));
    if (const Node* list = stanza.child("list")) {
        for (const Node& item : list->children()) add(*author, item.text("id"));
    }
}

}  // namespace simulator
