#include "bridge/app/content_rows.hpp"

#include "bridge/app/content_details.hpp"
#include "common/crypto/crypto.hpp"
#include "common/json/json.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace bridge::app {
namespace {

using whatsapp::Jid;
namespace content = whatsapp::content;
namespace server = whatsapp::server;

const Jid ada{"15550000001", server::user};
const Jid ada_lid{"100000000000001", server::lid};
const store::Party me{"15559999999@s.whatsapp.net", "100000000000999@lid"};

common::UnixTime at(std::int64_t seconds) { return common::UnixTime{std::chrono::seconds{seconds}}; }

store::AddMessage row_of(const content::Content& what, const Jid& chat = ada) {
    store::AddMessage row;
    row.chat = party_of(chat);
    row.time = at(1'700'000'000);
    fill_content(row, what, me);
    return row;
}

template <class Body>
content::Content with(Body body) {
    content::Content what;
    what.body = std::move(body);
    return what;
}

content::Text text(const char* words) {
    content::Text body;
    body.text = words;
    return body;
}

common::json::Document details(const store::AddMessage& row) {
    REQUIRE(row.extras);
    INFO(row.extras->details);
    auto document = common::json::Document::parse(row.extras->details);
    REQUIRE(document);
    return std::move(*document);
}

}  // namespace

TEST_CASE("content rows: a plain text has nothing besides", "[app]") {
    const auto row = row_of(with(text("hello")));
    CHECK(row.text == "hello");
    CHECK(row.media_type.empty());
    CHECK_FALSE(row.extras);
}

TEST_CASE("content rows: addresses go to their forms, without device", "[app]") {
    CHECK(party_of(ada.with_device(3), ada_lid) == store::Party{ada.to_string(), ada_lid.to_string()});
    CHECK(party_of(ada_lid) == store::Party{"", ada_lid.to_string()});
    CHECK(party_of(Jid{}) == store::Party{});
}

TEST_CASE("content rows: what stands around a text is kept", "[app]") {
    content::Content what = with(text("@15559999999 look"));
    content::Quote quote;
    quote.id = "Q1";
    quote.author = ada_lid;
    quote.message = *content::write(with(text("before")), {});
    what.context.quote = quote;
    what.context.mentions = {ada.with_device(2), Jid{"100000000000999", server::lid}};
    what.context.forwarded = true;
    what.context.forwarding_score = 5;
    what.context.expiration = std::chrono::hours{24};
    what.view_once = true;
    const auto row = row_of(what);
    REQUIRE(row.extras);
    const store::Extras& extras = *row.extras;
    CHECK(extras.kind.empty());
    REQUIRE(extras.quote);
    CHECK(extras.quote->id == "Q1");
    CHECK(extras.quote->sender == store::Party{"", ada_lid.to_string()});
    CHECK(extras.quote->text == "before");
    CHECK(extras.mentions == std::vector<std::string>{ada.to_string(), "100000000000999@lid"});
    CHECK(extras.mentions_me);
    CHECK(extras.forwarded);
    CHECK(extras.forwarding_score == 5);
    CHECK(extras.view_once);
    CHECK(extras.expires_at == at(1'700'086'400));
}

TEST_CASE("content rows: mentions of others are not mentions of us, those of everyone are", "[app]") {
    content::Content what = with(text("x"));
    what.context.mentions = {ada};
    CHECK_FALSE(row_of(what).extras->mentions_me);
    what.context.mentions_everyone = true;
    const auto row = row_of(what);
    CHECK(row.extras->mentions_me);
    CHECK(details(row).root()["mentions_everyone"].boolean() == true);
}

TEST_CASE("content rows: a hostile timer does not overflow", "[app]") {
    content::Content what = with(text("x"));
    what.context.expiration = std::chrono::seconds{std::numeric_limits<std::int64_t>::max()};
    CHECK(*row_of(what).extras->expires_at > at(1'700'000'000));
}

TEST_CASE("content rows: statuses go after a day", "[app]") {
    const auto row = row_of(with(text("today")), Jid{"status", server::broadcast});
    REQUIRE(row.extras);
    CHECK(row.extras->expires_at == at(1'700'086'400));
}

TEST_CASE("content rows: files keep what fetches, opens and shows them", "[app]") {
    content::Media media;
    media.kind = content::MediaKind::voice_note;
    media.mime_type = "audio/ogg; codecs=opus";
    media.direct_path = "/v/x?a=1";
    media.url = "https://mmg.example/v/x";
    media.media_key = common::SecretBytes{common::Bytes(32, 7)};
    media.file_sha256 = common::Bytes(32, 8);
    media.file_enc_sha256 = common::Bytes(32, 9);
    media.file_length = std::numeric_limits<std::uint64_t>::max();
    media.duration = std::chrono::seconds{12};
    media.waveform = common::Bytes(64, 50);
    const auto row = row_of(with(media));
    CHECK(row.media_type == "audio");
    REQUIRE(row.extras);
    CHECK(row.extras->kind == "voice_note");
    REQUIRE(row.extras->media);
    const store::MediaInfo& info = *row.extras->media;
    CHECK(info.mime_type == media.mime_type);
    CHECK(info.direct_path == media.direct_path);
    CHECK(info.media_key == common::Bytes(32, 7));
    CHECK(info.file_length == std::numeric_limits<std::int64_t>::max());
    CHECK(info.seconds == 12);
    CHECK(info.waveform == media.waveform);
}

TEST_CASE("content rows: poll options carry the hashes that votes name", "[app]") {
    content::Poll poll;
    poll.name = "Lunch?";
    poll.options = {"Soup", "Salad"};
    poll.selectable = 1;
    poll.quiz = true;
    poll.correct = 1;
    poll.ends = at(1'800'000'000);
    const auto row = row_of(with(poll));
    CHECK(row.media_type == "poll");
    REQUIRE(row.extras);
    REQUIRE(row.extras->poll);
    const store::PollInfo& info = *row.extras->poll;
    CHECK(info.name == "Lunch?");
    REQUIRE(info.options.size() == 2);
    const auto hash = common::crypto::sha256(common::as_bytes("Salad"));
    CHECK(info.options[1].hash == common::Bytes(hash.begin(), hash.end()));
    CHECK(info.selectable == 1);
    CHECK(info.quiz);
    CHECK(info.correct == 1);
    CHECK(info.ends == at(1'800'000'000));
}

TEST_CASE("content rows: pictures of an album and comments name their parent", "[app]") {
    content::Content picture = with(content::Media{});
    content::Association association;
    association.kind = content::AssociationKind::album;
    association.parent.id = "ALBUM";
    picture.association = association;
    CHECK(row_of(picture).extras->parent == "ALBUM");
    content::Comment comment;
    comment.target.id = "POST";
    comment.message = *content::write(with(text("nice")), {});
    const auto row = row_of(with(comment));
    CHECK(row.extras->parent == "POST");
    CHECK(row.text == "nice");
}

TEST_CASE("content rows: places, people, events and the like are shown as JSON", "[app]") {
    content::Location place;
    place.latitude = 52.5;
    place.longitude = std::numeric_limits<double>::quiet_NaN();
    place.name = "Café \"Mitte\"";
    auto document = details(row_of(with(place)));
    CHECK(document.root()["location"]["latitude"].number() == 52.5);
    CHECK(document.root()["location"]["longitude"].is_null());
    CHECK(document.root()["location"]["name"].string() == "Café \"Mitte\"");

    content::ContactCards cards;
    cards.cards = {{"Ada", "BEGIN:VCARD"}, {"Bob", "BEGIN:VCARD"}};
    document = details(row_of(with(cards)));
    CHECK(document.root()["contacts"].size() == 2);
    CHECK(document.root()["contacts"].at(1)["name"].string() == "Bob");

    content::Event event;
    event.name = "Party";
    event.location = place;
    event.starts = at(1'706'954'401);
    document = details(row_of(with(event)));
    CHECK(document.root()["event"]["starts_at"].string() == "2024-02-03T10:00:01Z");
    CHECK(document.root()["event"]["location"]["name"].is_string());

    content::Text link = text("see https://example.org");
    link.preview.emplace();
    link.preview->url = "https://example.org";
    link.preview->title = "Example";
    document = details(row_of(with(link)));
    CHECK(document.root()["link_preview"]["title"].string() == "Example");

    content::Choices choices;
    choices.text = "Pick";
    choices.choices.emplace_back();
    choices.choices.front().label = "One";
    document = details(row_of(with(choices)));
    CHECK(document.root()["choices"]["options"].at(0)["label"].string() == "One");
}

TEST_CASE("content rows: what stands on a flow's button can be read", "[app]") {
    content::Choices choices;
    choices.form = content::ChoiceForm::interactive;
    choices.text = "Fits?";
    for (const char* params : {R"({"display_text":"Yes, please","id":"yes"})", R"({"title":"Sizes"})", "[", "{}"}) {
        content::Choice flow;
        flow.action = content::Choice::Action::flow;
        flow.id = "quick_reply";
        flow.target = params;
        choices.choices.push_back(flow);
    }
    const auto row = row_of(with(choices));
    CHECK(row.text == "Fits?\n- Yes, please\n- Sizes\n- quick_reply\n- quick_reply");
    const auto document = details(row);
    CHECK(document.root()["choices"]["options"].at(0)["label"].string() == "Yes, please");
    CHECK_FALSE(document.root()["choices"]["options"].at(2)["label"].exists());
}

TEST_CASE("content rows: details of every kind are JSON objects, or none", "[app]") {
    const std::vector<content::Body> bodies{
        content::Album{1, 2},
        content::StickerPack{},
        content::LiveLocation{},
        content::PollResult{"p", {{"a", 1}}},
        content::ChoiceReply{},
        content::GroupInvite{},
        content::ChannelInvite{},
        content::EventInvite{},
        content::Product{},
        content::Order{},
        content::Payment{},
        content::CallEvent{},
        content::Placeholder{},
        content::Other{},
    };
    for (const content::Body& body : bodies) {
        content::Content what;
        what.body = body;
        const auto row = row_of(what);
        REQUIRE(row.extras);
        CHECK_FALSE(row.extras->kind.empty());
        INFO(row.extras->kind << ' ' << row.extras->details);
        if (row.extras->details.empty()) continue;
        const auto document = common::json::Document::parse(row.extras->details);
        REQUIRE(document);
        CHECK(document->root().is_object());
    }
}

}  // namespace bridge::app
