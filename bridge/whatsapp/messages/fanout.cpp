#include "bridge/whatsapp/messages/fanout.hpp"

#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/messages/padding.hpp"

namespace bridge::whatsapp::messages {

using common::Bytes;
using common::ByteView;
using common::Error;
using common::Result;

namespace {

std::uint8_t random_byte() { return common::crypto::random_bytes(1).front(); }

Node enc_node(const signal::Ciphertext& sealed) {
    const bool pre_key = sealed.type == signal::MessageType::pre_key_message;
    return Node{"enc", {{"v", "2"}, {"type", pre_key ? "pkmsg" : "msg"}}, sealed.bytes};
}

Node device_identity(const storage::Account& account) { return Node{"device-identity", {}, account.device_identity}; }

/// Adds `<to jid><enc/></to>` for each device that can be encrypted for.
common::Status seal_for(
    signal::Cipher& cipher,
    const std::vector<Jid>& devices,
    ByteView plain,
    Node& participants,
    bool& pre_key,
    Sealed& out
) {
    for (const Jid& device : devices) {
        const auto sealed = cipher.encrypt(device, pad(plain, random_byte()));
        if (!sealed) {
            if (sealed.error() == signal::Errc::no_session) {
                out.skipped.push_back(device);
                continue;
            }
            return sealed.error().within("encrypt for a device");
        }
        pre_key = pre_key || sealed->type == signal::MessageType::pre_key_message;
        Node to{"to", {{"jid", device}}};
        to.add(enc_node(*sealed));
        participants.add(std::move(to));
    }
    return {};
}

}  // namespace

Result<std::vector<Jid>> without_session(signal::Cipher& cipher, const Audience& audience) {
    std::vector<Jid> missing;
    for (const auto* list : {&audience.recipients, &audience.own}) {
        for (const Jid& device : *list) {
            const auto has = cipher.has_session(device);
            if (!has) return has.error();
            if (!*has) missing.push_back(device);
        }
    }
    return missing;
}

Result<Sealed> seal_direct(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Audience& audience,
    const std::string& id,
    ByteView content
) {
    Sealed out;
    Node participants{"participants"};
    bool pre_key = false;
    if (auto done = seal_for(cipher, audience.recipients, content, participants, pre_key, out); !done)
        return done.error();
    const bool to_others = !audience.recipients.empty();
    if (to_others && participants.children().empty()) return Errc::no_recipient_device;
    if (!audience.own.empty()) {
        const auto copy = content::make_device_sent(audience.to, content);
        if (!copy) return copy.error();
        if (auto done = seal_for(cipher, audience.own, *copy, participants, pre_key, out); !done) return done.error();
    }
    if (participants.children().empty()) return Errc::no_recipient_device;
    out.stanza = Node{"message", {{"id", id}, {"to", audience.to}, {"type", "text"}}};
    if (!audience.to_alt.empty()) out.stanza.set("peer_recipient_pn", audience.to_alt);
    out.stanza.add(std::move(participants));
    if (pre_key) out.stanza.add(device_identity(account));
    return out;
}

Result<Node> seal_retry(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Jid& session_address,
    const Node& receipt,
    int count,
    const Jid& chat,
    bool own_device,
    ByteView content
) {
    Bytes plain = common::to_bytes(content);
    if (own_device) {
        auto copy = content::make_device_sent(chat, content);
        if (!copy) return copy.error();
        plain = std::move(*copy);
    }
    const auto sealed = cipher.encrypt(session_address, pad(plain, random_byte()));
    if (!sealed) return sealed.error().within("encrypt again");
    Node message{"message", {{"id", receipt.text("id")}, {"type", "text"}, {"device_fanout", "false"}}};
    if (const auto* from = receipt.find("from")) message.set("to", *from);
    if (own_device) message.set("recipient", chat);
    Node enc = enc_node(*sealed);
    enc.set("count", std::to_string(count));
    message.add(std::move(enc));
    if (sealed->type == signal::MessageType::pre_key_message) message.add(device_identity(account));
    return message;
}

}  // namespace bridge::whatsapp::messages
