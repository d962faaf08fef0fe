#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"
#include "bridge/whatsapp/content/detail/sealed.hpp"

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::Message;
using wa::e2e::ProtocolMessage;
using wa::e2e::SecretEncryptedMessage;

Body read_protocol(const ProtocolMessage& message) {
    switch (message.type()) {
        case ProtocolMessage::REVOKE:
            // Absent, the type reads as REVOKE: only a named message is deleted.
            if (message.has_key()) return Revoke{ref(message.key())};
            break;
        case ProtocolMessage::MESSAGE_EDIT:
            return Edit{ref(message.key()), serialised(message.edited_message()), time_ms(message.timestamp_ms())};
        case ProtocolMessage::EPHEMERAL_SETTING:
            return DisappearingTimer{
                std::chrono::seconds{message.ephemeral_expiration()},
                time(message.ephemeral_setting_timestamp()),
            };
        case ProtocolMessage::GROUP_MEMBER_LABEL_CHANGE:
            return MemberLabel{text(message.member_label().label()), time(message.member_label().label_timestamp())};
        default: break;
    }
    return Protocol{message.has_type() ? message.type() : -1, serialised(message)};
}

Pin read_pin(const Message& message) {
    const auto& pin = message.pin_in_chat_message();
    Pin out;
    out.target = ref(pin.key());
    out.pinned = pin.type() == wa::e2e::PinInChatMessage::PIN_FOR_ALL;
    out.duration = std::chrono::seconds{message.message_context_info().message_add_on_duration_in_secs()};
    out.time = time_ms(pin.sender_timestamp_ms());
    return out;
}

EncryptedEdit read_encrypted_edit(const SecretEncryptedMessage& message) {
    return {
        ref(message.target_message_key()),
        read_sealed(message),
        static_cast<SecretKind>(message.secret_enc_type()),
    };
}

}  // namespace

std::optional<Body> read_change(const Message& message) {
    if (message.has_reaction_message()) {
        const auto& reaction = message.reaction_message();
        return Reaction{
            ref(reaction.key()),
            text(reaction.text()),
            time_ms(reaction.sender_timestamp_ms()),
            text(reaction.grouping_key()),
        };
    }
    if (message.has_enc_reaction_message()) {
        const auto& reaction = message.enc_reaction_message();
        return EncryptedReaction{ref(reaction.target_message_key()), read_sealed(reaction)};
    }
    if (message.has_comment_message()) {
        const auto& comment = message.comment_message();
        return Comment{ref(comment.target_message_key()), serialised(comment.message())};
    }
    if (message.has_enc_comment_message()) {
        const auto& comment = message.enc_comment_message();
        return EncryptedComment{ref(comment.target_message_key()), read_sealed(comment)};
    }
    if (message.has_secret_encrypted_message()) return read_encrypted_edit(message.secret_encrypted_message());
    if (message.has_pin_in_chat_message()) return read_pin(message);
    if (message.has_keep_in_chat_message()) {
        const auto& keep = message.keep_in_chat_message();
        return Keep{
            ref(keep.key()),
            keep.keep_type() == wa::e2e::KEEP_FOR_ALL,
            time_ms(keep.timestamp_ms()),
        };
    }
    if (message.has_protocol_message()) return read_protocol(message.protocol_message());
    return std::nullopt;
}

common::Status put(Message& message, const Reaction& reaction) {
    if (reaction.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_reaction_message();
    put(*out.mutable_key(), reaction.target);
    out.set_text(reaction.emoji);  // present also when empty: that takes the reaction back
    put(out, &wa::e2e::ReactionMessage::mutable_grouping_key, reaction.grouping_key);
    out.set_sender_timestamp_ms(unix_ms(reaction.time));
    return {};
}

common::Status put(Message& message, const EncryptedReaction& reaction) {
    if (reaction.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_enc_reaction_message();
    put(*out.mutable_target_message_key(), reaction.target);
    return put_sealed(out, reaction.reaction);
}

common::Status put(Message& message, const Comment& comment) {
    if (comment.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_comment_message();
    put(*out.mutable_target_message_key(), comment.target);
    if (comment.message.empty() || !parse(comment.message, *out.mutable_message())) return Errc::not_a_message;
    return {};
}

common::Status put(Message& message, const EncryptedComment& comment) {
    if (comment.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_enc_comment_message();
    put(*out.mutable_target_message_key(), comment.target);
    return put_sealed(out, comment.comment);
}

common::Status put(Message& message, const Edit& edit) {
    if (edit.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_edited_message()->mutable_message()->mutable_protocol_message();
    put(*out.mutable_key(), edit.target);
    out.set_type(ProtocolMessage::MESSAGE_EDIT);
    if (edit.message.empty() || !parse(edit.message, *out.mutable_edited_message())) return Errc::not_a_message;
    out.mutable_edited_message()->clear_message_context_info();
    out.set_timestamp_ms(unix_ms(edit.time));
    return {};
}

common::Status put(Message& message, const EncryptedEdit& edit) {
    if (edit.target.empty()) return Errc::no_target;
    const int kind = static_cast<int>(edit.kind);
    if (edit.kind == SecretKind::unknown || !SecretEncryptedMessage::SecretEncType_IsValid(kind)) return Errc::bad_seal;
    auto& out = *message.mutable_secret_encrypted_message();
    put(*out.mutable_target_message_key(), edit.target);
    out.set_secret_enc_type(static_cast<SecretEncryptedMessage::SecretEncType>(kind));
    return put_sealed(out, edit.edit);
}

common::Status put(Message& message, const Revoke& revoke) {
    if (revoke.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_protocol_message();
    put(*out.mutable_key(), revoke.target);
    out.set_type(ProtocolMessage::REVOKE);
    return {};
}

common::Status put(Message& message, const Pin& pin) {
    if (pin.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_pin_in_chat_message();
    put(*out.mutable_key(), pin.target);
    using P = wa::e2e::PinInChatMessage;
    out.set_type(pin.pinned ? P::PIN_FOR_ALL : P::UNPIN_FOR_ALL);
    out.set_sender_timestamp_ms(unix_ms(pin.time));
    const std::uint32_t duration = pin.pinned ? seconds(pin.duration) : 0;
    message.mutable_message_context_info()->set_message_add_on_duration_in_secs(duration);
    return {};
}

common::Status put(Message& message, const Keep& keep) {
    if (keep.target.empty()) return Errc::no_target;
    auto& out = *message.mutable_keep_in_chat_message();
    put(*out.mutable_key(), keep.target);
    out.set_keep_type(keep.kept ? wa::e2e::KEEP_FOR_ALL : wa::e2e::UNDO_KEEP_FOR_ALL);
    out.set_timestamp_ms(unix_ms(keep.time));
    return {};
}

common::Status put(Message& message, const DisappearingTimer& timer) {
    auto& out = *message.mutable_protocol_message();
    out.set_type(ProtocolMessage::EPHEMERAL_SETTING);
    out.set_ephemeral_expiration(seconds(timer.expiration));
    put(out, &ProtocolMessage::set_ephemeral_setting_timestamp, unix_seconds(timer.set_at));
    return {};
}

common::Status put(Message& message, const MemberLabel& label) {
    auto& out = *message.mutable_protocol_message();
    out.set_type(ProtocolMessage::GROUP_MEMBER_LABEL_CHANGE);
    out.mutable_member_label()->set_label(label.label);
    out.mutable_member_label()->set_label_timestamp(unix_seconds(label.time));
    return {};
}

common::Status put(Message& message, const Protocol& protocol) {
    if (protocol.message.empty() || !parse(protocol.message, *message.mutable_protocol_message()))
        return Errc::not_a_message;
    return {};
}

}  // namespace bridge::whatsapp::content::detail
