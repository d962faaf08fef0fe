#include "bridge/api/qr_image.hpp"
#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

enum class Fault { away = 1, linked, bad_number, ours };
common::ErrcInfo describe(Fault fault) {
    switch (fault) {
        case Fault::away: return {common::Kind::unavailable, "not connected"};
        case Fault::linked: return {common::Kind::conflict, "linked already"};
        case Fault::bad_number: return {common::Kind::invalid, "not a number"};
        case Fault::ours: return {common::Kind::internal, "secret inner story"};
    }
    return {};
}

const api::QrCode qr{"2@ref,AAAA,BBBB,CCCC,1", at(1'760'000'060)};

}  // namespace

TEST_CASE("the session says what is known and null for the rest", "[api]") {
    Fixture fixture;
    auto document = json_of(fixture.get("/api/session"));
    CHECK(document.root()["state"].string_or("") == "unlinked");
    for (const char* field :
         {"jid",
          "lid",
          "push_name",
          "platform",
          "connected_since",
          "last_seen_alive",
          "client_version",
          "reason",
          "advice"}) {
        INFO(field);
        CHECK(document.root()[field].is_null());
    }
    fixture.session.current.state = LinkState::online;
    fixture.session.current.jid = "15550009999:2@s.whatsapp.net";
    fixture.session.current.connected_since = at(1'760'000'000);
    const auto response = fixture.get("/api/session");
    document = json_of(response);
    CHECK(document.root()["state"].string_or("") == "online");
    CHECK(document.root()["jid"].string_or("") == "15550009999:2@s.whatsapp.net");
    CHECK(document.root()["connected_since"].string_or("") == "2025-10-09T08:53:20Z");
    CHECK(document.root()["conflict"].boolean() == false);
    CHECK(response.headers.find("Cache-Control") == "no-store");
}

TEST_CASE("the QR code comes in the form asked for", "[api]") {
    Fixture fixture;
    fixture.session.code = qr;
    CHECK(fixture.get("/api/session/qr").body == qr.code);
    CHECK(fixture.get("/api/session/qr").content_type == "text/plain; charset=utf-8");
    CHECK(fixture.get("/api/session/qr", {{"Accept", "image/png"}}).body == api::qr_as_png(qr.code).value());
    CHECK(fixture.get("/api/session/qr", {{"Accept", "image/png"}}).content_type == "image/png");
    CHECK(fixture.get("/api/session/qr", {{"Accept", "image/svg+xml"}}).body == api::qr_as_svg(qr.code).value());
    const auto document = json_of(fixture.get("/api/session/qr", {{"Accept", "application/json"}}));
    CHECK(document.root()["code"].string_or("") == qr.code);
    CHECK(document.root()["expires_at"].string_or("") == "2025-10-09T08:54:20Z");
    CHECK(fixture.get("/api/session/qr", {{"Accept", "video/mp4"}}).status == 406);
}

TEST_CASE("without a QR code the answer says why", "[api]") {
    Fixture fixture;
    fixture.session.current.state = LinkState::online;
    CHECK(fixture.get("/api/session/qr").status == 404);
    CHECK(detail_of(fixture.get("/api/session/qr")) == "This bridge is linked: there is no code to scan.");
    fixture.session.current.state = LinkState::linking;
    CHECK(detail_of(fixture.get("/api/session/qr")) == "No code yet: WhatsApp has not sent one. Try again shortly.");
    fixture.session.current.state = LinkState::refused;
    fixture.session.current.reason = "This version is too old.";
    fixture.session.current.advice = "Wait for the refresh.";
    CHECK(detail_of(fixture.get("/api/session/qr")) == "This version is too old. Wait for the refresh.");
}

TEST_CASE("a pair code is asked for a phone number", "[api]") {
    Fixture fixture;
    const auto response = fixture.post("/api/session/pair-code", R"({"phone":"+1 555 000 1111"})");
    CHECK(response.status == 200);
    CHECK(json_of(response).root()["code"].string_or("") == "ABCD-EFGH");
    CHECK(json_of(response).root()["expires_at"].string_or("") == "2025-10-09T08:56:00Z");
    CHECK(fixture.session.asked == std::vector<std::string>{"pair-code +1 555 000 1111"});
}

TEST_CASE("a pair code is refused with a reason", "[api]") {
    Fixture fixture;
    CHECK(fixture.post("/api/session/pair-code", "{").status == 400);
    CHECK(fixture.post("/api/session/pair-code", "[]").status == 422);
    CHECK(fixture.post("/api/session/pair-code", "{}").status == 422);
    CHECK(detail_of(fixture.post("/api/session/pair-code", R"({"phone":15550001111})")) == "phone: must be text");
    CHECK(fixture.session.asked.empty());

    const std::string body = R"({"phone":"15550001111"})";
    fixture.session.pair_answer = common::Error{Fault::linked};
    CHECK(fixture.post("/api/session/pair-code", body).status == 409);
    fixture.session.pair_answer = common::Error{Fault::bad_number};
    CHECK(fixture.post("/api/session/pair-code", body).status == 400);
    fixture.session.pair_answer = common::Error{Fault::away};
    const auto away = fixture.post("/api/session/pair-code", body);
    CHECK(away.status == 503);
    CHECK(away.headers.find("Retry-After").has_value());
    fixture.session.pair_answer = common::Error{Fault::ours, "inner detail"};
    const auto ours = fixture.post("/api/session/pair-code", body);
    CHECK(ours.status == 500);
    CHECK(ours.body.find("inner") == std::string::npos);
}

TEST_CASE("the passkey step goes out as a challenge and comes back as an assertion", "[api]") {
    Fixture fixture;
    CHECK(fixture.get("/api/session/passkey").status == 404);
    fixture.session.challenge = api::PasskeyChallenge{R"({"challenge":"AA"})", "", at(1'760'000'300)};
    const auto document = json_of(fixture.get("/api/session/passkey"));
    CHECK(document.root()["options"]["challenge"].string_or("") == "AA");
    CHECK(document.root()["confirmation"].is_null());
    CHECK(document.root()["expires_at"].string_or("") == "2025-10-09T08:58:20Z");

    CHECK(fixture.post("/api/session/passkey", R"({"id":"AQID"})").status == 200);
    CHECK(fixture.post("/api/session/passkey/confirm", "").status == 200);
    CHECK(fixture.session.asked == std::vector<std::string>{R"(assertion {"id":"AQID"})", "confirm"});
    CHECK(fixture.post("/api/session/passkey", "no json").status == 400);
    fixture.session.status = common::Error{Fault::bad_number};
    CHECK(fixture.post("/api/session/passkey", "{}").status == 400);
}

TEST_CASE("reconnect and logout answer with the session", "[api]") {
    Fixture fixture;
    CHECK(json_of(fixture.post("/api/session/reconnect", "")).root()["state"].string_or("") == "unlinked");
    CHECK(json_of(fixture.post("/api/session/logout", "")).root()["state"].string_or("") == "unlinked");
    CHECK(fixture.session.asked == std::vector<std::string>{"reconnect", "logout"});
    fixture.session.status = common::Error{Fault::away};
    CHECK(fixture.post("/api/session/reconnect", "").status == 503);
    CHECK(fixture.post("/api/session/logout", "").status == 503);
}

}  // namespace tests::api
