#include "bridge/whatsapp/messages/fanout.hpp"

#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/messages/detail/sealing.hpp"
#include "bridge/whatsapp/messages/mapping.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "bridge/whatsapp/messages/sender_key_message.hpp"

namespace bridge::whatsapp::messages {

using common::Bytes;
using common::ByteView;
using common::Result;

Result<std::vector<Jid>> without_session(
    storage::Storage& storage, signal::Cipher& cipher, const std::vector<Jid>& devices
) {
    std::vector<Jid> missing;
    for (const Jid& device : devices) {
        const auto address = session_address(storage, device);
        if (!address) return address.error();
        const auto has = cipher.has_session(*address);
        if (!has) return has.error();
        if (!*has) missing.push_back(device);
    }
    return missing;
}

Result<Sealed> seal_direct(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const storage::Account& account,
    const Audience& audience,
    const Outgoing& message
) {
    detail::Participants participants;
    const auto seal_for = [&](const std::vector<Jid>& devices, ByteView plain) {
        return detail::seal_for(storage, cipher, devices, plain, &message.labels, participants);
    };
    if (auto done = seal_for(audience.recipients, message.content); !done) return done.error();
    if (!audience.recipients.empty() && participants.reached.empty()) return Errc::no_recipient_device;
    if (!audience.own.empty()) {
        const auto copy = content::make_device_sent(audience.to, message.content);
        if (!copy) return copy.error();
        if (auto done = seal_for(audience.own, *copy); !done) return done.error();
    }
    if (participants.reached.empty()) return Errc::no_recipient_device;
    Sealed out;
    out.stanza = detail::message_node(message, audience.to);
    if (!audience.to_alt.empty()) out.stanza.set("peer_recipient_pn", audience.to_alt);
    out.stanza.add(std::move(participants.node));
    if (participants.any_pre_key) out.stanza.add(detail::device_identity(account));
    detail::add_trailer(out.stanza, message);
    out.skipped = std::move(participants.skipped);
    return out;
}

Result<Node> seal_retry(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Node& receipt,
    const Resend& resend,
    const Outgoing& message
) {
    Bytes plain = message.content;
    const bool group = !resend.addressing_mode.empty();
    if (!resend.sender_key.empty()) {
        auto with_key = add_sender_key(plain, resend.chat.to_string(), resend.sender_key);
        if (!with_key) return with_key.error();
        plain = std::move(*with_key);
    } else if (resend.own_device && !group) {
        auto copy = content::make_device_sent(resend.chat, plain);
        if (!copy) return copy.error();
        plain = std::move(*copy);
    }
    auto sealed = cipher.encrypt(resend.session, pad(plain, detail::random_byte()));
    if (!sealed) return sealed.error().within("encrypt again");
    Node stanza{"message", {{"id", message.id}, {"type", message.labels.type}}};
    if (!message.labels.edit.empty()) stanza.set("edit", std::string{message.labels.edit});
    if (const auto* from = receipt.find("from")) stanza.set("to", *from);
    if (group) {
        if (const auto* participant = receipt.find("participant")) stanza.set("participant", *participant);
        stanza.set("addressing_mode", std::string{resend.addressing_mode});
    } else {
        stanza.set("device_fanout", "false");
        if (resend.own_device) stanza.set("recipient", resend.chat);
    }
    Node enc = detail::enc_node(detail::enc_type(sealed->type), std::move(sealed->bytes), &message.labels);
    enc.set("count", std::to_string(resend.count));
    stanza.add(std::move(enc));
    if (sealed->type == signal::MessageType::pre_key_message) stanza.add(detail::device_identity(account));
    return stanza;
}

}  // namespace bridge::whatsapp::messages
