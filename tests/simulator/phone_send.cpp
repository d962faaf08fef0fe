// How a scripted phone seals and sends (protocol part 2, sections 4 and 5).
#include "bridge/whatsapp/content/labels.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "common/log/log.hpp"
#include "tests/simulator/bundle.hpp"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/phone_content.hpp"

#include <algorithm>

namespace simulator {

namespace content = bridge::whatsapp::content;
namespace signal = bridge::whatsapp::signal;
namespace storage = bridge::whatsapp::storage;
using common::Result;
using common::Status;

namespace {

void mark(Node& enc, const content::Labels& labels, bool with_media_type) {
    if (with_media_type && !labels.media_type.empty()) enc.set("mediatype", std::string{labels.media_type});
    if (labels.hide_decrypt_fail) enc.set("decrypt-fail", "hide");
}

}  // namespace

Node Phone::blank_stanza(const Outgoing& outgoing) const {
    const content::Labels labels = content::labels_of(outgoing.message, content::chat_kind_of(outgoing.chat));
    Node stanza{"message", {{"id", outgoing.id}, {"to", outgoing.chat}, {"type", std::string{labels.type}}}};
    if (!labels.edit.empty()) stanza.set("edit", std::string{labels.edit});
    Node meta{"meta"};
    for (const auto& [key, value] : labels.meta) meta.set(key, value);
    if (labels.takes_status_setting) meta.set("status_setting", "contacts");
    if (!meta.attrs.empty()) stanza.add(std::move(meta));
    return stanza;
}

Phone::Targets Phone::devices_of(const std::vector<Account*>& people) const {
    Targets targets;
    for (Account* owner : people) {
        for (const auto& [number, device] : owner->devices) {
            if (owner != &account_ || number != 0) targets.push_back({owner, number});
        }
    }
    return targets;
}

Bytes Phone::content_for(const Account& owner, const Outgoing& sent) const {
    const content::ChatKind kind = content::chat_kind_of(sent.chat);
    const bool shared = kind == content::ChatKind::group || kind == content::ChatKind::status;
    if (&owner != &account_ || shared) return padded(sent.message);
    const auto copy = content::make_device_sent(sent.chat, sent.message);
    return copy ? padded(*copy) : Bytes{};
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

Node Phone::sealed_for(const Targets& targets, Space space, ByteView plaintext, const Outgoing& outgoing) {
    const content::Labels labels = content::labels_of(outgoing.message, content::chat_kind_of(outgoing.chat));
    const bool shared = !plaintext.empty();
    Node participants{"participants"};
    for (const Target& target : targets) {
        const Bytes own = shared ? Bytes{} : content_for(*target.owner, outgoing);
        auto enc = encrypt_for(
            *target.owner, target.owner->devices.at(target.device), shared ? plaintext : ByteView{own}, false
        );
        if (!enc) {
            common::log::warn("phone skips a device", {{"why", enc.error().message()}});
            continue;
        }
        mark(*enc, labels, !shared);
        Node to{"to", {{"jid", target.owner->jid(space, target.device)}}};
        to.add(std::move(*enc));
        participants.add(std::move(to));
    }
    return participants;
}

Result<Node> Phone::send_to_person(const Outgoing& outgoing, const Node& blank) {
    Account* to = registry_.find(outgoing.chat);
    if (to == nullptr) return PhoneErrc::no_chat;
    const Space space = space_of(outgoing.chat);
    std::vector<Account*> people{to};
    if (to != &account_) people.push_back(&account_);
    Node stanza = blank;
    stanza.set("peer_recipient_" + std::string{name_of(other(space))}, to->jid(other(space)));
    stanza.add(sealed_for(devices_of(people), space, {}, outgoing));
    return stanza;
}

Status Phone::add_shared(Node& stanza, const Outgoing& outgoing, const Targets& targets, Space space) {
    const std::string group = outgoing.chat.to_string();
    const Jid own = account_.jid(Space::lid);
    std::set<Jid> present;
    for (const Target& target : targets) present.insert(target.owner->jid(Space::lid, target.device));
    std::set<Jid>& holders = key_holders_[outgoing.chat];
    if (!std::ranges::includes(present, holders)) {
        // Somebody who could read is gone: a new key, which that one never sees.
        if (auto removed = storage_->sender_keys().remove(group, storage::address_of(own)); !removed) return removed;
        cipher_->forget_cache();
        holders.clear();
    }
    const auto key = cipher_->sender_key_distribution(group, own);
    if (!key) return key.error();
    const auto shared = cipher_->group_encrypt(group, own, padded(outgoing.message));
    if (!shared) return shared.error();
    Targets lacking;
    for (const Target& target : targets) {
        if (holders.insert(target.owner->jid(Space::lid, target.device)).second) lacking.push_back(target);
    }
    const auto carrier = with_sender_key({}, outgoing.chat, *key);
    if (!carrier) return carrier.error();
    Node participants = sealed_for(lacking, space, padded(*carrier), outgoing);
    if (!participants.children().empty()) stanza.add(std::move(participants));
    Node enc{"enc", {{"v", "2"}, {"type", "skmsg"}}, *shared};
    mark(enc, content::labels_of(outgoing.message, content::chat_kind_of(outgoing.chat)), true);
    stanza.add(std::move(enc));
    return {};
}

Result<Node> Phone::send_to_group(const Outgoing& outgoing, const Node& blank) {
    const Group* group = registry_.find_group(outgoing.chat);
    if (group == nullptr) return PhoneErrc::no_chat;
    if (group->find(account_.phone) == nullptr) return PhoneErrc::no_member;
    if (group->announce && !group->is_admin(account_.phone)) return PhoneErrc::only_admins;
    std::vector<Account*> people;
    for (const GroupMember& member : group->members) people.push_back(registry_.find(member.phone));
    std::erase(people, nullptr);
    Node stanza = blank;
    stanza.set("addressing_mode", name_of(group->mode));
    stanza.set("phash", participant_hash(registry_.group_devices(*group)));
    if (auto added = add_shared(stanza, outgoing, devices_of(people), group->mode); !added) return added.error();
    return stanza;
}

Result<Node> Phone::send_status(const Outgoing& outgoing, const Node& blank) {
    std::vector<Account*> people{&account_};
    for (const std::string& phone : outgoing.audience) people.push_back(registry_.find(phone));
    std::erase(people, nullptr);
    Node stanza = blank;
    if (auto added = add_shared(stanza, outgoing, devices_of(people), Space::lid); !added) return added.error();
    // Everybody meant is named, also who has the key already.
    if (stanza.child("participants") == nullptr) stanza.add(Node{"participants"});
    for (const Account* one : people) {
        if (one != &account_) stanza.child("participants")->add(Node{"to", {{"jid", one->jid(Space::lid)}}});
    }
    return stanza;
}

Result<Node> Phone::send_to_list(const Outgoing& outgoing, const Node& blank) {
    std::vector<Account*> people{&account_};
    for (const std::string& phone : outgoing.audience) people.push_back(registry_.find(phone));
    std::erase(people, nullptr);
    Node stanza = blank;
    stanza.add(sealed_for(devices_of(people), Space::lid, {}, outgoing));
    return stanza;
}

Result<Node> Phone::seal(const Outgoing& outgoing, const Node& blank) {
    switch (content::chat_kind_of(outgoing.chat)) {
        case content::ChatKind::group: return send_to_group(outgoing, blank);
        case content::ChatKind::status: return send_status(outgoing, blank);
        case content::ChatKind::broadcast_list: return send_to_list(outgoing, blank);
        case content::ChatKind::newsletter: return PhoneErrc::no_chat;
        case content::ChatKind::direct: break;
    }
    return send_to_person(outgoing, blank);
}

Result<std::string> Phone::send(Outgoing outgoing) {
    if (outgoing.id.empty()) outgoing.id = fresh_message_id();
    const auto parts = content::unwrap(outgoing.message);
    if (!parts) return PhoneErrc::not_a_message;
    const auto stanza = seal(outgoing, blank_stanza(outgoing));
    if (!stanza) return stanza.error();
    PhoneMessage kept;
    kept.id = outgoing.id;
    kept.from = account_.phone;
    kept.from_me = true;
    kept.chat = outgoing.chat;
    kept.message = parts->content;
    kept.timestamp = now();
    const std::string id = outgoing.id;
    sent_.insert_or_assign(id, std::move(outgoing));
    keep(std::move(kept));
    router_.message(account_, account_.devices.at(0), *stanza);
    return id;
}

Result<std::string> Phone::send_text(const Account& to, const std::string& text, std::string id) {
    Outgoing outgoing;
    outgoing.chat = to.jid(Space::lid);
    outgoing.message = text_message(text);
    outgoing.id = std::move(id);
    return send(std::move(outgoing));
}

}  // namespace simulator
