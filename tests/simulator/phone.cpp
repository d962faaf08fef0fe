#include "tests/simulator/phone.hpp"

#include "bridge/whatsapp/content/describe.hpp"
#include "common/log/log.hpp"

namespace simulator {

namespace content = bridge::whatsapp::content;
namespace crypto = common::crypto;
namespace signal = bridge::whatsapp::signal;
namespace storage = bridge::whatsapp::storage;

namespace {

constexpr std::size_t key_batch = 100;
constexpr std::size_t low_water_mark = 20;
constexpr std::uint32_t registration_id_limit = 16380;

}  // namespace

common::ErrcInfo describe(PhoneErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case PhoneErrc::no_member: return {Kind::conflict, "the phone is not a member of that group"};
        case PhoneErrc::only_admins: return {Kind::conflict, "only admins write to that group"};
        case PhoneErrc::no_chat: return {Kind::not_found, "no such chat"};
        case PhoneErrc::not_a_message: return {Kind::invalid, "these bytes are no message"};
    }
    return {Kind::internal, "unknown phone error"};
}

Phone::Phone(Registry& registry, Router& router, media::Host& media, const common::Clock& clock, Account& account)
    : registry_{registry}, router_{router}, media_{media}, clock_{clock}, account_{account} {
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
    key_holders_.clear();
    install();
}

void Phone::receive(const Node& stanza) {
    if (stanza.tag == "message") receive_message(stanza);
    if (stanza.tag == "receipt") receive_receipt(stanza);
    top_up();
}

void Phone::keep(PhoneMessage message) {
    const content::Description said = content::describe(message.message);
    message.kind = content::name(said.kind);
    message.text = said.text;
    if (const Account* other_side = registry_.find(message.chat)) {
        message.to = message.from_me ? other_side->phone : account_.phone;
        message.chat = other_side->jid(Space::pn);
    }
    index_.emplace(message.id, messages_.size());
    message.seq = messages_.size() + 1;
    messages_.push_back(std::move(message));
    if (!messages_.back().from_me && on_message_) on_message_(PhoneMessage{messages_.back()});
}

const PhoneMessage* Phone::find_message(const std::string& id) const {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : &messages_[found->second];
}

std::optional<std::string> Phone::number_of(const Jid& jid) const {
    const Account* account = registry_.find(jid);
    return account == nullptr ? std::nullopt : std::optional{account->phone};
}

Jid Phone::address_in(const Jid& chat, std::string_view number) const {
    if (const Group* group = registry_.find_group(chat)) return person(number, group->mode);
    return person(number, chat.is_pn() ? Space::pn : Space::lid);
}

void Phone::read(const Jid& chat, const Account* author, const std::vector<std::string>& ids, const std::string& type) {
    if (ids.empty()) return;
    Node receipt{"receipt", {{"id", ids.front()}, {"to", chat.bare()}, {"type", type}}};
    receipt.set("t", std::to_string(now()));
    if (author != nullptr && !chat.is_user()) {
        const Group* group = registry_.find_group(chat);
        receipt.set("participant", author->jid(group == nullptr ? Space::lid : group->mode));
    }
    Node list{"list"};
    for (std::size_t i = 1; i < ids.size(); ++i) list.add(Node{"item", {{"id", ids[i]}}});
    if (ids.size() > 1) receipt.add(std::move(list));
    router_.receipt(account_, account_.devices.at(0), receipt);
}

}  // namespace simulator
