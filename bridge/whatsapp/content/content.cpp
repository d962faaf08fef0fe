#include "bridge/whatsapp/content/content.hpp"

#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/media.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"
#include "bridge/whatsapp/content/wire_fields.hpp"

namespace bridge::whatsapp::content {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;
using wa::e2e::Message;

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::not_a_message: return {Kind::invalid, "the bytes are no message"};
        case Errc::too_deep: return {Kind::invalid, "the message wraps deeper than a message may"};
        case Errc::receive_only: return {Kind::invalid, "this kind of content can only be received"};
        case Errc::no_target: return {Kind::invalid, "the content does not name what it acts on"};
        case Errc::no_text: return {Kind::invalid, "the text is empty"};
        case Errc::no_caption: return {Kind::invalid, "this kind of medium has no caption"};
        case Errc::bad_secret: return {Kind::invalid, "this content needs a message secret of 32 bytes"};
        case Errc::bad_poll:
            return {Kind::invalid, "a poll has a question of at most 255 characters and 2 to 12 different options"};
        case Errc::bad_event: return {Kind::invalid, "an event has a name and a start that is not after its end"};
        case Errc::bad_media:
            return {Kind::invalid, "a medium has a type, an address, a key and the hashes of its file"};
        case Errc::bad_seal: return {Kind::invalid, "an encrypted add-on has a payload, an IV of 12 bytes and a kind"};
        case Errc::bad_location: return {Kind::invalid, "a location has a latitude and a longitude on earth"};
        case Errc::bad_contact: return {Kind::invalid, "a contact card has a name and a vCard"};
        case Errc::bad_view_once: return {Kind::invalid, "only pictures, videos and voice notes can be view-once"};
        case Errc::not_forwardable: return {Kind::invalid, "this message cannot be forwarded"};
    }
    return {Kind::internal, "unknown content error"};
}

namespace {

constexpr std::size_t secret_size = 32;

Body read_body(const Message& message) {
    // Media first: that is what most messages with several fields are about.
    if (auto media = detail::find_media(message)) return std::move(*media);
    if (message.has_album_message())
        return Album{message.album_message().expected_image_count(), message.album_message().expected_video_count()};
    if (message.has_sticker_pack_message()) return detail::read_sticker_pack(message.sticker_pack_message());
    for (const auto family :
         {detail::read_plain,
          detail::read_gathering,
          detail::read_change,
          detail::read_choices,
          detail::read_business}) {
        if (auto body = family(message)) return std::move(*body);
    }
    if (message.has_message_history_bundle()) return Other{70, "history_bundle"};
    if (message.has_message_history_notice()) return Other{102, "history_notice"};
    const Bytes serialised = detail::serialised(message);
    for (const WireField& field : wire_fields(serialised)) {
        if (field.number != 2 && field.number != 15 && field.number != 35) return Other{field.number, "unknown"};
    }
    return Nothing{};
}

std::optional<Association> read_association(const Message& message) {
    if (!message.message_context_info().has_message_association()) return std::nullopt;
    const auto& in = message.message_context_info().message_association();
    return Association{
        static_cast<AssociationKind>(in.association_type()),
        detail::ref(in.parent_message_key()),
        in.message_index(),
    };
}

bool is_view_once(const Message& message) {
    return message.image_message().view_once() || message.video_message().view_once() ||
           message.ptv_message().view_once() || message.audio_message().view_once() ||
           message.extended_text_message().view_once();
}

/// Puts a body into a message; what has no `put` is only received.
struct Putter {
    Message& message;
    bool view_once;

    Status operator()(const Media& media) const { return detail::put(message, media, view_once); }
    Status operator()(const Album& album) const {
        message.mutable_album_message()->set_expected_image_count(album.images);
        message.mutable_album_message()->set_expected_video_count(album.videos);
        return {};
    }
    Status operator()(const PhoneNumberRequest&) const {
        message.mutable_request_phone_number_message();
        return {};
    }
    template <class T>
    Status operator()(const T& body) const {
        if constexpr (requires { detail::put(message, body); }) {
            return detail::put(message, body);
        } else {
            return Errc::receive_only;
        }
    }
};

/// The wrapper that a content travels in, if any.
wa::e2e::FutureProofMessage* wrapper_for(const Content& content, Message& outer) {
    const auto* media = std::get_if<Media>(&content.body);
    if (!media) return nullptr;
    if (content.view_once) {
        const bool is_audio = media->kind == MediaKind::voice_note || media->kind == MediaKind::audio;
        return is_audio ? outer.mutable_view_once_message_v2_extension() : outer.mutable_view_once_message_v2();
    }
    if (media->kind == MediaKind::document && !media->caption.empty())
        return outer.mutable_document_with_caption_message();
    if (media->kind == MediaKind::sticker && media->lottie) return outer.mutable_lottie_sticker_message();
    return nullptr;
}

Status put_context(Message& message, const Context& context) {
    if (detail::is_empty(context)) return {};
    detail::extend_text(message);
    // Contents without a context (reactions, edits ...) have no place for a quote or a timer.
    if (wa::e2e::ContextInfo* info = detail::make_context(message)) detail::put(*info, context);
    return {};
}

Status put_secret(Message& message, const Body& body, ByteView secret) {
    const bool needed = std::holds_alternative<Poll>(body) || std::holds_alternative<Event>(body);
    if (secret.empty() && !needed) return {};
    if (secret.size() != secret_size) return Errc::bad_secret;
    if (takes_secret(body)) message.mutable_message_context_info()->set_message_secret(common::to_string(secret));
    return {};
}

}  // namespace

Result<Content> read(ByteView bytes) {
    Message message;
    if (!detail::parse(bytes, message)) return Errc::not_a_message;
    const auto wrapping = detail::strip_wrappers(message);
    if (!wrapping) return wrapping.error();
    Content content;
    if (const wa::e2e::ContextInfo* info = detail::find_context(message)) content.context = detail::read_context(*info);
    if (wrapping->group_status) content.context.group_status = true;
    content.view_once = wrapping->view_once || is_view_once(message);
    content.association = read_association(message);
    content.body = read_body(message);
    return content;
}

Result<Bytes> write(const Content& content, ByteView message_secret) {
    Message message;
    const bool is_media = std::holds_alternative<Media>(content.body);
    if (content.view_once && !is_media) return Errc::bad_view_once;
    if (auto put = std::visit(Putter{message, content.view_once}, content.body); !put) return put.error();
    if (auto put = put_context(message, content.context); !put) return put.error();
    Message outer;
    if (auto* wrapper = wrapper_for(content, outer)) {
        *wrapper->mutable_message() = std::move(message);
        message = std::move(outer);
    }
    if (auto put = put_secret(message, content.body, message_secret); !put) return put.error();
    if (content.association) {
        using wa::e2e::MessageAssociation;
        auto& out = *message.mutable_message_context_info()->mutable_message_association();
        const int kind = static_cast<int>(content.association->kind);
        if (MessageAssociation::AssociationType_IsValid(kind))
            out.set_association_type(static_cast<MessageAssociation::AssociationType>(kind));
        detail::put(*out.mutable_parent_message_key(), content.association->parent);
        detail::put(out, &MessageAssociation::set_message_index, content.association->index);
    }
    return detail::serialised(message);
}

Bytes message_secret_of(ByteView bytes) {
    Message message;
    if (!detail::parse(bytes, message) || !detail::strip_wrappers(message)) return {};
    const std::string& secret = message.message_context_info().message_secret();
    return secret.size() == secret_size ? detail::bytes(secret) : Bytes{};
}

}  // namespace bridge::whatsapp::content
