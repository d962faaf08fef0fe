#include "common/contract/contract.hpp"

#include <algorithm>

namespace common::contract {
namespace {

std::optional<std::string> text_of(const std::optional<UnixTime>& time) {
    if (!time) return std::nullopt;
    return to_rfc3339(*time);
}

void write_recipients(json::Writer& out, const std::vector<Recipient>& recipients) {
    const auto count = [&](std::optional<UnixTime> Recipient::*when) {
        return std::count_if(recipients.begin(), recipients.end(), [when](const Recipient& one) {
            return (one.*when).has_value();
        });
    };
    out.field("recipients_count", recipients.size()).field("delivered_count", count(&Recipient::delivered_at));
    out.field("read_count", count(&Recipient::read_at)).field("played_count", count(&Recipient::played_at));
    out.key("recipients").array();
    for (const Recipient& one : recipients) write(out, one);
    out.end();
}

}  // namespace

void write(json::Writer& out, const Chat& chat) {
    out.object();
    out.field("jid", chat.jid).field("name", chat.name);
    out.field("last_message_time", text_of(chat.last_message_time)).field("last_message", chat.last_message);
    out.field("last_sender", chat.last_sender).field("last_is_from_me", chat.last_is_from_me);
    out.field("is_group", chat.is_group).field("lid", chat.lid);
    out.field("archived", chat.archived).field("pinned", chat.pinned);
    out.field("muted_until", text_of(chat.muted_until)).field("unread_count", chat.unread_count);
    if (chat.ephemeral_seconds != 0) out.field("ephemeral_seconds", chat.ephemeral_seconds);
    if (chat.participants_count) out.field("participants_count", *chat.participants_count);
    if (chat.description) out.field("description", *chat.description);
    if (chat.left_at) out.field("left_at", to_rfc3339(*chat.left_at));
    out.end();
}

void write(json::Writer& out, const Contact& contact) {
    out.object();
    out.field("phone_number", contact.phone_number).field("name", contact.name).field("jid", contact.jid);
    out.field("lid", contact.lid);
    out.end();
}

void write(json::Writer& out, const MessageContext& context) {
    out.object().key("message");
    write(out, context.message);
    out.key("before").array();
    for (const Message& message : context.before) write(out, message);
    out.end().key("after").array();
    for (const Message& message : context.after) write(out, message);
    out.end().end();
}

void write(json::Writer& out, const Delivery& delivery) {
    out.object();
    out.field("message_id", delivery.message_id).field("chat_jid", delivery.chat_jid).field("state", delivery.state);
    out.key("steps").array();
    for (const DeliveryStep& step : delivery.steps) {
        out.object().field("state", step.state).field("recipient", step.recipient);
        out.field("time", to_rfc3339(step.time)).field("reason", step.reason).end();
    }
    out.end();
    if (!delivery.recipients.empty()) write_recipients(out, delivery.recipients);
    out.end();
}

void write(json::Writer& out, const SendResult& result) {
    out.object();
    out.field("message_id", result.message_id).field("timestamp", to_rfc3339(result.timestamp));
    out.field("chat_jid", result.chat_jid).field("status", result.status);
    out.end();
}

void write(json::Writer& out, const QueuedSend& send) {
    out.object().field("message_id", send.message_id).field("chat_jid", send.chat_jid);
    out.field("kind", send.kind).field("content", send.content).field("status", send.status);
    out.field("accepted_at", to_rfc3339(send.accepted_at));
    out.key("send_at").value(send.send_at ? std::optional{to_rfc3339(*send.send_at)} : std::nullopt);
    out.field("waits_for", send.waits_for).end();
}

std::string error_body(std::string_view detail) {
    json::Writer out;
    out.object().field("detail", detail).end();
    return out.take();
}

}  // namespace common::contract
