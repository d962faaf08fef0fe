/// One example of every content that we write.
#pragma once

#include "tests/bridge/whatsapp/content/support.hpp"

#include <string>
#include <vector>

namespace tests::content {

inline const Jid ana{"200000000000002", server::lid};
inline const Jid ben{"300000000000003", server::lid};
inline const Jid club{"120363000000000001", server::group};

inline common::UnixTime at(std::int64_t seconds) { return common::UnixTime{std::chrono::seconds{seconds}}; }
inline common::UnixMillis at_ms(std::int64_t ms) { return common::UnixMillis{std::chrono::milliseconds{ms}}; }

/// Somebody else's message in a group, and an own one.
inline content::MessageRef theirs() { return {club, false, "3EB0AAAA", ana}; }
inline content::MessageRef mine() { return {club, true, "3EB0BBBB", {}}; }

inline content::Sealed sealed() { return {Bytes(40, 9), Bytes(12, 4)}; }

inline content::Media medium(content::MediaKind kind) {
    using content::MediaKind;
    content::Media media;
    media.kind = kind;
    media.mime_type = "application/octet-stream";
    media.url = "https://mmg.example.net/v/t62.7118-24/x";
    media.direct_path = "/v/t62.7118-24/x?ccb=11";
    media.media_key = common::SecretBytes{Bytes(32, 1)};
    media.file_sha256 = Bytes(32, 2);
    media.file_enc_sha256 = Bytes(32, 3);
    media.file_length = 4'000'000'000;
    media.media_key_time = at(1'700'000'000);
    media.accessibility_label = "a thing";
    const bool has_size = kind != MediaKind::audio && kind != MediaKind::voice_note && kind != MediaKind::document;
    if (has_size) media.width = 640;
    if (has_size) media.height = 480;
    const bool plays = kind == MediaKind::video || kind == MediaKind::gif || kind == MediaKind::video_note ||
                       kind == MediaKind::audio || kind == MediaKind::voice_note;
    if (plays) media.duration = std::chrono::seconds{12};
    if (plays) media.streaming_sidecar = Bytes(10, 5);
    if (kind == MediaKind::voice_note) media.waveform = Bytes(64, 50);
    if (kind == MediaKind::voice_note) media.background_argb = 0xFF112233;
    if (kind != MediaKind::audio && kind != MediaKind::voice_note) media.thumbnail = Bytes{0xFF, 0xD8, 0xFF};
    if (kind == MediaKind::image || kind == MediaKind::video || kind == MediaKind::document)
        media.large_thumbnail = content::Thumbnail{"/v/thumb", Bytes(32, 6), Bytes(32, 7)};
    if (kind == MediaKind::document) {
        media.file_name = "report.pdf";
        media.title = "Report";
        media.page_count = 3;
        media.large_thumbnail->width = 480;
        media.large_thumbnail->height = 339;
    }
    if (kind == MediaKind::sticker) {
        media.animated = true;
        media.avatar = true;
        media.emojis = "😀";
        media.sticker_sent = at_ms(1'700'000'000'123);
        media.first_frame_length = 900;
        media.first_frame_sidecar = Bytes(10, 8);
    }
    return media;
}

inline content::Poll poll(std::uint32_t selectable = 0) {
    content::Poll out;
    out.name = "Lunch?";
    out.options = {"Pizza", "Sushi", "Curry"};
    out.selectable = selectable;
    return out;
}

inline content::Event event() {
    content::Event out;
    out.name = "Party";
    out.description = "Bring cake";
    out.location = content::Location{};
    out.location->latitude = 48.2;
    out.location->longitude = 16.37;
    out.location->name = "Park";
    out.join_link = "https://call.example.net/video/abc";
    out.starts = at(1'800'000'000);
    out.ends = at(1'800'003'600);
    out.extra_guests_allowed = true;
    out.is_call = true;
    out.reminder = std::chrono::seconds{3600};
    return out;
}

struct Example {
    std::string name;
    content::Body body;
};

/// Every body that can be written.
inline std::vector<Example> examples() {
    namespace c = content;
    std::vector<Example> out;
    const auto add = [&out](std::string name, c::Body body) { out.push_back({std::move(name), std::move(body)}); };

    add("text", c::Text{"grüße 你好", {}, {}});
    c::Text link{"see https://example.org/x now", {}, {}};
    link.preview = c::LinkPreview{};
    link.preview->url = "https://example.org/x";
    link.preview->title = "Example";
    link.preview->description = "An example";
    link.preview->thumbnail = Bytes(20, 1);
    link.preview->type = 5;
    link.preview->large = c::Thumbnail{"/v/large", Bytes(32, 2), Bytes(32, 3), 600, 400};
    link.preview->large_key = common::SecretBytes{Bytes(32, 4)};
    link.preview->large_key_time = at(1'700'000'000);
    add("link", link);
    add("coloured text", c::Text{"hello", {}, c::TextStyle{0xFF00FF00, 0xFFFFFFFF, 6}});

    for (const auto kind :
         {c::MediaKind::image,
          c::MediaKind::video,
          c::MediaKind::gif,
          c::MediaKind::video_note,
          c::MediaKind::audio,
          c::MediaKind::voice_note,
          c::MediaKind::document,
          c::MediaKind::sticker})
        add("medium " + std::to_string(static_cast<int>(kind)), medium(kind));
    c::Media captioned = medium(c::MediaKind::document);
    captioned.caption = "read this";
    add("document with caption", captioned);
    c::Media picture = medium(c::MediaKind::image);
    picture.caption = "look";
    add("picture with caption", picture);
    c::Media lottie = medium(c::MediaKind::sticker);
    lottie.lottie = true;
    add("lottie sticker", lottie);
    add("album", c::Album{2, 1});

    c::Location place;
    place.latitude = -33.86;
    place.longitude = 151.21;
    place.name = "Opera";
    place.address = "Bennelong Point";
    place.url = "https://example.org/opera";
    place.accuracy_m = 10;
    place.comment = "here";
    place.thumbnail = Bytes(5, 1);
    add("location", place);
    const c::ContactCard card{
        "Ana Lima", "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Lima\nTEL;type=CELL:+1 555-000-0002\nEND:VCARD"};
    add("contact", c::ContactCards{"", {card}});
    add("contacts", c::ContactCards{"two people", {card, card}});

    add("poll", poll());
    add("single choice poll", poll(1));
    c::Poll announced = poll(2);
    announced.announcement = true;
    add("announced poll", announced);
    c::Poll quiz = poll(1);
    quiz.quiz = true;
    quiz.correct = 1;
    add("quiz", quiz);
    c::Poll open = poll();
    open.ends = at(1'800'000'000);
    open.hides_voters = true;
    open.open_options = true;
    add("open poll", open);
    add("vote", c::PollVote{theirs(), sealed(), at_ms(1'700'000'000'500)});
    add("added option", c::PollOptionAdded{theirs(), "Salad"});
    add("event", event());
    add("event response", c::EventResponse{theirs(), sealed()});

    add("reaction", c::Reaction{theirs(), "👍", at_ms(1'700'000'000'000), "👍"});
    add("reaction taken back", c::Reaction{mine(), "", at_ms(1'700'000'000'000), ""});
    add("encrypted reaction", c::EncryptedReaction{theirs(), sealed()});
    const Bytes words = text_message("new words");
    add("comment", c::Comment{theirs(), words});
    add("encrypted comment", c::EncryptedComment{theirs(), sealed()});
    add("edit", c::Edit{mine(), words, at_ms(1'700'000'000'000)});
    for (const auto kind :
         {c::SecretKind::event_edit,
          c::SecretKind::message_edit,
          c::SecretKind::poll_edit,
          c::SecretKind::poll_add_option})
        add("encrypted edit " + std::to_string(static_cast<int>(kind)), c::EncryptedEdit{theirs(), sealed(), kind});
    add("revoke", c::Revoke{mine()});
    add("admin revoke", c::Revoke{theirs()});
    add("pin", c::Pin{theirs(), true, std::chrono::seconds{604800}, at_ms(1'700'000'000'000)});
    add("unpin", c::Pin{theirs(), false, std::chrono::seconds{0}, at_ms(1'700'000'000'000)});
    add("keep", c::Keep{theirs(), true, at_ms(1'700'000'000'000)});
    add("keep undone", c::Keep{mine(), false, at_ms(1'700'000'000'000)});
    add("timer", c::DisappearingTimer{std::chrono::seconds{86400}, at(1'700'000'000)});
    add("member label", c::MemberLabel{"captain", at(1'700'000'000)});

    for (const auto form :
         {c::ChoiceForm::buttons, c::ChoiceForm::list, c::ChoiceForm::template_, c::ChoiceForm::interactive}) {
        c::ChoiceReply reply;
        reply.form = form;
        reply.id = "row-1";
        reply.text = "First";
        if (form == c::ChoiceForm::list) reply.description = "the first";
        if (form == c::ChoiceForm::template_) reply.index = 2;
        if (form == c::ChoiceForm::interactive) reply.params_json = "{\"a\":1}";
        if (form == c::ChoiceForm::interactive) reply.version = 3;
        add("choice reply " + std::to_string(static_cast<int>(form)), reply);
    }
    c::GroupInvite invite;
    invite.group = club;
    invite.code = "ABCDEF";
    invite.name = "Club";
    invite.caption = "join us";
    invite.expires = at(1'800'000'000);
    invite.community = true;
    invite.thumbnail = Bytes(4, 1);
    add("group invite", invite);
    add("phone number request", c::PhoneNumberRequest{});
    return out;
}

}  // namespace tests::content
