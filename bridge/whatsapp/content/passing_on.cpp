#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"

#include <limits>

namespace bridge::whatsapp::content {

using common::Bytes;
using common::ByteView;
using common::Result;
using wa::e2e::ContextInfo;
using wa::e2e::Message;

namespace {

/// What people write, show or invite to; not what acts on another message, and nothing that vanishes.
bool can_be_forwarded(const Content& content) {
    if (content.view_once) return false;
    switch (kind_of(content.body)) {
        case Kind::text:
        case Kind::image:
        case Kind::video:
        case Kind::gif:
        case Kind::video_note:
        case Kind::audio:
        case Kind::voice_note:
        case Kind::document:
        case Kind::sticker:
        case Kind::sticker_pack:
        case Kind::location:
        case Kind::contacts:
        case Kind::poll:
        case Kind::event:
        case Kind::product:
        case Kind::group_invite:
        case Kind::channel_invite: return true;
        default: return false;
    }
}

/// Documents with a caption and Lottie stickers travel wrapped.
void wrap_again(Message& message) {
    Message outer;
    if (message.has_document_message() && !message.document_message().caption().empty()) {
        *outer.mutable_document_with_caption_message()->mutable_message() = std::move(message);
    } else if (message.has_sticker_message() && message.sticker_message().is_lottie()) {
        *outer.mutable_lottie_sticker_message()->mutable_message() = std::move(message);
    } else {
        return;
    }
    message = std::move(outer);
}

}  // namespace

Result<Quote> quote_of(ByteView bytes, std::string id, const Jid& author, const Jid& chat) {
    Message message;
    if (!detail::parse(bytes, message)) return Errc::not_a_message;
    if (auto stripped = detail::strip_wrappers(message); !stripped) return stripped.error();
    detail::clear_context(message);
    message.clear_message_context_info();
    message.clear_sender_key_distribution_message();
    Quote quote;
    quote.id = std::move(id);
    quote.author = author.bare();
    quote.chat = chat.bare();
    quote.message = detail::serialised(message);
    return quote;
}

Result<Bytes> forward(ByteView bytes, const Forwarding& how) {
    const auto content = read(bytes);
    if (!content) return content.error();
    if (!can_be_forwarded(*content)) return Errc::not_forwardable;
    const bool needs_secret = takes_secret(content->body);
    const bool must_have = kind_of(content->body) == Kind::poll || kind_of(content->body) == Kind::event;
    if (how.message_secret.size() != 32 && (must_have || !how.message_secret.empty())) return Errc::bad_secret;

    Message message;
    if (!detail::parse(bytes, message)) return Errc::not_a_message;
    if (auto stripped = detail::strip_wrappers(message); !stripped) return stripped.error();
    message.clear_sender_key_distribution_message();
    message.clear_message_context_info();
    detail::clear_context(message);

    std::uint32_t score = content->context.forwarding_score;
    if (!how.own && score < std::numeric_limits<std::uint32_t>::max()) ++score;
    Context context;
    context.forwarded = score > 0;
    context.forwarding_score = score;
    context.channel = content->context.channel;
    context.expiration = how.expiration;
    context.expiration_set_at = how.expiration_set_at;
    if (!detail::is_empty(context)) {
        detail::extend_text(message);
        if (ContextInfo* info = detail::make_context(message)) detail::put(*info, context);
    }
    wrap_again(message);
    if (needs_secret && !how.message_secret.empty())
        message.mutable_message_context_info()->set_message_secret(common::to_string(how.message_secret));
    return detail::serialised(message);
}

}  // namespace bridge::whatsapp::content
