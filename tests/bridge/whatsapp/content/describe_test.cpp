#include "bridge/whatsapp/content/describe.hpp"

#include "bridge/whatsapp/content/capabilities.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "tests/bridge/whatsapp/content/examples.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::content {

using content::ChatKind;
using content::Kind;
using Role = content::Description::Role;

namespace {

content::Description describe(content::Body body) {
    return content::describe(content::Content{{}, false, {}, std::move(body)});
}
content::Description describe(const wa::e2e::Message& message) { return content::describe(bytes_of(message)); }

}  // namespace

TEST_CASE("describe: a text is described as itself", "[content]") {
    const auto what = content::describe(content::make_text("grüße 你好", secret));
    CHECK(what.role == Role::message);
    CHECK(what.kind == Kind::text);
    CHECK(what.text == "grüße 你好");
    CHECK(what.media_type.empty());
}

TEST_CASE("describe: kinds are named as the message store names them", "[content]") {
    CHECK(content::describe(tagged(3, {})).media_type == "image");
    CHECK(content::describe(tagged(49, {})).media_type == "poll");
    CHECK(describe(medium(content::MediaKind::voice_note)).media_type == "audio");
    CHECK(describe(medium(content::MediaKind::gif)).media_type == "video");
    CHECK(describe(medium(content::MediaKind::document)).file_name == "report.pdf");
    CHECK(content::describe(tagged(1000, {})).media_type == "unknown");
    CHECK(content::describe(tagged(1000, {})).role == Role::message);
    CHECK(content::describe(tagged(2, {})).kind == Kind::nothing);
    CHECK(content::describe(Bytes{0xFF}).role == Role::hidden);
}

TEST_CASE("describe: captions, polls, events and places can be read", "[content]") {
    content::Media picture = medium(content::MediaKind::image);
    picture.caption = "look";
    CHECK(describe(picture).text == "look");
    CHECK(describe(poll()).text == "Lunch?\n- Pizza\n- Sushi\n- Curry");
    CHECK(
        describe(event()).text ==
        "Party\n2027-01-15T08:00:00Z - 2027-01-15T09:00:00Z\nPark\n48.200000, 16.370000\nBring cake\n"
        "https://call.example.net/video/abc"
    );
    content::Event cancelled;
    cancelled.name = "Party";
    cancelled.cancelled = true;
    CHECK(describe(cancelled).text == "Party (cancelled)");
    content::Location place;
    place.name = "Opera";
    place.address = "Bennelong Point";
    CHECK(describe(place).text == "Opera, Bennelong Point\n0.000000, 0.000000");
    CHECK(describe(content::Album{2, 1}).text == "2 images, 1 video");
}

TEST_CASE("describe: contact cards give names and numbers", "[content]") {
    const content::ContactCards cards{
        "",
        {{"Ana",
          "BEGIN:VCARD\r\nFN:Ana\r\nTEL;type=CELL;waid=15550000002:+1 555-000\r\n -0002\r\nitem1.TEL:123\r\n"
          "TELEX:9\r\nEND:VCARD"},
         {"Ben", "BEGIN:VCARD\nEND:VCARD"}}};
    CHECK(describe(cards).text == "Ana: +1 555-000-0002, 123\nBen");
    CHECK(describe(cards).media_type == "contacts");
}

TEST_CASE("describe: what acts on other messages is told apart", "[content]") {
    const auto reaction = describe(content::Reaction{theirs(), "👍", {}, ""});
    CHECK(reaction.role == Role::add_on);
    CHECK(reaction.text == "👍");
    CHECK(describe(content::Edit{mine(), text_message("better"), {}}).text == "better");
    CHECK(
        describe(content::Comment{
                     mine(),
                     text_message("well said"),
                 })
            .text == "well said"
    );
    CHECK(describe(content::Revoke{mine()}).role == Role::add_on);
    CHECK(describe(content::DisappearingTimer{}).role == Role::hidden);
    // An edit of an edit has no words.
    const Bytes inner = *content::write({{}, false, {}, content::Edit{mine(), text_message("x"), {}}}, {});
    CHECK(describe(content::Edit{mine(), inner, {}}).text.empty());
}

TEST_CASE("describe: buttons, lists, templates and interactive messages can be read", "[content]") {
    wa::e2e::Message buttons;
    auto& b = *buttons.mutable_buttons_message();
    b.set_text("Order 7");
    b.set_content_text("Ready?");
    b.set_footer_text("Shop");
    b.add_buttons()->mutable_button_text()->set_display_text("Yes");
    b.add_buttons()->mutable_button_text()->set_display_text("No");
    CHECK(describe(buttons).text == "Order 7\nReady?\n- Yes\n- No\nShop");
    CHECK(describe(buttons).kind == Kind::buttons);

    wa::e2e::Message list;
    auto& l = *list.mutable_list_message();
    l.set_title("Menu");
    auto& section = *l.add_sections();
    section.set_title("Soups");
    auto& row = *section.add_rows();
    row.set_title("Tomato");
    row.set_description("hot");
    row.set_row_id("1");
    CHECK(describe(list).text == "Menu\nSoups\n- Tomato: hot");

    wa::e2e::Message templated;
    auto& t = *templated.mutable_template_message()->mutable_hydrated_template();
    t.set_hydrated_content_text("Your parcel");
    t.add_hydrated_buttons()->mutable_url_button()->set_display_text("Track");
    t.mutable_hydrated_buttons(0)->mutable_url_button()->set_url("https://example.org/t");
    CHECK(describe(templated).text == "Your parcel\n- Track: https://example.org/t");

    wa::e2e::Message interactive;
    auto& i = *interactive.mutable_interactive_message();
    i.mutable_header()->set_title("Hello");
    i.mutable_body()->set_text("Choose");
    i.mutable_native_flow_message()->add_buttons()->set_name("quick_reply");
    auto& card = *i.mutable_carousel_message()->add_cards();
    card.mutable_body()->set_text("First card");
    CHECK(describe(interactive).text == "Hello\nChoose\nFirst card\n- quick_reply");
}

TEST_CASE("describe: commerce, payments, calls and invitations can be read", "[content]") {
    wa::e2e::Message product;
    auto& p = *product.mutable_product_message()->mutable_product();
    p.set_title("Lamp");
    p.set_price_amount1000(12'500);
    p.set_currency_code("EUR");
    CHECK(describe(product).text == "Lamp: 12.50 EUR");

    wa::e2e::Message order;
    order.mutable_order_message()->set_order_title("Lamps");
    order.mutable_order_message()->set_item_count(3);
    order.mutable_order_message()->set_total_amount1000(-1);
    order.mutable_order_message()->set_total_currency_code("EUR");
    CHECK(describe(order).text == "Lamps\n3 items, -0.00 EUR");

    wa::e2e::Message request;
    request.mutable_request_payment_message()->set_amount1000(5'000);
    request.mutable_request_payment_message()->set_currency_code_iso4217("INR");
    request.mutable_request_payment_message()->mutable_note_message()->set_conversation("rent");
    CHECK(describe(request).text == "Payment request: 5.00 INR\nrent");

    wa::e2e::Message call;
    call.mutable_call_log_message()->set_is_video(true);
    call.mutable_call_log_message()->set_call_outcome(wa::e2e::CallLogMessage::MISSED);
    CHECK(describe(call).text == "Video call, missed");

    wa::e2e::Message invite;
    invite.mutable_newsletter_admin_invite_message()->set_newsletter_name("News");
    CHECK(describe(invite).text == "News");
    CHECK(describe(content::GroupInvite{club, "X", "Club", "join us", {}, false, {}}).text == "Club\njoin us");
    CHECK(content::describe(tagged(80, {})).text == "Open this message on the phone");

    wa::e2e::Message result;
    result.mutable_poll_result_snapshot_message()->set_name("Lunch?");
    auto& votes = *result.mutable_poll_result_snapshot_message()->add_poll_votes();
    votes.set_option_name("Pizza");
    votes.set_option_vote_count(4);
    CHECK(describe(result).text == "Lunch?\n- Pizza: 4");
}

TEST_CASE("describe: text is always UTF-8", "[content]") {
    wa::e2e::Message broken;
    broken.set_conversation("a\xFF\xC3(b");
    CHECK(describe(broken).text == "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
}

TEST_CASE("capabilities: addresses have kinds", "[content]") {
    CHECK(content::chat_kind_of(ana) == ChatKind::direct);
    CHECK(content::chat_kind_of(club) == ChatKind::group);
    CHECK(content::chat_kind_of({"status", server::broadcast}) == ChatKind::status);
    CHECK(content::chat_kind_of({"1700000000", server::broadcast}) == ChatKind::broadcast_list);
    CHECK(content::chat_kind_of({"120363000000000009", server::newsletter}) == ChatKind::newsletter);
}

TEST_CASE("capabilities: every chat takes texts, and says why it refuses", "[content]") {
    for (const auto chat :
         {ChatKind::direct, ChatKind::group, ChatKind::status, ChatKind::broadcast_list, ChatKind::newsletter}) {
        INFO(content::name(chat));
        CHECK(content::can_send(Kind::text, chat));
        CHECK(content::can_send(Kind::image, chat));
        for (int kind = 0; kind <= static_cast<int>(Kind::other); ++kind) {
            const auto capability = content::can_send(static_cast<Kind>(kind), chat);
            CHECK(capability.allowed == capability.reason.empty());
        }
    }
    CHECK_FALSE(content::can_send(Kind::poll, ChatKind::status));
    CHECK(content::can_send(Kind::poll, ChatKind::newsletter));
    CHECK_FALSE(content::can_send(Kind::group_invite, ChatKind::group));
    CHECK_FALSE(content::can_send(Kind::encrypted_reaction, ChatKind::direct));
    CHECK_FALSE(content::can_send(Kind::buttons, ChatKind::direct));
}

TEST_CASE("capabilities: what can be written can be sent somewhere", "[content]") {
    for (const Example& example : examples()) {
        INFO(example.name);
        const Kind kind = content::kind_of(example.body);
        CHECK((content::can_send(kind, ChatKind::direct) || content::can_send(kind, ChatKind::group)));
        CHECK_FALSE(content::name(kind).empty());
    }
}

}  // namespace tests::content
