#include "bridge/whatsapp/content/content.hpp"

namespace bridge::whatsapp::content {
namespace {

struct KindOf {
    Kind operator()(const Nothing&) const { return Kind::nothing; }
    Kind operator()(const Text&) const { return Kind::text; }
    Kind operator()(const Media& media) const {
        switch (media.kind) {
            case MediaKind::image: return Kind::image;
            case MediaKind::video: return Kind::video;
            case MediaKind::gif: return Kind::gif;
            case MediaKind::video_note: return Kind::video_note;
            case MediaKind::audio: return Kind::audio;
            case MediaKind::voice_note: return Kind::voice_note;
            case MediaKind::document: return Kind::document;
            case MediaKind::sticker: return Kind::sticker;
        }
        return Kind::other;
    }
    Kind operator()(const Album&) const { return Kind::album; }
    Kind operator()(const StickerPack&) const { return Kind::sticker_pack; }
    Kind operator()(const Location&) const { return Kind::location; }
    Kind operator()(const LiveLocation&) const { return Kind::live_location; }
    Kind operator()(const ContactCards&) const { return Kind::contacts; }
    Kind operator()(const Poll&) const { return Kind::poll; }
    Kind operator()(const PollVote&) const { return Kind::poll_vote; }
    Kind operator()(const PollOptionAdded&) const { return Kind::poll_option; }
    Kind operator()(const PollResult&) const { return Kind::poll_result; }
    Kind operator()(const Event&) const { return Kind::event; }
    Kind operator()(const EventResponse&) const { return Kind::event_response; }
    Kind operator()(const Reaction&) const { return Kind::reaction; }
    Kind operator()(const EncryptedReaction&) const { return Kind::encrypted_reaction; }
    Kind operator()(const Comment&) const { return Kind::comment; }
    Kind operator()(const EncryptedComment&) const { return Kind::encrypted_comment; }
    Kind operator()(const Edit&) const { return Kind::edit; }
    Kind operator()(const EncryptedEdit&) const { return Kind::encrypted_edit; }
    Kind operator()(const Revoke&) const { return Kind::revoke; }
    Kind operator()(const Pin&) const { return Kind::pin; }
    Kind operator()(const Keep&) const { return Kind::keep; }
    Kind operator()(const DisappearingTimer&) const { return Kind::timer; }
    Kind operator()(const MemberLabel&) const { return Kind::member_label; }
    Kind operator()(const Choices& choices) const {
        switch (choices.form) {
            case ChoiceForm::buttons: return Kind::buttons;
            case ChoiceForm::list: return Kind::list;
            case ChoiceForm::template_: return Kind::template_;
            case ChoiceForm::interactive: return Kind::interactive;
        }
        return Kind::other;
    }
    Kind operator()(const ChoiceReply&) const { return Kind::choice_reply; }
    Kind operator()(const GroupInvite&) const { return Kind::group_invite; }
    Kind operator()(const ChannelInvite&) const { return Kind::channel_invite; }
    Kind operator()(const EventInvite&) const { return Kind::event_invite; }
    Kind operator()(const Product&) const { return Kind::product; }
    Kind operator()(const Order&) const { return Kind::order; }
    Kind operator()(const Payment&) const { return Kind::payment; }
    Kind operator()(const CallEvent&) const { return Kind::call; }
    Kind operator()(const PhoneNumberRequest&) const { return Kind::phone_number_request; }
    Kind operator()(const Placeholder&) const { return Kind::placeholder; }
    Kind operator()(const Protocol&) const { return Kind::protocol; }
    Kind operator()(const Other&) const { return Kind::other; }
};

}  // namespace

Kind kind_of(const Body& body) noexcept { return std::visit(KindOf{}, body); }

std::string_view name(Kind kind) noexcept {
    switch (kind) {
        case Kind::nothing: return "nothing";
        case Kind::text: return "text";
        case Kind::image: return "image";
        case Kind::video: return "video";
        case Kind::gif: return "gif";
        case Kind::video_note: return "video_note";
        case Kind::audio: return "audio";
        case Kind::voice_note: return "voice_note";
        case Kind::document: return "document";
        case Kind::sticker: return "sticker";
        case Kind::album: return "album";
        case Kind::sticker_pack: return "sticker_pack";
        case Kind::location: return "location";
        case Kind::live_location: return "live_location";
        case Kind::contacts: return "contacts";
        case Kind::poll: return "poll";
        case Kind::poll_vote: return "poll_vote";
        case Kind::poll_option: return "poll_option";
        case Kind::poll_result: return "poll_result";
        case Kind::event: return "event";
        case Kind::event_response: return "event_response";
        case Kind::reaction: return "reaction";
        case Kind::encrypted_reaction: return "encrypted_reaction";
        case Kind::comment: return "comment";
        case Kind::encrypted_comment: return "encrypted_comment";
        case Kind::edit: return "edit";
        case Kind::encrypted_edit: return "encrypted_edit";
        case Kind::revoke: return "revoke";
        case Kind::pin: return "pin";
        case Kind::keep: return "keep";
        case Kind::timer: return "timer";
        case Kind::member_label: return "member_label";
        case Kind::buttons: return "buttons";
        case Kind::list: return "list";
        case Kind::template_: return "template";
        case Kind::interactive: return "interactive";
        case Kind::choice_reply: return "choice_reply";
        case Kind::group_invite: return "group_invite";
        case Kind::channel_invite: return "channel_invite";
        case Kind::event_invite: return "event_invite";
        case Kind::product: return "product";
        case Kind::order: return "order";
        case Kind::payment: return "payment";
        case Kind::call: return "call";
        case Kind::phone_number_request: return "phone_number_request";
        case Kind::placeholder: return "placeholder";
        case Kind::protocol: return "protocol";
        case Kind::other: return "other";
    }
    return "other";
}

bool takes_secret(const Body& body) noexcept {
    switch (kind_of(body)) {
        case Kind::nothing:
        case Kind::reaction:
        case Kind::encrypted_reaction:
        case Kind::poll_vote:
        case Kind::event_response:
        case Kind::edit:
        case Kind::encrypted_edit:
        case Kind::revoke:
        case Kind::timer:
        case Kind::member_label:
        case Kind::protocol: return false;
        default: return true;
    }
}

}  // namespace bridge::whatsapp::content
