#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/media.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"

#include <algorithm>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::CallLogMessage;
using wa::e2e::Message;

GroupInvite read(const wa::e2e::GroupInviteMessage& message) {
    GroupInvite invite;
    invite.group = jid(message.group_jid());
    invite.code = text(message.invite_code());
    invite.name = text(message.group_name());
    invite.caption = text(message.caption());
    invite.expires = time(message.invite_expiration());
    invite.community = message.group_type() == wa::e2e::GroupInviteMessage::PARENT;
    invite.thumbnail = bytes(message.jpeg_thumbnail());
    return invite;
}

EventInvite read(const wa::e2e::EventInviteMessage& message) {
    EventInvite invite;
    invite.id = text(message.event_id());
    invite.title = text(message.event_title());
    invite.caption = text(message.caption());
    invite.call_link = text(message.call_link());
    invite.starts = time(message.start_time());
    invite.cancelled = message.is_canceled();
    return invite;
}

template <class M>
ChannelInvite read_channel_invite(const M& message) {
    ChannelInvite invite;
    invite.channel = jid(message.newsletter_jid());
    invite.name = text(message.newsletter_name());
    invite.caption = text(message.caption());
    return invite;
}

Product read(const wa::e2e::ProductMessage& message) {
    const auto& shown = message.product();
    Product product;
    product.id = text(shown.product_id());
    product.title = text(shown.title());
    product.description = text(shown.description());
    product.url = text(shown.url());
    product.body = text(message.body());
    product.footer = text(message.footer());
    product.price = {shown.price_amount1000(), text(shown.currency_code())};
    if (shown.has_sale_price_amount1000())
        product.sale_price = Money{shown.sale_price_amount1000(), text(shown.currency_code())};
    product.owner = jid(message.business_owner_jid());
    if (shown.has_product_image()) product.image = read_media(shown.product_image());
    return product;
}

Order read(const wa::e2e::OrderMessage& message) {
    Order order;
    order.id = text(message.order_id());
    order.title = text(message.order_title());
    order.message = text(message.message());
    order.items = message.item_count();
    order.total = {message.total_amount1000(), text(message.total_currency_code())};
    order.seller = jid(message.seller_jid());
    order.token = text(message.token());
    return order;
}

/// The words of the message that goes with a payment.
std::string note_of(const Message& note) {
    if (note.has_conversation()) return text(note.conversation());
    return text(note.extended_text_message().text());
}

std::optional<Payment> read_payment(const Message& message) {
    Payment payment;
    if (message.has_send_payment_message()) {
        payment.kind = Payment::Kind::sent;
        payment.note = note_of(message.send_payment_message().note_message());
    } else if (message.has_request_payment_message()) {
        const auto& request = message.request_payment_message();
        payment.kind = Payment::Kind::requested;
        payment.note = note_of(request.note_message());
        payment.from = jid(request.request_from());
        const auto amount = std::min<std::uint64_t>(request.amount1000(), std::numeric_limits<std::int64_t>::max());
        payment.amount = {static_cast<std::int64_t>(amount), text(request.currency_code_iso4217())};
    } else if (message.has_decline_payment_request_message()) {
        payment.kind = Payment::Kind::declined;
    } else if (message.has_cancel_payment_request_message()) {
        payment.kind = Payment::Kind::cancelled;
    } else if (message.has_payment_invite_message()) {
        payment.kind = Payment::Kind::invite;
    } else if (message.has_invoice_message()) {
        payment.kind = Payment::Kind::invoice;
        payment.note = text(message.invoice_message().note());
    } else {
        return std::nullopt;
    }
    return payment;
}

std::string outcome_of(CallLogMessage::CallOutcome outcome) {
    switch (outcome) {
        case CallLogMessage::CONNECTED: return "connected";
        case CallLogMessage::MISSED: return "missed";
        case CallLogMessage::FAILED: return "failed";
        case CallLogMessage::REJECTED: return "rejected";
        case CallLogMessage::ACCEPTED_ELSEWHERE: return "accepted elsewhere";
        case CallLogMessage::ONGOING: return "ongoing";
        case CallLogMessage::SILENCED_BY_DND:
        case CallLogMessage::SILENCED_UNKNOWN_CALLER: return "silenced";
    }
    return "";
}

std::optional<CallEvent> read_call(const Message& message) {
    CallEvent call;
    if (message.has_call()) {
        call.kind = CallEvent::Kind::ringing;
    } else if (message.has_scheduled_call_creation_message()) {
        const auto& planned = message.scheduled_call_creation_message();
        call.kind = CallEvent::Kind::scheduled;
        call.video = planned.call_type() == wa::e2e::ScheduledCallCreationMessage::VIDEO;
        call.title = text(planned.title());
        call.starts = time_ms(planned.scheduled_timestamp_ms());
    } else if (message.has_scheduled_call_edit_message()) {
        call.kind = CallEvent::Kind::cancelled;
    } else if (message.has_call_log_message()) {
        const auto& log = message.call_log_message();
        call.kind = CallEvent::Kind::log;
        call.video = log.is_video();
        call.outcome = outcome_of(log.call_outcome());
        call.duration = std::chrono::seconds{std::clamp<std::int64_t>(log.duration_secs(), 0, 31'536'000)};
        for (int i = 0; i < std::min(log.participants_size(), 1024); ++i)
            call.participants.push_back(jid(log.participants(i).jid()));
    } else {
        return std::nullopt;
    }
    return call;
}

}  // namespace

std::optional<Body> read_business(const Message& message) {
    if (message.has_group_invite_message()) return read(message.group_invite_message());
    if (message.has_newsletter_admin_invite_message()) {
        ChannelInvite invite = read_channel_invite(message.newsletter_admin_invite_message());
        invite.admin = true;
        invite.expires = time(message.newsletter_admin_invite_message().invite_expiration());
        return invite;
    }
    if (message.has_newsletter_follower_invite_message_v2())
        return read_channel_invite(message.newsletter_follower_invite_message_v2());
    if (message.has_event_invite_message()) return read(message.event_invite_message());
    if (message.has_product_message()) return read(message.product_message());
    if (message.has_order_message()) return read(message.order_message());
    if (auto payment = read_payment(message)) return std::move(*payment);
    if (auto call = read_call(message)) return std::move(*call);
    if (message.has_request_phone_number_message()) return PhoneNumberRequest{};
    if (message.has_placeholder_message()) return Placeholder{};
    return std::nullopt;
}

common::Status put(Message& message, const GroupInvite& invite) {
    using M = wa::e2e::GroupInviteMessage;
    if (!invite.group.is_group() || invite.code.empty()) return Errc::no_target;
    auto& out = *message.mutable_group_invite_message();
    put(out, &M::mutable_group_jid, invite.group);
    out.set_invite_code(invite.code);
    put(out, &M::set_invite_expiration, unix_seconds(invite.expires));
    put(out, &M::mutable_group_name, invite.name);
    put(out, &M::mutable_caption, invite.caption);
    put(out, &M::mutable_jpeg_thumbnail, invite.thumbnail);
    if (invite.community) out.set_group_type(M::PARENT);
    return {};
}

}  // namespace bridge::whatsapp::content::detail
