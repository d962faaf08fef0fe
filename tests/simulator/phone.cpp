#include "tests/simulator/phone.hpp"

#include "common/log/log.hpp"
#include "proto/e2e.pb.h"
#include "tests/simulator/adv.hpp"
#include "tests/simulator/bundle.hpp"

namespace simulator {

namespace crypto = common::crypto;
namespace signal = bridge::whatsapp::signal;
namespace storage = bridge::whatsapp::storage;
using common::Error;
using common::Result;

namespace {

constexpr std::size_t key_batch = 100;
constexpr std::size_t low_water_mark = 20;
constexpr std::uint32_t registration_id_limit = 16380;

Bytes padded(const wa::e2e::Message& message) {
    Bytes bytes = common::to_bytes(message.SerializeAsString());
    const auto random = static_cast<std::uint8_t>(crypto::random_below(16));
    const std::uint8_t pad = random == 0 ? std::uint8_t{15} : random;
    bytes.insert(bytes.end(), pad, pad);
    return bytes;
}

Result<ByteView> unpadded(ByteView bytes) {
    if (bytes.empty() || bytes.back() == 0 || bytes.back() > bytes.size()) return common::Errc::invalid_argument;
    return bytes.first(bytes.size() - bytes.back());
}

std::string text_of(const wa::e2e::Message& message) {
    if (message.has_conversation()) return message.conversation();
    return message.extended_text_message().text();
}

/// The form of phones' ids, so that clients that guess the platform are served.
std::string fresh_id() {
    std::string hex = common::to_hex(crypto::random_bytes(9));
    for (char& c : hex) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
    return "3A" + hex;
}

}  // namespace

Phone::Phone(Registry& registry, Router& router, const common::Clock& clock, Account& account)
    : registry_{registry}, router_{router}, clock_{clock}, account_{account} {
    install();
}

std::uint64_t Phone::now() const { return static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()); }

void Phone::install() {
    storage_ = std::make_unique<tests::support::MemoryStorage>();
    signal::LocalIdentity local{
        account_.identity, static_cast<std::uint32_t>(1 + crypto::random_below(registration_id_limit))};
    cipher_ = std::make_unique<signal::Cipher>(*storage_, local);
    Device& device = account_.devices[0];
    device.platform = "android";
    device.keys = {};
    device.keys.registration_id = local.registration_id;
    device.keys.identity = account_.identity.public_key;
    publish_keys();
}

void Phone::publish_keys() {
    storage::SignedPreKey signed_key;
    signed_key.pair = crypto::KeyPair::generate();
    signed_key.signature =
        crypto::xeddsa_sign(account_.identity.private_key, crypto::prefixed(signed_key.pair.public_key));
    signed_key.created = clock_.now();
    if (auto saved = storage_->signed_pre_keys().save(signed_key); !saved) {
        common::log::error("phone keeps no signed pre-key", {{"why", saved.error().message()}});
    }
    PublishedKeys& keys = account_.devices[0].keys;
    keys.signed_id = signed_key.id;
    keys.signed_key = common::to_bytes(ByteView{signed_key.pair.public_key});
    keys.signature = common::to_bytes(ByteView{signed_key.signature});
    top_up();
}

void Phone::top_up() {
    auto& published = account_.devices[0].keys.one_time;
    if (published.size() >= low_water_mark) return;
    const auto fresh = storage_->pre_keys().generate(key_batch);
    if (!fresh) return;
    for (const storage::PreKey& key : *fresh) {
        published.push_back({key.id, common::to_bytes(ByteView{key.pair.public_key})});
    }
}

void Phone::change_identity() {
    account_.identity = crypto::KeyPair::generate();
    account_.raw_id = static_cast<std::uint32_t>(crypto::random_below(1ULL << 31));
    asked_again_.clear();
    install();
}

void Phone::receive(const Node& stanza) {
    if (stanza.tag == "message") receive_message(stanza);
    if (stanza.tag == "receipt") receive_receipt(stanza);
    top_up();
}

Result<Bytes> Phone::open(const Node& stanza, const Account& sender, std::uint16_t device) {
    const Node* enc = stanza.child("enc");
    if (enc == nullptr) return common::Errc::invalid_argument;
    const bool is_first = enc->text("type") == "pkmsg";
    const auto type = is_first ? signal::MessageType::pre_key_message : signal::MessageType::message;
    const Jid address = sender.jid(Space::lid, device);
    auto plain = cipher_->decrypt(address, type, enc->bytes());
    if (!plain || !is_first || device == 0) return plain;
    // A companion's first message must prove that its phone vouches for the identity it used.
    const Node* record = stanza.child("device-identity");
    const auto identity = cipher_->identity_of(address);
    if (record == nullptr || !identity || !*identity) return common::Errc::invalid_argument;
    if (!proves_companion(record->bytes(), sender.identity.public_key, **identity))
        return common::Errc::invalid_argument;
    return plain;
}

void Phone::receive_message(const Node& stanza) {
    const auto from = stanza.jid("from");
    const Account* sender = from ? registry_.find(*from) : nullptr;
    if (sender == nullptr) return;
    const auto plain = open(stanza, *sender, from->device);
    if (!plain && !(plain.error() == signal::Errc::duplicate_message)) return ask_again(stanza, *sender, from->device);
    if (plain) accept(stanza, *sender, from->device, *plain);
    const bool own = sender == &account_;
    Node receipt{"receipt", {{"id", stanza.text("id")}, {"to", *from}}};
    if (own) receipt.set("type", stanza.text("category") == "peer" ? "peer_msg" : "sender");
    if (const auto recipient = stanza.jid("recipient")) receipt.set("recipient", *recipient);
    router_.receipt(account_, account_.devices.at(0), receipt);
}

void Phone::accept(const Node& stanza, const Account& sender, std::uint16_t device, ByteView plaintext) {
    const auto bytes = unpadded(plaintext);
    wa::e2e::Message message;
    if (!bytes || !message.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
        return common::log::warn("phone opened a message that is none", {{"id", stanza.text("id")}});
    }
    const bool own = &sender == &account_;
    if (message.has_device_sent_message() && !own) return;
    const auto recipient = stanza.jid("recipient");
    const Account* to = own && recipient ? registry_.find(*recipient) : &account_;
    const std::string text = own ? text_of(message.device_sent_message().message()) : text_of(message);
    if (to == nullptr || text.empty()) return;
    if (!known_.emplace(sender.phone, stanza.text("id")).second) return;
    PhoneMessage kept;
    kept.id = stanza.text("id");
    kept.from = sender.phone;
    kept.from_device = device;
    kept.to = to->phone;
    kept.from_me = own;
    kept.text = text;
    kept.timestamp = stanza.number("t").value_or(now());
    keep(std::move(kept));
}

void Phone::keep(PhoneMessage message) {
    message.seq = messages_.size() + 1;
    messages_.push_back(std::move(message));
    if (!messages_.back().from_me && on_text_) on_text_(PhoneMessage{messages_.back()});
}

Bytes Phone::content_for(const Account& owner, const Sent& sent) const {
    wa::e2e::Message content;
    content.set_conversation(sent.text);
    if (&owner != &account_) return padded(content);
    wa::e2e::Message copy;
    copy.mutable_device_sent_message()->set_destination_jid(Jid{lid_for(sent.to), "lid"}.to_string());
    *copy.mutable_device_sent_message()->mutable_message() = content;
    return padded(copy);
}

Result<Node> Phone::encrypt_for(Account& owner, Device& device, ByteView plaintext, bool fresh_session) {
    const Jid address = owner.jid(Space::lid, device.number);
    const auto has_session = cipher_->has_session(address);
    if (!has_session) return has_session.error();
    if (fresh_session || !*has_session) {
        const auto bundle = parse_bundle(take_bundle(device, address));
        if (!bundle) return bundle.error();
        if (auto started = cipher_->start_session(address, *bundle); !started) return started.error();
    }
    const auto sealed = cipher_->encrypt(address, plaintext);
    if (!sealed) return sealed.error();
    const bool first = sealed->type == signal::MessageType::pre_key_message;
    return Node{"enc", {{"v", "2"}, {"type", first ? "pkmsg" : "msg"}}, sealed->bytes};
}

Result<std::string> Phone::send_text(Account& to, const std::string& text, std::string id) {
    if (id.empty()) id = fresh_id();
    const Sent& sent = sent_.insert_or_assign(id, Sent{to.phone, text}).first->second;
    Node participants{"participants"};
    const auto add_devices = [&](Account& owner) {
        for (auto& [number, device] : owner.devices) {
            if (&owner == &account_ && number == 0) continue;
            auto enc = encrypt_for(owner, device, content_for(owner, sent), false);
            if (!enc) {
                common::log::warn("phone skips a device", {{"why", enc.error().message()}});
                continue;
            }
            Node target{"to", {{"jid", owner.jid(Space::lid, number)}}};
            target.add(std::move(*enc));
            participants.add(std::move(target));
        }
    };
    add_devices(to);
    if (&to != &account_) add_devices(account_);
    Node message{"message", {{"id", id}, {"to", to.jid(Space::lid)}, {"type", "text"}}};
    message.set("peer_recipient_pn", to.jid(Space::pn));
    message.add(std::move(participants));
    PhoneMessage kept;
    kept.id = id;
    kept.from = account_.phone;
    kept.to = to.phone;
    kept.from_me = true;
    kept.text = text;
    kept.timestamp = now();
    keep(std::move(kept));
    router_.message(account_, account_.devices.at(0), message);
    return id;
}

void Phone::read(const Account& from, const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    Node receipt{"receipt", {{"id", ids.front()}, {"to", from.jid(Space::lid)}, {"type", "read"}}};
    receipt.set("t", std::to_string(now()));
    Node list{"list"};
    for (std::size_t i = 1; i < ids.size(); ++i) list.add(Node{"item", {{"id", ids[i]}}});
    if (ids.size() > 1) receipt.add(std::move(list));
    router_.receipt(account_, account_.devices.at(0), receipt);
}

void Phone::receive_receipt(const Node& stanza) {
    const auto from = stanza.jid("from");
    Account* sender = from ? registry_.find(*from) : nullptr;
    if (sender == nullptr) return;
    const std::string type = stanza.text("type");
    if (type == "retry") return answer_retry(stanza, *sender, from->device);
    const auto add = [&](const std::string& id) {
        receipts_.push_back({receipts_.size() + 1, id, sender->phone, from->device, type, now()});
    };
    add(stanza.text("id"));
    if (const Node* list = stanza.child("list")) {
        for (const Node& item : list->children()) add(item.text("id"));
    }
}

}  // namespace simulator
