// Sends as the "unified" bridges call them.
#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

namespace content = bridge::whatsapp::content;

struct Family : Fixture {
    const api::SendRequest& sent(const std::string& kind, const std::string& fields) {
        const auto response =
            post("/api/messages/send-" + kind, R"({"chat_jid":"15550001111@s.whatsapp.net",)" + fields + "}");
        INFO(kind << ' ' << fields << "\n" << response.body);
        REQUIRE(response.status == 200);
        CHECK(json_of(response).root()["success"].boolean() == true);
        CHECK(json_of(response).root()["message_id"].string_or("") == "3EB0A1");
        CHECK(sender.requests.back().recipient == "15550001111@s.whatsapp.net");
        return sender.requests.back();
    }
    template <class Body>
    const Body& sent_as(const std::string& kind, const std::string& fields) {
        return std::get<Body>(sent(kind, fields).content.body);
    }
    std::string refused(const std::string& kind, const std::string& body) {
        const auto response = post("/api/messages/send-" + kind, body);
        CHECK(response.status == 400);
        CHECK(json_of(response).root()["success"].boolean() == false);
        return json_of(response).root()["message"].string_or("");
    }
};

}  // namespace

TEST_CASE("the family's sends of every kind reach the sender", "[api]") {
    Family api;
    CHECK(api.sent_as<content::Text>("text", R"("text":"hi")").text == "hi");
    const auto& picture = api.sent("media", R"("media_path":"/srv/a","media_type":"image","caption":"Look")");
    CHECK(picture.media->path == "/srv/a");
    CHECK(std::get<content::Media>(picture.content.body).kind == content::MediaKind::image);
    CHECK(std::get<content::Media>(picture.content.body).caption == "Look");
    CHECK(api.sent_as<content::Media>("media", R"("media_path":"/srv/a.mp4")").kind == content::MediaKind::video);
    CHECK(api.sent_as<content::Media>("voice", R"("audio_path":"/srv/a.mp3")").kind == content::MediaKind::voice_note);
    CHECK(api.sender.requests.back().media->path == "/srv/a.mp3");
    CHECK(api.sent_as<content::Media>("sticker", R"("sticker_path":"/srv/a.png")").kind == content::MediaKind::sticker);
    const auto& contacts = api.sent_as<content::ContactCards>(
        "contact", R"("vcard":"BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET=UTF-8:Omar K.\r\nEND:VCARD")"
    );
    REQUIRE(contacts.cards.size() == 1);
    CHECK(contacts.cards[0].name == "Omar K.");
    const auto& place = api.sent_as<content::Location>("location", R"("latitude":-1.5,"longitude":2,"name":"Pier")");
    CHECK(place.latitude == Approx(-1.5));
    CHECK(place.name == "Pier");
}

TEST_CASE("the family's sends that cannot be are refused in its words", "[api]") {
    Family api;
    const std::string chat = R"({"chat_jid":"15550001111@s.whatsapp.net")";
    CHECK(api.refused("text", R"({"text":"hi"})") == "chat_jid: must be a JID or a phone number");
    CHECK(api.refused("text", chat + "}") == "text: must not be empty");
    CHECK(api.refused("media", chat + "}") == "media_path: must not be empty");
    CHECK(
        api.refused("media", chat + R"(,"media_path":"/a","media_type":"fax"})") ==
        "media_type: must be one of image, video, audio, document"
    );
    CHECK(api.refused("voice", chat + "}") == "audio_path: must not be empty");
    CHECK(api.refused("sticker", chat + "}") == "sticker_path: must not be empty");
    CHECK(
        api.refused("contact", chat + R"(,"vcard":"BEGIN:VCARD\nEND:VCARD"})") ==
        "vcard: must be a vCard with a name (FN)"
    );
    CHECK(api.refused("location", chat + R"(,"latitude":1})") == "longitude: must be a number from -180 to 180");
    CHECK(api.sender.requests.empty());
}

}  // namespace tests::api
