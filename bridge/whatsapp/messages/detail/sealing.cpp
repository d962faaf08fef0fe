#include "bridge/whatsapp/messages/detail/sealing.hpp"

#include "bridge/whatsapp/messages/mapping.hpp"
#include "bridge/whatsapp/messages/padding.hpp"

namespace bridge::whatsapp::messages::detail {

using common::Bytes;
using common::ByteView;

std::uint8_t random_byte() { return common::crypto::random_bytes(1).front(); }

std::string_view enc_type(signal::MessageType type) noexcept {
    return type == signal::MessageType::pre_key_message ? "pkmsg" : "msg";
}

Node enc_node(std::string_view type, Bytes bytes, const content::Labels* labels) {
    Node enc{"enc", {{"v", "2"}, {"type", type}}, std::move(bytes)};
    if (!labels) return enc;
    if (!labels->media_type.empty()) enc.set("mediatype", std::string{labels->media_type});
    if (labels->hide_decrypt_fail) enc.set("decrypt-fail", "hide");
    return enc;
}

common::Status seal_for(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const std::vector<Jid>& devices,
    ByteView plain,
    const content::Labels* labels,
    Participants& out
) {
    for (const Jid& device : devices) {
        const auto address = session_address(storage, device);
        if (!address) return address.error().within("find the session of a device");
        auto sealed = cipher.encrypt(*address, pad(plain, random_byte()));
        if (!sealed) {
            if (sealed.error() == signal::Errc::no_session) {
                out.skipped.push_back(device);
                continue;
            }
            return sealed.error().within("encrypt for a device");
        }
        out.any_pre_key = out.any_pre_key || sealed->type == signal::MessageType::pre_key_message;
        Node to{"to", {{"jid", device}}};
        to.add(enc_node(enc_type(sealed->type), std::move(sealed->bytes), labels));
        out.node.add(std::move(to));
        out.reached.push_back(device);
    }
    return {};
}

Node device_identity(const storage::Account& account) { return Node{"device-identity", {}, account.device_identity}; }

Node message_node(const Outgoing& message, const Jid& to) {
    Node stanza{"message", {{"id", message.id}, {"to", to}, {"type", message.labels.type}}};
    if (!message.labels.edit.empty()) stanza.set("edit", std::string{message.labels.edit});
    return stanza;
}

void add_trailer(Node& stanza, const Outgoing& message) {
    if (!message.labels.meta.empty()) {
        Node meta{"meta"};
        for (const auto& [key, value] : message.labels.meta) meta.set(key, value);
        stanza.add(std::move(meta));
    }
    if (!message.reporting_token.empty()) {
        Node reporting{"reporting"};
        reporting.add(Node{"reporting_token", {{"v", "2"}}, message.reporting_token});
        stanza.add(std::move(reporting));
    }
    if (!message.contact_token.empty()) {
        stanza.add(Node{message.contact_token_is_secret ? "cstoken" : "tctoken", {}, message.contact_token});
    }
}

}  // namespace bridge::whatsapp::messages::detail
