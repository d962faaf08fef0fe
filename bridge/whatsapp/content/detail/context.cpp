#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"

#include <algorithm>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::ContextInfo;
using wa::e2e::Message;

/// As many as the largest group has members.
constexpr int max_mentions = 2048;

template <auto Has, auto Get, class F>
void visit_one(Message& message, const F& use) {
    if ((message.*Has)()) use(*(message.*Get)());
}

/// Calls `use` with each content that is set and can carry a context.
template <class F>
void visit(Message& message, const F& use) {
    using M = Message;
    visit_one<&M::has_extended_text_message, &M::mutable_extended_text_message>(message, use);
    visit_one<&M::has_image_message, &M::mutable_image_message>(message, use);
    visit_one<&M::has_video_message, &M::mutable_video_message>(message, use);
    visit_one<&M::has_ptv_message, &M::mutable_ptv_message>(message, use);
    visit_one<&M::has_audio_message, &M::mutable_audio_message>(message, use);
    visit_one<&M::has_document_message, &M::mutable_document_message>(message, use);
    visit_one<&M::has_sticker_message, &M::mutable_sticker_message>(message, use);
    visit_one<&M::has_sticker_pack_message, &M::mutable_sticker_pack_message>(message, use);
    visit_one<&M::has_album_message, &M::mutable_album_message>(message, use);
    visit_one<&M::has_location_message, &M::mutable_location_message>(message, use);
    visit_one<&M::has_live_location_message, &M::mutable_live_location_message>(message, use);
    visit_one<&M::has_contact_message, &M::mutable_contact_message>(message, use);
    visit_one<&M::has_contacts_array_message, &M::mutable_contacts_array_message>(message, use);
    visit_one<&M::has_poll_creation_message, &M::mutable_poll_creation_message>(message, use);
    visit_one<&M::has_poll_creation_message_v2, &M::mutable_poll_creation_message_v2>(message, use);
    visit_one<&M::has_poll_creation_message_v3, &M::mutable_poll_creation_message_v3>(message, use);
    visit_one<&M::has_poll_creation_message_v5, &M::mutable_poll_creation_message_v5>(message, use);
    visit_one<&M::has_poll_creation_message_v6, &M::mutable_poll_creation_message_v6>(message, use);
    visit_one<&M::has_poll_result_snapshot_message, &M::mutable_poll_result_snapshot_message>(message, use);
    visit_one<&M::has_event_message, &M::mutable_event_message>(message, use);
    visit_one<&M::has_event_invite_message, &M::mutable_event_invite_message>(message, use);
    visit_one<&M::has_buttons_message, &M::mutable_buttons_message>(message, use);
    visit_one<&M::has_buttons_response_message, &M::mutable_buttons_response_message>(message, use);
    visit_one<&M::has_list_message, &M::mutable_list_message>(message, use);
    visit_one<&M::has_list_response_message, &M::mutable_list_response_message>(message, use);
    visit_one<&M::has_template_message, &M::mutable_template_message>(message, use);
    visit_one<&M::has_template_button_reply_message, &M::mutable_template_button_reply_message>(message, use);
    visit_one<&M::has_interactive_message, &M::mutable_interactive_message>(message, use);
    visit_one<&M::has_interactive_response_message, &M::mutable_interactive_response_message>(message, use);
    visit_one<&M::has_group_invite_message, &M::mutable_group_invite_message>(message, use);
    visit_one<&M::has_newsletter_admin_invite_message, &M::mutable_newsletter_admin_invite_message>(message, use);
    visit_one<&M::has_newsletter_follower_invite_message_v2, &M::mutable_newsletter_follower_invite_message_v2>(
        message, use
    );
    visit_one<&M::has_product_message, &M::mutable_product_message>(message, use);
    visit_one<&M::has_order_message, &M::mutable_order_message>(message, use);
    visit_one<&M::has_request_phone_number_message, &M::mutable_request_phone_number_message>(message, use);
    visit_one<&M::has_message_history_bundle, &M::mutable_message_history_bundle>(message, use);
    visit_one<&M::has_message_history_notice, &M::mutable_message_history_notice>(message, use);
    visit_one<&M::has_call, &M::mutable_call>(message, use);
}

Quote read_quote(const ContextInfo& info) {
    Quote quote;
    quote.id = text(info.stanza_id());
    quote.author = jid(info.participant());
    quote.chat = jid(info.remote_jid());
    if (info.has_quoted_message()) {
        Message quoted = info.quoted_message();
        clear_context(quoted);
        quoted.clear_message_context_info();
        quote.message = serialised(quoted);
    }
    return quote;
}

}  // namespace

ContextInfo* find_context(Message& message) {
    ContextInfo* found = nullptr;
    visit(message, [&found](auto& content) {
        if (!found && content.has_context_info()) found = content.mutable_context_info();
    });
    return found;
}

ContextInfo* make_context(Message& message) {
    ContextInfo* made = nullptr;
    visit(message, [&made](auto& content) {
        if (!made) made = content.mutable_context_info();
    });
    return made;
}

void clear_context(Message& message) {
    visit(message, [](auto& content) { content.clear_context_info(); });
}

void extend_text(Message& message) {
    if (!message.has_conversation()) return;
    message.mutable_extended_text_message()->mutable_text()->swap(*message.mutable_conversation());
    message.clear_conversation();
}

Context read_context(const ContextInfo& info) {
    Context context;
    if (info.has_stanza_id() && !info.stanza_id().empty()) context.quote = read_quote(info);
    for (int i = 0; i < std::min(info.mentioned_jid_size(), max_mentions); ++i) {
        if (Jid who = jid(info.mentioned_jid(i)); !who.empty()) context.mentions.push_back(std::move(who));
    }
    context.mentions_everyone = info.non_jid_mentions() == 1;
    for (int i = 0; i < std::min(info.group_mentions_size(), max_mentions); ++i) {
        const auto& mention = info.group_mentions(i);
        context.group_mentions.push_back({jid(mention.group_jid()), text(mention.group_subject())});
    }
    context.forwarded = info.is_forwarded();
    context.forwarding_score = info.forwarding_score();
    if (info.has_forwarded_newsletter_message_info()) {
        const auto& origin = info.forwarded_newsletter_message_info();
        context.channel =
            ChannelOrigin{jid(origin.newsletter_jid()), text(origin.newsletter_name()), origin.server_message_id()};
    }
    context.expiration = std::chrono::seconds{info.expiration()};
    context.expiration_set_at = time(info.ephemeral_setting_timestamp());
    context.after_read = std::chrono::seconds{info.after_read_duration()};
    context.question = info.is_question();
    context.spoiler = info.is_spoiler();
    context.group_status = info.is_group_status();
    return context;
}

void put(ContextInfo& info, const Context& context) {
    if (context.quote) {
        info.set_stanza_id(context.quote->id);
        put(info, &ContextInfo::mutable_participant, context.quote->author);
        put(info, &ContextInfo::mutable_remote_jid, context.quote->chat);
        // There even when we know nothing of the quoted message, so that the answer is seen to be one.
        if (!parse(context.quote->message, *info.mutable_quoted_message())) info.mutable_quoted_message()->Clear();
    }
    for (const Jid& who : context.mentions) info.add_mentioned_jid(who.bare().to_string());
    if (context.mentions_everyone) info.set_non_jid_mentions(1);
    for (const GroupMention& mention : context.group_mentions) {
        auto& added = *info.add_group_mentions();
        added.set_group_jid(mention.group.to_string());
        added.set_group_subject(mention.subject);
    }
    put(info, &ContextInfo::set_is_forwarded, context.forwarded);
    put(info, &ContextInfo::set_forwarding_score, context.forwarding_score);
    if (context.channel) {
        auto& origin = *info.mutable_forwarded_newsletter_message_info();
        origin.set_newsletter_jid(context.channel->channel.to_string());
        origin.set_newsletter_name(context.channel->name);
        origin.set_server_message_id(context.channel->server_id);
    }
    put(info, &ContextInfo::set_expiration, seconds(context.expiration));
    put(info, &ContextInfo::set_ephemeral_setting_timestamp, unix_seconds(context.expiration_set_at));
}

bool is_empty(const Context& context) {
    Context plain;
    // What is only received is not written.
    plain.after_read = context.after_read;
    plain.question = context.question;
    plain.spoiler = context.spoiler;
    plain.group_status = context.group_status;
    return context == plain;
}

}  // namespace bridge::whatsapp::content::detail
