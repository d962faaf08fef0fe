// What a phone and its own companions tell each other: messages that a companion could not open, asked for again
// (protocol part 2, sections 4.7 and 6.11).
#include "bridge/whatsapp/content/content.hpp"
#include "common/log/log.hpp"
#include "proto/e2e.pb.h"
#include "proto/web_message.pb.h"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/phone_content.hpp"

namespace simulator {

namespace content = bridge::whatsapp::content;

namespace {

Bytes serialised(const google::protobuf::MessageLite& message) { return common::to_bytes(message.SerializeAsString()); }

wa::web::WebMessageInfo kept_message(
    const PhoneMessage& message, const wa::e2e::MessageKey& key, std::string_view name
) {
    wa::web::WebMessageInfo info;
    *info.mutable_key() = key;
    if (!info.mutable_message()->ParseFromArray(message.message.data(), static_cast<int>(message.message.size()))) {
        common::log::warn("a kept message does not parse", {{"id", message.id}});
    }
    info.set_message_timestamp(message.timestamp);
    if (key.has_participant()) info.set_participant(key.participant());
    if (!message.from_me) info.set_push_name(std::string{name});
    const Bytes secret = content::message_secret_of(message.message);
    if (!secret.empty()) info.set_message_secret(secret.data(), secret.size());
    return info;
}

}  // namespace

void Phone::answer_peer(const Node& stanza, std::uint16_t device, ByteView message) {
    wa::e2e::Message asked;
    if (!asked.ParseFromArray(message.data(), static_cast<int>(message.size()))) return;
    const auto& request = asked.protocol_message().peer_data_operation_request_message();
    if (request.peer_data_operation_request_type() != wa::e2e::PLACEHOLDER_MESSAGE_RESEND) return;
    if (placeholders_ == Placeholders::silent) return;
    wa::e2e::Message answer;
    auto& protocol = *answer.mutable_protocol_message();
    protocol.set_type(wa::e2e::ProtocolMessage::PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE);
    auto& response = *protocol.mutable_peer_data_operation_request_response_message();
    response.set_peer_data_operation_request_type(wa::e2e::PLACEHOLDER_MESSAGE_RESEND);
    response.set_stanza_id(stanza.text("id"));
    for (const auto& one : request.placeholder_message_resend_request()) {
        const PhoneMessage* known = find_message(one.message_key().id());
        auto& result = *response.add_peer_data_operation_result();
        if (known == nullptr || placeholders_ == Placeholders::unknown) continue;
        const Account* author = registry_.find(known->from);
        const auto info = kept_message(*known, one.message_key(), author == nullptr ? "" : author->name);
        result.mutable_placeholder_message_resend_response()->set_web_message_info_bytes(info.SerializeAsString());
    }
    send_peer(device, serialised(answer));
}

void Phone::send_peer(std::uint16_t device, ByteView message) {
    const auto target = account_.devices.find(device);
    if (target == account_.devices.end()) return;
    auto enc = encrypt_for(account_, target->second, padded(message), false);
    if (!enc) return common::log::warn("phone cannot reach its companion", {{"why", enc.error().message()}});
    Node stanza{"message", {{"id", fresh_message_id()}, {"to", account_.jid(Space::lid, device)}, {"type", "text"}}};
    stanza.set("category", "peer");
    stanza.add(std::move(*enc));
    router_.message(account_, account_.devices.at(0), stanza);
}

void Phone::show_typing(const Jid& chat, std::string_view state) {
    const bool recording = state == "recording";
    Node child{recording ? "composing" : state};
    if (recording) child.set("media", "audio");
    Node typing{"chatstate", {{"to", chat}}};
    typing.add(std::move(child));
    router_.chat_state(account_, typing);
}

}  // namespace simulator
