#include "tests/bridge/whatsapp/content/examples.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::content {

namespace {

common::Result<Bytes> write(content::Body body, ByteView message_secret = secret) {
    return content::write({{}, false, {}, std::move(body)}, message_secret);
}

wa::e2e::Message message_of(content::Body body) {
    const auto written = write(std::move(body));
    REQUIRE(written);
    return parsed(*written);
}

}  // namespace

TEST_CASE("write: a bare text is a conversation, with a context it is extended", "[content]") {
    CHECK(message_of(content::Text{"hi", {}, {}}).conversation() == "hi");
    content::Content timed;
    timed.body = content::Text{"hi", {}, {}};
    timed.context.expiration = std::chrono::seconds{86400};
    const auto message = parsed(*content::write(timed, secret));
    CHECK_FALSE(message.has_conversation());
    CHECK(message.extended_text_message().text() == "hi");
    CHECK(message.extended_text_message().context_info().expiration() == 86400);
    CHECK(write(content::Text{}).error() == content::Errc::no_text);
}

TEST_CASE("write: a document travels wrapped only with a caption", "[content]") {
    content::Media document = medium(content::MediaKind::document);
    CHECK(message_of(document).has_document_message());
    document.caption = "read";
    const auto message = message_of(document);
    CHECK(message.document_with_caption_message().message().document_message().caption() == "read");
    // The secret stands outside, where the server's token and own devices look for it.
    CHECK(message.message_context_info().message_secret() == common::to_string(secret));
}

TEST_CASE("write: voice notes are marked and last at least a second", "[content]") {
    content::Media note = medium(content::MediaKind::voice_note);
    note.duration = std::chrono::seconds{0};
    const auto message = message_of(note);
    CHECK(message.audio_message().ptt());
    CHECK(message.audio_message().seconds() == 1);
    CHECK_FALSE(message_of(medium(content::MediaKind::audio)).audio_message().ptt());
}

TEST_CASE("write: video notes and GIFs are videos of their own", "[content]") {
    CHECK(message_of(medium(content::MediaKind::video_note)).has_ptv_message());
    CHECK(message_of(medium(content::MediaKind::gif)).video_message().gif_playback());
}

TEST_CASE("write: media without key, hash or address are refused", "[content]") {
    using content::Errc;
    const content::Media good = medium(content::MediaKind::image);
    content::Media bad = good;
    bad.media_key = common::SecretBytes{Bytes(16, 1)};
    CHECK(write(bad).error() == Errc::bad_media);
    bad = good;
    bad.file_sha256.pop_back();
    CHECK(write(bad).error() == Errc::bad_media);
    bad = good;
    bad.direct_path.clear();
    bad.url.clear();
    CHECK(write(bad).error() == Errc::bad_media);
    bad = good;
    bad.mime_type.clear();
    CHECK(write(bad).error() == Errc::bad_media);
    // A channel's media are not encrypted.
    content::Media plain = good;
    plain.media_key = {};
    plain.file_enc_sha256.clear();
    CHECK(write(plain));
    content::Media sticker = medium(content::MediaKind::sticker);
    sticker.caption = "lost words";
    CHECK(write(sticker).error() == Errc::no_caption);
}

TEST_CASE("write: each poll goes into the field for it", "[content]") {
    CHECK(message_of(poll()).has_poll_creation_message());
    CHECK(message_of(poll(2)).has_poll_creation_message());
    CHECK(message_of(poll(1)).has_poll_creation_message_v3());
    content::Poll announced = poll(1);
    announced.announcement = true;
    CHECK(message_of(announced).has_poll_creation_message_v2());
    content::Poll quiz = poll(1);
    quiz.quiz = true;
    quiz.correct = 2;
    CHECK(message_of(quiz).poll_creation_message_v5().correct_answer().option_name() == "Curry");
    content::Poll open = poll();
    open.open_options = true;
    CHECK(message_of(open).has_poll_creation_message_v6());
    CHECK(message_of(poll()).poll_creation_message().has_selectable_options_count());
}

TEST_CASE("write: polls need a secret, a question and different options", "[content]") {
    using content::Errc;
    CHECK(write(poll(), {}).error() == Errc::bad_secret);
    CHECK(write(poll(), Bytes(16, 1)).error() == Errc::bad_secret);
    const auto refused = [](auto change) {
        content::Poll bad = poll();
        change(bad);
        return write(bad).error() == Errc::bad_poll;
    };
    CHECK(refused([](auto& p) { p.name.clear(); }));
    CHECK(refused([](auto& p) { p.name.assign(256, 'x'); }));
    CHECK(refused([](auto& p) { p.options = {"one"}; }));
    CHECK(refused([](auto& p) { p.options = {"one", "one"}; }));
    CHECK(refused([](auto& p) { p.options = {"one", ""}; }));
    CHECK(refused([](auto& p) { p.options.assign(13, "x"); }));
    CHECK(refused([](auto& p) { p.selectable = 4; }));
    CHECK(refused([](auto& p) { p.quiz = true; }));
    CHECK(refused([](auto& p) { p.correct = 0; }));
    content::Poll longest = poll();
    longest.name.clear();
    for (int i = 0; i < 255; ++i) longest.name += "é";
    CHECK(write(longest));
}

TEST_CASE("write: events need a secret, a name and a start before the end", "[content]") {
    using content::Errc;
    CHECK(write(event(), {}).error() == Errc::bad_secret);
    content::Event bad = event();
    bad.ends = bad.starts - std::chrono::seconds{1};
    CHECK(write(bad).error() == Errc::bad_event);
    bad = event();
    bad.name.clear();
    CHECK(write(bad).error() == Errc::bad_event);
    bad = event();
    bad.location->latitude = 91;
    CHECK(write(bad).error() == Errc::bad_location);
}

TEST_CASE("write: an empty reaction is there, and empty", "[content]") {
    const auto message = message_of(content::Reaction{theirs(), "", at_ms(5), ""});
    CHECK(message.reaction_message().has_text());
    CHECK(message.reaction_message().text().empty());
    CHECK_FALSE(message.has_message_context_info());
}

TEST_CASE("write: keys name the author of somebody else's message in a group only", "[content]") {
    CHECK(message_of(content::Revoke{theirs()}).protocol_message().key().participant() == ana.to_string());
    CHECK_FALSE(message_of(content::Revoke{mine()}).protocol_message().key().has_participant());
    const content::MessageRef direct{ana, false, "3EB0DDDD", ana};
    const auto key = message_of(content::Reaction{direct, "x", at_ms(1), ""}).reaction_message().key();
    CHECK_FALSE(key.has_participant());
    CHECK(key.has_from_me());
    CHECK(write(content::Revoke{}).error() == content::Errc::no_target);
}

TEST_CASE("write: an edit holds the whole new content without a secret", "[content]") {
    Bytes words = text_message("new");
    auto with_secret = parsed(words);
    with_secret.mutable_message_context_info()->set_message_secret("x");
    const auto message = message_of(content::Edit{mine(), bytes_of(with_secret), at_ms(7)});
    const auto& edit = message.edited_message().message().protocol_message();
    CHECK(edit.type() == wa::e2e::ProtocolMessage::MESSAGE_EDIT);
    CHECK(edit.timestamp_ms() == 7);
    CHECK(edit.edited_message().conversation() == "new");
    CHECK_FALSE(edit.edited_message().has_message_context_info());
    CHECK(write(content::Edit{mine(), Bytes{0xFF}, {}}).error() == content::Errc::not_a_message);
}

TEST_CASE("write: pins say how long", "[content]") {
    const auto pinned = message_of(content::Pin{theirs(), true, std::chrono::seconds{86400}, at_ms(1)});
    CHECK(pinned.message_context_info().message_add_on_duration_in_secs() == 86400);
    CHECK(pinned.pin_in_chat_message().type() == wa::e2e::PinInChatMessage::PIN_FOR_ALL);
    const auto loose = message_of(content::Pin{theirs(), false, std::chrono::seconds{86400}, at_ms(1)});
    CHECK(loose.message_context_info().message_add_on_duration_in_secs() == 0);
    CHECK(loose.message_context_info().has_message_add_on_duration_in_secs());
}

TEST_CASE("write: several cards are an array, one is a contact", "[content]") {
    const content::ContactCard card{"Ana", "BEGIN:VCARD\nEND:VCARD"};
    CHECK(message_of(content::ContactCards{"", {card}}).has_contact_message());
    CHECK(message_of(content::ContactCards{"", {card, card}}).contacts_array_message().display_name() == "2 contacts");
    CHECK(write(content::ContactCards{}).error() == content::Errc::bad_contact);
    CHECK(write(content::ContactCards{"", {{"Ana", "no card"}}}).error() == content::Errc::bad_contact);
}

TEST_CASE("quote: is the content without contexts, secrets and wrappers", "[content]") {
    content::Content original;
    original.context.mentions = {ana};
    original.body = medium(content::MediaKind::image);
    original.view_once = true;
    const auto quote = content::quote_of(*content::write(original, secret), "3EB0EEEE", ana.with_device(7));
    REQUIRE(quote);
    CHECK(quote->author == ana);
    const auto inside = parsed(quote->message);
    CHECK(inside.has_image_message());
    CHECK_FALSE(inside.image_message().has_context_info());
    CHECK_FALSE(inside.has_message_context_info());
}

TEST_CASE("forward: marks, counts, and leaves quote and mentions behind", "[content]") {
    content::Content original;
    original.context.mentions = {ana};
    original.context.quote = content::Quote{"3EB0", ana, {}, {}};
    original.context.forwarded = true;
    original.context.forwarding_score = 4;
    original.body = content::Text{"news", {}, {}};
    Bytes message = *content::write(original, secret);
    common::append(message, tagged(900, {1, 2, 3}));
    const Bytes other(32, 8);
    const auto passed = content::forward(message, {other, false, std::chrono::seconds{86400}, at(5)});
    REQUIRE(passed);
    const auto out = content::read(*passed);
    REQUIRE(out);
    CHECK(out->context.forwarded);
    CHECK(out->context.forwarding_score == 5);
    CHECK(out->context.mentions.empty());
    CHECK_FALSE(out->context.quote);
    CHECK(out->context.expiration == std::chrono::seconds{86400});
    CHECK(content::message_secret_of(*passed) == other);
    // Fields that we do not know go along.
    CHECK(common::to_string(*passed).find(common::to_string(tagged(900, {1, 2, 3}))) != std::string::npos);
}

TEST_CASE("forward: an own message is not marked the first time", "[content]") {
    const auto passed = content::forward(text_message("mine"), {secret, true, {}, {}});
    REQUIRE(passed);
    CHECK(parsed(*passed).conversation() == "mine");
    const auto others = content::forward(text_message("theirs"), {secret, false, {}, {}});
    CHECK(parsed(*others).extended_text_message().context_info().is_forwarded());
}

TEST_CASE("forward: documents keep their caption, and what vanishes stays", "[content]") {
    content::Media document = medium(content::MediaKind::document);
    document.caption = "read";
    const auto passed = content::forward(*write(document), {secret, false, {}, {}});
    REQUIRE(passed);
    CHECK(parsed(*passed).document_with_caption_message().message().document_message().caption() == "read");
    content::Content once;
    once.view_once = true;
    once.body = medium(content::MediaKind::image);
    CHECK(
        content::forward(*content::write(once, secret), {secret, false, {}, {}}).error() ==
        content::Errc::not_forwardable
    );
    CHECK(
        content::forward(*write(content::Reaction{theirs(), "x", at_ms(1), ""}), {secret, false, {}, {}}).error() ==
        content::Errc::not_forwardable
    );
    CHECK(content::forward(*write(poll()), {{}, false, {}, {}}).error() == content::Errc::bad_secret);
}

}  // namespace tests::content
