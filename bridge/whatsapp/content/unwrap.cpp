#include "bridge/whatsapp/content/unwrap.hpp"

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"
#include "bridge/whatsapp/content/wire_fields.hpp"

namespace bridge::whatsapp::content {

using common::Bytes;
using common::ByteView;
using wa::e2e::Message;

namespace {

/// Keys for groups and live locations, and the context of a content.
bool says_nothing(std::uint32_t field) { return field == 2 || field == 15 || field == 35; }

}  // namespace

common::Result<Unwrapped> unwrap(ByteView plain) {
    Unwrapped out;
    Message message;
    if (!detail::parse(plain, message)) return Errc::not_a_message;
    if (message.has_sender_key_distribution_message()) {
        const auto& distribution = message.sender_key_distribution_message();
        out.sender_key_group = distribution.group_id();
        out.sender_key = detail::bytes(distribution.axolotl_sender_key_distribution_message());
    }
    if (message.has_device_sent_message()) {
        out.device_sent = true;
        out.destination = detail::jid(message.device_sent_message().destination_jid());
        Message inner = std::move(*message.mutable_device_sent_message()->mutable_message());
        if (!inner.has_message_context_info() && message.has_message_context_info())
            inner.mutable_message_context_info()->Swap(message.mutable_message_context_info());
        message = std::move(inner);
    }
    const auto wrapping = detail::strip_wrappers(message);
    if (!wrapping) return wrapping.error();
    out.view_once = wrapping->view_once;
    out.group_status = wrapping->group_status;
    out.is_protocol = message.has_protocol_message();
    out.content = detail::serialised(message);
    for (const WireField& field : wire_fields(out.content)) {
        if (!says_nothing(field.number)) out.has_content = true;
    }
    return out;
}

common::Result<Bytes> make_device_sent(const Jid& chat, ByteView content) {
    Message inner;
    if (!detail::parse(content, inner)) return Errc::not_a_message;
    Message outer;
    if (inner.has_message_context_info()) *outer.mutable_message_context_info() = inner.message_context_info();
    auto& sent = *outer.mutable_device_sent_message();
    sent.set_destination_jid(chat.to_string());
    *sent.mutable_message() = std::move(inner);
    return detail::serialised(outer);
}

Bytes make_text(std::string_view text, ByteView message_secret) {
    Message message;
    message.set_conversation(std::string{text});
    message.mutable_message_context_info()->set_message_secret(common::to_string(message_secret));
    return detail::serialised(message);
}

}  // namespace bridge::whatsapp::content
