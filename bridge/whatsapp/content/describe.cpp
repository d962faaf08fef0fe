#include "bridge/whatsapp/content/describe.hpp"

#include "bridge/whatsapp/content/detail/words.hpp"

namespace bridge::whatsapp::content {
namespace {

using Role = Description::Role;

Role role_of(Kind kind) {
    switch (kind) {
        case Kind::poll_vote:
        case Kind::poll_option:
        case Kind::event_response:
        case Kind::reaction:
        case Kind::encrypted_reaction:
        case Kind::comment:
        case Kind::encrypted_comment:
        case Kind::edit:
        case Kind::encrypted_edit:
        case Kind::revoke:
        case Kind::pin:
        case Kind::keep: return Role::add_on;
        case Kind::nothing:
        case Kind::timer:
        case Kind::member_label:
        case Kind::protocol: return Role::hidden;
        default: return Role::message;
    }
}

/// As the message store names it: what plays like a video is one, and so on.
std::string stored_type(const Content& content, Kind kind) {
    switch (kind) {
        case Kind::nothing:
        case Kind::text: return "";
        case Kind::gif: return "video";
        case Kind::voice_note: return "audio";
        case Kind::contacts: return std::get<ContactCards>(content.body).cards.size() == 1 ? "contact" : "contacts";
        case Kind::other: return std::get<Other>(content.body).name;
        default: return std::string{name(kind)};
    }
}

/// The words of a message inside this one (an edit, a comment); one level of them.
std::string words_inside(common::ByteView message) {
    const auto inside = read(message);
    if (!inside || role_of(kind_of(inside->body)) == Role::add_on) return {};
    return describe(*inside).text;
}

}  // namespace

Description describe(const Content& content) {
    Description out;
    out.kind = kind_of(content.body);
    out.role = role_of(out.kind);
    out.media_type = stored_type(content, out.kind);
    out.text = detail::words_of(content.body);
    if (const auto* edit = std::get_if<Edit>(&content.body)) out.text = words_inside(edit->message);
    if (const auto* comment = std::get_if<Comment>(&content.body)) out.text = words_inside(comment->message);
    if (const auto* media = std::get_if<Media>(&content.body)) out.file_name = media->file_name;
    return out;
}

Description describe(common::ByteView message) {
    const auto content = read(message);
    return content ? describe(*content) : Description{};
}

}  // namespace bridge::whatsapp::content
