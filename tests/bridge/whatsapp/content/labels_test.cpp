#include "bridge/whatsapp/content/labels.hpp"

#include "bridge/whatsapp/content/unwrap.hpp"
#include "tests/bridge/whatsapp/content/examples.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::content {

using content::ChatKind;
using content::Labels;

namespace {

Labels labels(const content::Body& body, ChatKind chat = ChatKind::direct) {
    const auto written = content::write({{}, false, {}, body}, secret);
    REQUIRE(written);
    return content::labels_of(*written, chat);
}

/// Of a message that is only received: field `number`, empty.
Labels received(std::uint32_t number) { return content::labels_of(tagged(number, {})); }

using Meta = std::vector<std::pair<std::string_view, std::string>>;

content::EncryptedEdit encrypted(content::SecretKind kind) { return {theirs(), sealed(), kind}; }

}  // namespace

// Protocol part 2, section 4.5, `message/@type`, row by row.
TEST_CASE("labels: reactions", "[content]") {
    CHECK(labels(content::Reaction{theirs(), "x", {}, ""}).type == "reaction");
    CHECK(labels(content::EncryptedReaction{theirs(), sealed()}).type == "reaction");
}

TEST_CASE("labels: polls of every version, votes and their encrypted edits", "[content]") {
    for (const std::uint32_t field : {49, 60, 64, 111, 119, 50}) {
        INFO("field " << field);
        CHECK(received(field).type == "poll");
    }
    CHECK(labels(encrypted(content::SecretKind::poll_edit)).type == "poll");
    CHECK(labels(encrypted(content::SecretKind::poll_add_option)).type == "poll");
    CHECK(labels(poll()).meta == Meta{{"polltype", "creation"}});
    CHECK(labels(content::PollVote{theirs(), sealed(), {}}).meta == Meta{{"polltype", "vote"}});
    CHECK(received(88).meta == Meta{{"polltype", "result_snapshot"}});
}

TEST_CASE("labels: events", "[content]") {
    CHECK(labels(event()).type == "event");
    CHECK(labels(event()).meta == Meta{{"event_type", "creation"}});
    CHECK(labels(content::EventResponse{theirs(), sealed()}).type == "event");
    CHECK(labels(content::EventResponse{theirs(), sealed()}).meta == Meta{{"event_type", "response"}});
    CHECK(labels(encrypted(content::SecretKind::event_edit)).type == "event");
    CHECK(labels(encrypted(content::SecretKind::event_edit)).meta == Meta{{"event_type", "edit"}});
}

TEST_CASE("labels: what goes as text", "[content]") {
    CHECK(content::labels_of(content::make_text("hi", secret)).type == "text");
    CHECK(labels(content::Text{"hi", {}, content::TextStyle{1, 2, 0}}).type == "text");
    // protocolMessage, templateButtonReply, interactive, keep, pin, requestPhoneNumber, encComment,
    // newsletterAdminInvite, newsletterFollowerInviteV2, messageHistoryNotice, album.
    for (const std::uint32_t field : {12, 29, 45, 51, 63, 54, 71, 78, 113, 102, 83}) {
        INFO("field " << field);
        CHECK(received(field).type == "text");
        CHECK(received(field).media_type.empty());
    }
    CHECK(labels(content::Edit{mine(), text_message("x"), {}}).type == "text");
    CHECK(labels(encrypted(content::SecretKind::message_edit)).type == "text");
}

TEST_CASE("labels: everything else is media, with its media type", "[content]") {
    struct Row {
        std::uint32_t field;
        std::string_view media_type;
    };
    constexpr Row rows[]{
        {3, "image"},          {9, "video"},
        {66, "ptv"},           {8, "audio"},
        {7, "document"},       {26, "sticker"},
        {86, "sticker_pack"},  {5, "location"},
        {18, "livelocation"},  {4, "vcard"},
        {13, "contact_array"}, {36, "list"},
        {39, "list_response"}, {43, "buttons_response"},
        {38, "order"},         {30, "product"},
        {28, "url"},           {48, "native_flow_response"},
        {70, "group_history"}, {42, ""},
    };
    for (const Row& row : rows) {
        INFO("field " << row.field);
        CHECK(received(row.field).type == "media");
        CHECK(received(row.field).media_type == row.media_type);
    }
    CHECK(labels(medium(content::MediaKind::gif)).media_type == "gif");
    CHECK(labels(medium(content::MediaKind::voice_note)).media_type == "ptt");
    content::Text link{"see https://example.org", {}, {}};
    link.preview = content::LinkPreview{};
    link.preview->url = "https://example.org";
    CHECK(labels(link).type == "media");
    CHECK(labels(link).media_type == "url");
    // A title alone is no link.
    link.preview->url.clear();
    link.preview->title = "Example";
    CHECK(labels(link).type == "text");
}

TEST_CASE("labels: wrappers do not hide what is inside", "[content]") {
    content::Media document = medium(content::MediaKind::document);
    document.caption = "read";
    CHECK(labels(document).media_type == "document");
    content::Content once;
    once.view_once = true;
    once.body = medium(content::MediaKind::image);
    const Labels marked = content::labels_of(*content::write(once, secret));
    CHECK(marked.media_type == "image");
    CHECK(marked.meta == Meta{{"view_once", "true"}});
}

// `message/@edit`.
TEST_CASE("labels: edit values", "[content]") {
    CHECK(labels(content::Edit{mine(), text_message("x"), {}}).edit == "1");
    CHECK(labels(content::Edit{mine(), text_message("x"), {}}, ChatKind::newsletter).edit == "3");
    CHECK(labels(content::Pin{theirs(), true, {}, {}}).edit == "2");
    CHECK(labels(content::Pin{theirs(), false, {}, {}}).edit == "2");
    CHECK(labels(content::Revoke{mine()}).edit == "7");
    CHECK(labels(content::Revoke{theirs()}, ChatKind::group).edit == "8");
    CHECK(labels(content::Revoke{mine()}, ChatKind::newsletter).edit == "8");
    CHECK(labels(content::Reaction{theirs(), "", {}, ""}).edit == "7");
    CHECK(labels(content::Reaction{theirs(), "x", {}, ""}).edit.empty());
    CHECK(labels(content::Keep{mine(), false, {}}).edit == "7");
    CHECK(labels(content::Keep{mine(), true, {}}).edit.empty());
    CHECK(labels(content::Text{"hi", {}, {}}).edit.empty());
}

// `enc/@decrypt-fail="hide"`.
TEST_CASE("labels: what shows no placeholder when it cannot be opened", "[content]") {
    const std::vector<content::Body> hidden{
        content::Reaction{theirs(), "x", {}, ""},
        content::EncryptedReaction{theirs(), sealed()},
        content::PollVote{theirs(), sealed(), {}},
        content::Keep{theirs(), true, {}},
        content::Pin{theirs(), true, {}, {}},
        content::Edit{mine(), text_message("x"), {}},
        content::EventResponse{theirs(), sealed()},
        encrypted(content::SecretKind::event_edit),
        encrypted(content::SecretKind::poll_edit),
        encrypted(content::SecretKind::poll_add_option),
        encrypted(content::SecretKind::message_edit),
        content::MemberLabel{"captain", {}},
        content::Revoke{mine()},
    };
    for (const content::Body& body : hidden) {
        INFO(content::name(content::kind_of(body)));
        CHECK(labels(body).hide_decrypt_fail);
    }
    for (const auto type :
         {wa::e2e::ProtocolMessage::EPHEMERAL_SYNC_RESPONSE, wa::e2e::ProtocolMessage::REQUEST_WELCOME_MESSAGE}) {
        wa::e2e::Message message;
        message.mutable_protocol_message()->set_type(type);
        CHECK(content::labels_of(bytes_of(message)).hide_decrypt_fail);
    }
    CHECK_FALSE(labels(content::Revoke{theirs()}).hide_decrypt_fail);
    for (const content::Body& body : std::vector<content::Body>{
             content::Text{"hi", {}, {}},
             poll(),
             event(),
             medium(content::MediaKind::image),
             content::DisappearingTimer{std::chrono::seconds{86400}, {}}})
        CHECK_FALSE(labels(body).hide_decrypt_fail);
}

TEST_CASE("labels: comments name their thread, member labels their reason", "[content]") {
    const Meta thread{{"thread_msg_id", "3EB0AAAA"}, {"thread_msg_sender_jid", ana.to_string()}};
    CHECK(labels(content::EncryptedComment{theirs(), sealed()}).meta == thread);
    CHECK(labels(content::Comment{theirs(), text_message("x")}).meta == thread);
    CHECK(
        labels(content::MemberLabel{"captain", {}}).meta ==
        Meta{{"appdata", "member_tag"}, {"tag_reason", "user_update"}}
    );
    CHECK(labels(content::MemberLabel{"", {}}).meta == Meta{{"appdata", "member_tag"}, {"tag_reason", "user_delete"}});
}

TEST_CASE("labels: only status posts say who sees them", "[content]") {
    CHECK(labels(content::Text{"hi", {}, {}}, ChatKind::status).takes_status_setting);
    CHECK_FALSE(labels(content::Text{"hi", {}, {}}).takes_status_setting);
    CHECK_FALSE(labels(content::Reaction{theirs(), "x", {}, ""}, ChatKind::status).takes_status_setting);
    CHECK_FALSE(labels(content::Revoke{mine()}, ChatKind::status).takes_status_setting);
}

TEST_CASE("labels: reporting tokens are for messages, not for add-ons", "[content]") {
    CHECK(labels(content::Text{"hi", {}, {}}).takes_reporting_token);
    CHECK(labels(poll()).takes_reporting_token);
    for (const content::Body& body : std::vector<content::Body>{
             content::Reaction{theirs(), "x", {}, ""},
             content::EncryptedReaction{theirs(), sealed()},
             content::PollVote{theirs(), sealed(), {}},
             content::EventResponse{theirs(), sealed()},
             content::EncryptedComment{theirs(), sealed()},
             encrypted(content::SecretKind::message_edit)})
        CHECK_FALSE(labels(body).takes_reporting_token);
}

TEST_CASE("labels: bytes that are no message are text", "[content]") {
    CHECK(content::labels_of(Bytes{0xFF}).type == "text");
    CHECK(content::labels_of({}).type == "text");
}

}  // namespace tests::content
