#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

namespace content = bridge::whatsapp::content;

/// Sends and hands out what reached the sender.
struct Typed : Fixture {
    const api::SendRequest& sent(const std::string& body) {
        const auto response = post("/api/messages", body);
        INFO(body << "\n" << response.body);
        REQUIRE(response.status == 200);
        return sender.requests.back();
    }
    template <class Body>
    const Body& sent_as(const std::string& body) {
        const auto& request = sent(body);
        REQUIRE(std::holds_alternative<Body>(request.content.body));
        return std::get<Body>(request.content.body);
    }
    /// The sentence of a 422; nothing may have reached the sender.
    std::string refused(const std::string& body) {
        const auto before = sender.requests.size();
        const auto response = post("/api/messages", body);
        INFO(body << "\n" << response.body);
        CHECK(response.status == 422);
        CHECK(sender.requests.size() == before);
        return detail_of(response);
    }
    /// With the fields of a message to Maya around it.
    static std::string to_maya(const std::string& fields) { return R"({"to":"15550001111",)" + fields + "}"; }
};

}  // namespace

TEST_CASE("a typed text is sent and answered with id, time, chat and state", "[api]") {
    Typed api;
    const auto response = api.post("/api/messages", R"({"to":"+1 555 000 1111","text":"hi"})");
    CHECK(response.status == 200);
    const auto answer = json_of(response);
    CHECK(answer.root()["message_id"].string_or("") == "3EB0A1");
    CHECK(answer.root()["timestamp"].string_or("") == "2025-10-09T08:53:20Z");
    CHECK(answer.root()["chat_jid"].string_or("") == "15550001111@s.whatsapp.net");
    CHECK(answer.root()["status"].string_or("") == "sent");
    CHECK(api.sender.requests.at(0).recipient == "15550001111@s.whatsapp.net");
    CHECK(api.sender.text() == "hi");
}

TEST_CASE("what surrounds a message reaches the sender", "[api]") {
    Typed api;
    const std::string body =
        Typed::to_maya(R"("text":"@15550002222 see","quote":{"message_id":"Q1","chat_jid":"1-2@g.us"},)"
                       R"("mentions":["+1 555 000 2222","100000000000001@lid"],"mention_everyone":true,)"
                       R"("id":"MY-1","send_at":"2026-01-31T12:00:00Z","wait":1500)");
    CHECK(api.post("/api/messages", body, {{"Idempotency-Key", "k1"}}).status == 200);
    const auto& request = api.sender.requests.at(0);
    CHECK(request.quoted_id == "Q1");
    CHECK(request.quoted_chat == "1-2@g.us");
    REQUIRE(request.content.context.mentions.size() == 2);
    CHECK(request.content.context.mentions[0].to_string() == "15550002222@s.whatsapp.net");
    CHECK(request.content.context.mentions[1].to_string() == "100000000000001@lid");
    CHECK(request.content.context.mentions_everyone);
    CHECK(request.options.message_id == "MY-1");
    CHECK(request.options.idempotency_key == "k1");
    CHECK(request.options.send_at == at(1'769'860'800));
    CHECK(request.options.wait == std::chrono::milliseconds{1500});
}

TEST_CASE("a link preview is for a link of the text", "[api]") {
    Typed api;
    const auto& text = api.sent_as<content::Text>(Typed::to_maya(
        R"("text":"look: https://example.org/a","link_preview":{"url":"https://example.org/a","title":"A",)"
        R"("description":"About A","thumbnail":"/9j/"})"
    ));
    REQUIRE(text.preview);
    CHECK(text.preview->title == "A");
    CHECK(text.preview->description == "About A");
    CHECK(text.preview->thumbnail == common::Bytes{0xFF, 0xD8, 0xFF});
    CHECK(
        api.refused(Typed::to_maya(R"("text":"look","link_preview":{"url":"https://example.org/a"})")) ==
        "link_preview.url: must stand in the text"
    );
    CHECK(
        api.refused(Typed::to_maya(R"("text":"a","link_preview":{"url":"a","thumbnail":"***"})")) ==
        "link_preview.thumbnail: must be base64 of at most 65536 bytes"
    );
}

TEST_CASE("every kind of file is sent from any of its sources", "[api]") {
    Typed api;
    using content::MediaKind;
    const std::vector<std::pair<std::string, MediaKind>> kinds{
        {"image", MediaKind::image},
        {"video", MediaKind::video},
        {"gif", MediaKind::gif},
        {"video_note", MediaKind::video_note},
        {"audio", MediaKind::audio},
        {"voice", MediaKind::voice_note},
        {"voice_note", MediaKind::voice_note},
        {"document", MediaKind::document},
        {"sticker", MediaKind::sticker}};
    for (const auto& [type, kind] : kinds) {
        const auto& media =
            api.sent_as<content::Media>(Typed::to_maya(R"("type":")" + type + R"(","media":{"path":"/srv/a"})"));
        CHECK(media.kind == kind);
        CHECK(api.sender.requests.back().media->path == "/srv/a");
    }
    CHECK(api.sent(Typed::to_maya(R"("type":"image","media":{"upload":"u1"})")).media->upload == "u1");
    CHECK(
        api.sent(Typed::to_maya(R"("type":"image","media":{"url":"https://a.example/b.jpg"})")).media->url ==
        "https://a.example/b.jpg"
    );
    const auto& again =
        api.sent(Typed::to_maya(R"("type":"image","media":{"message_id":"M1","chat_jid":"15550002222"})"));
    CHECK(again.media->message_id == "M1");
    CHECK(again.media->chat_jid == "15550002222@s.whatsapp.net");
}

TEST_CASE("caption, name, view-once and album go with a file", "[api]") {
    Typed api;
    const auto& request = api.sent(Typed::to_maya(
        R"("type":"image","media":{"path":"/srv/a.jpg"},"caption":"Hi","file_name":"b.jpg","view_once":true,)"
        R"("album_id":"ALBUM1")"
    ));
    const auto& media = std::get<content::Media>(request.content.body);
    CHECK(media.caption == "Hi");
    CHECK(media.file_name == "b.jpg");
    CHECK(request.content.view_once);
    REQUIRE(request.content.association);
    CHECK(request.content.association->kind == content::AssociationKind::album);
    CHECK(request.content.association->parent.id == "ALBUM1");
    CHECK(request.content.association->parent.chat.to_string() == "15550001111@s.whatsapp.net");
}

TEST_CASE("a file without a kind is sent as what its name says", "[api]") {
    Typed api;
    using content::MediaKind;
    const std::vector<std::pair<std::string, MediaKind>> names{
        {R"("media":{"path":"/srv/a.JPG"})", MediaKind::image},
        {R"("media":{"path":"/srv/a.mp4"})", MediaKind::video},
        {R"("media":{"path":"/srv/a.ogg"})", MediaKind::voice_note},
        {R"("media":{"path":"/srv/a.mp3"})", MediaKind::audio},
        {R"("media":{"path":"/srv/a.pdf"})", MediaKind::document},
        {R"("media":{"path":"/srv.png/a"})", MediaKind::document},
        {R"("media":{"url":"https://a.example/b.png?x=/c.mp3"})", MediaKind::image},
        {R"("media":{"upload":"u1"},"file_name":"c.webm")", MediaKind::video},
        {R"("media":{"upload":"u1"})", MediaKind::document}};
    for (const auto& [fields, kind] : names) {
        INFO(fields);
        CHECK(api.sent_as<content::Media>(Typed::to_maya(R"("type":"file",)" + fields)).kind == kind);
    }
}

TEST_CASE("a file that cannot be sent is refused by name", "[api]") {
    Typed api;
    const auto image = [&](const std::string& fields) {
        return api.refused(Typed::to_maya(R"("type":"image")" + fields));
    };
    CHECK(image("") == "media: is needed: path, upload, url or message_id");
    CHECK(image(R"(,"media":"/srv/a")") == "media: must be an object");
    const std::string which = "media.path: or exactly one of upload, url and message_id must be given";
    CHECK(image(R"(,"media":{})") == which);
    CHECK(image(R"(,"media":{"path":"/a","upload":"u"})") == which);
    CHECK(image(R"(,"media":{"path":5})") == "media.path: must be text");
    CHECK(image(R"(,"media":{"url":"file:///etc/passwd"})") == "media.url: must be an http or https URL");
    CHECK(image(R"(,"media":{"path":"/a","mode":1})") == "media.mode: is not a field of this request");
    CHECK(image(R"(,"media":{"path":"/a"},"file_name":"../b")") == "file_name: must be a name, not a path");
    CHECK(image(R"(,"media":{"path":"/a"},"text":"b")") == "text: is not a field of this request");
    CHECK(
        api.refused(Typed::to_maya(R"("type":"document","media":{"path":"/a"},"view_once":true)")) ==
        "view_once: is for images, videos and voice notes"
    );
    CHECK(
        api.refused(Typed::to_maya(R"("type":"sticker","media":{"path":"/a"},"caption":"b")")) ==
        "caption: is not shown with this type"
    );
    CHECK(image(R"(,"media":{"path":"/a"},"view_once":"yes")") == "view_once: must be true or false");
}

TEST_CASE("a place is sent as it will be shown", "[api]") {
    Typed api;
    const auto& place = api.sent_as<content::Location>(Typed::to_maya(
        R"("type":"location","location":{"latitude":52.5163,"longitude":13.3777,"name":"Gate","address":"Pariser Platz",)"
        R"("url":"https://maps.example/1","comment":"here","accuracy_m":5})"
    ));
    CHECK(place.latitude == Approx(52.5163));
    CHECK(place.longitude == Approx(13.3777));
    CHECK(place.name == "Gate");
    CHECK(place.address == "Pariser Platz");
    CHECK(place.url == "https://maps.example/1");
    CHECK(place.comment == "here");
    CHECK(place.accuracy_m == 5);
    const auto refused = [&](const std::string& fields) {
        return api.refused(Typed::to_maya(R"("type":"location")" + fields));
    };
    CHECK(refused("") == "location: is needed");
    CHECK(refused(R"(,"location":{"longitude":1})") == "location.latitude: must be a number from -90 to 90");
    CHECK(
        refused(R"(,"location":{"latitude":1,"longitude":180.1})") ==
        "location.longitude: must be a number from -180 to 180"
    );
}

TEST_CASE("cards are sent together", "[api]") {
    Typed api;
    const std::string card = R"({"name":"Omar","vcard":"BEGIN:VCARD\nVERSION:3.0\nFN:Omar\nEND:VCARD"})";
    const auto& contacts =
        api.sent_as<content::ContactCards>(Typed::to_maya(R"("type":"contacts","contacts":[)" + card + "," + card + "]")
        );
    REQUIRE(contacts.cards.size() == 2);
    CHECK(contacts.cards[0].name == "Omar");
    CHECK(contacts.cards[1].vcard.starts_with("BEGIN:VCARD\n"));
    const auto refused = [&](const std::string& value) {
        return api.refused(Typed::to_maya(R"("type":"contacts","contacts":)" + value));
    };
    CHECK(refused("[]") == "contacts: must be a list of name and vcard");
    CHECK(refused("{}") == "contacts: must be a list of at most 256 objects");
    CHECK(refused("[5]") == "contacts.0: must be an object");
    CHECK(refused("[" + card + R"(,{"vcard":"BEGIN:VCARD"}])") == "contacts.1.name: must not be empty");
    CHECK(
        refused(R"([{"name":"Omar","vcard":"Omar"}])") ==
        "contacts.0.vcard: must be a vCard, from BEGIN:VCARD to END:VCARD"
    );
}

TEST_CASE("a poll is sent with what voters may do", "[api]") {
    Typed api;
    const auto& poll = api.sent_as<content::Poll>(Typed::to_maya(
        R"("type":"poll","poll":{"name":"Lunch?","options":["Soup","Rice"],"selectable":0,"ends_at":"2026-01-31",)"
        R"("hides_voters":true,"open_options":true})"
    ));
    CHECK(poll.name == "Lunch?");
    CHECK(poll.options == std::vector<std::string>{"Soup", "Rice"});
    CHECK(poll.selectable == 0);
    CHECK(poll.ends == at(1'769'817'600));
    CHECK(poll.hides_voters);
    CHECK(poll.open_options);
    const auto& quiz = api.sent_as<content::Poll>(
        Typed::to_maya(R"("type":"poll","poll":{"name":"2+2?","options":["4","5"],"is_quiz":true,"correct":0})")
    );
    CHECK(quiz.selectable == 1);
    CHECK(quiz.correct == std::size_t{0});
    const auto refused = [&](const std::string& fields) {
        return api.refused(Typed::to_maya(R"("type":"poll","poll":{"name":"Lunch?")" + fields + "}"));
    };
    const std::string options = "poll.options: must be 2 to 12 texts, different from each other";
    CHECK(refused("") == options);
    CHECK(refused(R"(,"options":["Soup"])") == options);
    CHECK(refused(R"(,"options":["Soup","Soup"])") == options);
    CHECK(refused(R"(,"options":["Soup"," "])") == "poll.options: must hold texts of 1 to 400 bytes");
    CHECK(refused(R"(,"options":["a","b"],"selectable":3)") == "poll.selectable: must be a whole number from 0 to 2");
    CHECK(refused(R"(,"options":["a","b"],"correct":1)") == "poll.correct: is for a quiz: is_quiz must be true");
    CHECK(refused(R"(,"options":["a","b"],"is_quiz":true)") == "poll.correct: must say which option is right, from 0");
    CHECK(api.refused(Typed::to_maya(R"("type":"poll")")) == "poll: is needed");
}

TEST_CASE("an event is sent with place and time", "[api]") {
    Typed api;
    const auto& event = api.sent_as<content::Event>(Typed::to_maya(
        R"("type":"event","event":{"name":"Picnic","description":"Bring fruit","starts_at":"2026-06-01T10:00:00Z",)"
        R"("ends_at":"2026-06-01T12:00:00Z","location":{"latitude":1,"longitude":2},"join_link":"https://call.example/1",)"
        R"("extra_guests_allowed":true,"is_call":true,"reminder_seconds":3600})"
    ));
    CHECK(event.name == "Picnic");
    CHECK(event.starts == at(1'780'308'000));
    CHECK(event.ends == at(1'780'315'200));
    REQUIRE(event.location);
    CHECK(event.location->longitude == Approx(2));
    CHECK(event.extra_guests_allowed);
    CHECK(event.is_call);
    CHECK(event.reminder == std::chrono::hours{1});
    const auto refused = [&](const std::string& fields) {
        return api.refused(Typed::to_maya(R"("type":"event","event":{"name":"Picnic")" + fields + "}"));
    };
    CHECK(refused("") == "event.starts_at: must be a time like 2026-01-31T12:00:00Z");
    CHECK(refused(R"(,"starts_at":"1969-01-01")") == "event.starts_at: must be a time like 2026-01-31T12:00:00Z");
    CHECK(
        refused(R"(,"starts_at":"2026-06-01","ends_at":"2026-05-01")") == "event.ends_at: must not be before starts_at"
    );
    CHECK(
        refused(R"(,"starts_at":"2026-06-01","location":{"latitude":"x"})") ==
        "event.location.latitude: must be a number from -90 to 90"
    );
}

TEST_CASE("an invitation to a group and an album are sent", "[api]") {
    Typed api;
    const auto& invite = api.sent_as<content::GroupInvite>(Typed::to_maya(
        R"("type":"group_invite","group_invite":{"group":"120363000000000001@g.us","code":"AbC","name":"Team",)"
        R"("caption":"Join","expires_at":"2026-01-31"})"
    ));
    CHECK(invite.group.to_string() == "120363000000000001@g.us");
    CHECK(invite.code == "AbC");
    CHECK(invite.expires == at(1'769'817'600));
    CHECK(
        api.refused(Typed::to_maya(R"("type":"group_invite","group_invite":{"group":"15550001111","code":"A"})")) ==
        "group_invite.group: must be the JID of a group"
    );
    const auto& album =
        api.sent_as<content::Album>(Typed::to_maya(R"("type":"album","album":{"images":2,"videos":1})"));
    CHECK(album.images == 2);
    CHECK(album.videos == 1);
    CHECK(
        api.refused(Typed::to_maya(R"("type":"album","album":{"images":1})")) ==
        "album.images: and videos must be at least 2 together"
    );
}

TEST_CASE("a typed send that cannot be is refused by name", "[api]") {
    Typed api;
    CHECK(api.post("/api/messages", "{").status == 400);
    CHECK(api.refused("[]") == "body: must be a JSON object");
    CHECK(api.refused(R"({"text":"hi"})") == "to: must be a JID or a phone number");
    CHECK(api.refused(R"({"to":"somebody","text":"hi"})") == "to: must be a JID or a phone number");
    CHECK(api.refused(Typed::to_maya(R"("text":" ")")) == "text: must not be empty");
    CHECK(api.refused(Typed::to_maya(R"("text":5)")) == "text: must be text");
    CHECK(
        api.refused(Typed::to_maya(R"("text":")" + std::string(65'537, 'a') + "\"")) ==
        "text: must be text of at most 65536 bytes"
    );
    CHECK(api.refused(Typed::to_maya(R"("type":"fax","text":"a")")).starts_with("type: must be one of text, image, "));
    CHECK(api.refused(Typed::to_maya(R"("text":"a","txet":1)")) == "txet: is not a field of this request");
    CHECK(api.refused(Typed::to_maya(R"("text":"a","mentions":["x"])")) == "mentions: must hold JIDs or phone numbers");
    CHECK(
        api.refused(Typed::to_maya(R"("text":"a","quote":{"chat_jid":"15550001111"})")) ==
        "quote.message_id: must not be empty"
    );
    CHECK(
        api.refused(Typed::to_maya(R"("text":"a","send_at":"soon")")) ==
        "send_at: must be a time like 2026-01-31T12:00:00Z"
    );
    CHECK(
        api.refused(Typed::to_maya(R"("text":"a","wait":25001)")) ==
        "wait: must be \"sent\" or milliseconds up to 25000"
    );
    CHECK(
        api.refused(Typed::to_maya(R"("text":"a","id":"a b")")) ==
        "id: must be at most 64 letters, digits, dots and dashes"
    );
    const auto key = api.post("/api/messages", Typed::to_maya(R"("text":"a")"), {{"Idempotency-Key", "a b"}});
    CHECK(key.status == 422);
    CHECK(detail_of(key) == "Idempotency-Key: must be 1 to 255 printable characters");
}

TEST_CASE("a typed send that failed while the caller waited has an id", "[api]") {
    Typed api;
    api.sender.answer = FakeSender::result_of("failed");
    const auto response = api.post("/api/messages", Typed::to_maya(R"("text":"a","wait":"sent")"));
    CHECK(response.status == 503);
    CHECK(json_of(response).root()["message_id"].string_or("") == "3EB0A1");
    CHECK(detail_of(response) == "WhatsApp did not take the message.");
}

TEST_CASE("a file of the family's send goes to the sender", "[api]") {
    Fixture fixture;
    const auto response =
        fixture.post("/api/send", R"({"recipient":"15550001111","message":"Look","media_path":"/srv/a.png"})");
    CHECK(response.status == 200);
    const auto& request = fixture.sender.requests.at(0);
    REQUIRE(request.media);
    CHECK(request.media->path == "/srv/a.png");
    const auto& media = std::get<content::Media>(request.content.body);
    CHECK(media.kind == content::MediaKind::image);
    CHECK(media.caption == "Look");
    fixture.post("/api/send", R"({"recipient":"15550001111","message":"","media_path":"/srv/a.ogg"})");
    CHECK(std::get<content::Media>(fixture.sender.requests.at(1).content.body).kind == content::MediaKind::voice_note);
}

}  // namespace tests::api
