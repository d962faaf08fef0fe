#include "bridge/whatsapp/content/labels.hpp"

#include "bridge/whatsapp/content/describe.hpp"

namespace bridge::whatsapp::content {
namespace {

// Types of protocolMessage that are marked (protocol part 2, section 7.8).
constexpr std::int32_t ephemeral_sync_response = 4;
constexpr std::int32_t request_welcome_message = 18;

bool has_link(const Content& content) {
    const auto* text = std::get_if<Text>(&content.body);
    return text && text->preview && !text->preview->url.empty();
}

SecretKind secret_kind(const Content& content) {
    const auto* edit = std::get_if<EncryptedEdit>(&content.body);
    return edit ? edit->kind : SecretKind::unknown;
}

std::string_view type_of(const Content& content, Kind kind) {
    switch (kind) {
        case Kind::reaction:
        case Kind::encrypted_reaction: return "reaction";
        case Kind::poll:
        case Kind::poll_vote:
        case Kind::poll_option:
        case Kind::poll_result: return "poll";
        case Kind::event:
        case Kind::event_response: return "event";
        case Kind::text: return has_link(content) ? "media" : "text";
        case Kind::encrypted_edit:
            switch (secret_kind(content)) {
                case SecretKind::poll_edit:
                case SecretKind::poll_add_option: return "poll";
                case SecretKind::event_edit: return "event";
                default: return "text";
            }
        case Kind::choice_reply: {
            const ChoiceForm form = std::get<ChoiceReply>(content.body).form;
            return form == ChoiceForm::template_ ? "text" : "media";
        }
        case Kind::nothing:
        case Kind::edit:
        case Kind::revoke:
        case Kind::timer:
        case Kind::member_label:
        case Kind::protocol:
        case Kind::interactive:
        case Kind::keep:
        case Kind::pin:
        case Kind::phone_number_request:
        case Kind::encrypted_comment:
        case Kind::channel_invite:
        case Kind::album: return "text";
        case Kind::other: return std::get<Other>(content.body).name == "history_notice" ? "text" : "media";
        default: return "media";
    }
}

std::string_view media_type_of(const Content& content, Kind kind) {
    switch (kind) {
        case Kind::image: return "image";
        case Kind::video: return "video";
        case Kind::gif: return "gif";
        case Kind::video_note: return "ptv";
        case Kind::audio: return "audio";
        case Kind::voice_note: return "ptt";
        case Kind::document: return "document";
        case Kind::sticker: return "sticker";
        case Kind::sticker_pack: return "sticker_pack";
        case Kind::location: return std::get<Location>(content.body).live ? "livelocation" : "location";
        case Kind::live_location: return "livelocation";
        case Kind::contacts: return std::get<ContactCards>(content.body).cards.size() == 1 ? "vcard" : "contact_array";
        case Kind::list: return "list";
        case Kind::choice_reply:
            switch (std::get<ChoiceReply>(content.body).form) {
                case ChoiceForm::buttons: return "buttons_response";
                case ChoiceForm::list: return "list_response";
                case ChoiceForm::interactive: return "native_flow_response";
                case ChoiceForm::template_: return "";
            }
            return "";
        case Kind::order: return "order";
        case Kind::product: return "product";
        case Kind::text: return has_link(content) ? "url" : "";
        case Kind::group_invite: return "url";
        case Kind::other: return std::get<Other>(content.body).name == "history_bundle" ? "group_history" : "";
        default: return "";
    }
}

std::string_view edit_of(const Content& content, Kind kind, ChatKind chat) {
    const bool in_channel = chat == ChatKind::newsletter;
    switch (kind) {
        case Kind::edit: return in_channel ? "3" : "1";
        case Kind::pin: return "2";
        case Kind::revoke: return in_channel || !std::get<Revoke>(content.body).target.from_me ? "8" : "7";
        case Kind::reaction: return std::get<Reaction>(content.body).emoji.empty() ? "7" : "";
        case Kind::keep: return std::get<Keep>(content.body).kept ? "" : "7";
        default: return "";
    }
}

bool hides_decrypt_fail(const Content& content, Kind kind, std::string_view edit) {
    switch (kind) {
        case Kind::reaction:
        case Kind::encrypted_reaction:
        case Kind::poll_vote:
        case Kind::keep:
        case Kind::pin:
        case Kind::edit:
        case Kind::event_response:
        case Kind::member_label: return true;
        case Kind::encrypted_edit: return secret_kind(content) != SecretKind::unknown;
        case Kind::revoke: return edit != "8";  // never of an admin's
        case Kind::protocol: {
            const std::int32_t type = std::get<Protocol>(content.body).type;
            return type == ephemeral_sync_response || type == request_welcome_message;
        }
        default: return false;
    }
}

void add_thread(Labels& labels, const MessageRef& target) {
    labels.meta.emplace_back("thread_msg_id", target.id);
    if (!target.participant.empty()) labels.meta.emplace_back("thread_msg_sender_jid", target.participant.to_string());
}

void add_meta(Labels& labels, const Content& content, Kind kind) {
    auto& meta = labels.meta;
    switch (kind) {
        case Kind::poll: meta.emplace_back("polltype", "creation"); break;
        case Kind::poll_vote: meta.emplace_back("polltype", "vote"); break;
        case Kind::poll_result: meta.emplace_back("polltype", "result_snapshot"); break;
        case Kind::event: meta.emplace_back("event_type", "creation"); break;
        case Kind::event_response: meta.emplace_back("event_type", "response"); break;
        case Kind::encrypted_edit:
            if (secret_kind(content) == SecretKind::event_edit) meta.emplace_back("event_type", "edit");
            break;
        case Kind::comment: add_thread(labels, std::get<Comment>(content.body).target); break;
        case Kind::encrypted_comment: add_thread(labels, std::get<EncryptedComment>(content.body).target); break;
        case Kind::member_label:
            meta.emplace_back("appdata", "member_tag");
            meta.emplace_back(
                "tag_reason", std::get<MemberLabel>(content.body).label.empty() ? "user_delete" : "user_update"
            );
            break;
        case Kind::protocol:
            if (std::get<Protocol>(content.body).type == ephemeral_sync_response)
                meta.emplace_back("appdata", "default");
            break;
        case Kind::other:
            if (std::get<Other>(content.body).name == "history_bundle") meta.emplace_back("appdata", "group_history");
            break;
        default: break;
    }
    if (content.view_once) meta.emplace_back("view_once", "true");
}

}  // namespace

Labels labels_of(common::ByteView message, ChatKind chat) {
    Labels labels;
    const auto content = read(message);
    if (!content) return labels;
    const Kind kind = kind_of(content->body);
    labels.type = type_of(*content, kind);
    labels.media_type = media_type_of(*content, kind);
    labels.edit = edit_of(*content, kind, chat);
    labels.hide_decrypt_fail = hides_decrypt_fail(*content, kind, labels.edit);
    add_meta(labels, *content, kind);
    labels.takes_status_setting = chat == ChatKind::status && describe(*content).role == Description::Role::message;
    const bool is_sealed = kind == Kind::encrypted_comment || kind == Kind::encrypted_edit;
    labels.takes_reporting_token = !is_sealed && takes_secret(content->body);
    return labels;
}

}  // namespace bridge::whatsapp::content
