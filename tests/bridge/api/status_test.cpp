#include "tests/bridge/api/fixture.hpp"

namespace tests::api {

TEST_CASE("health shows what is known of the link and where the events stand", "[api]") {
    Fixture fixture;
    fixture.apply({Fixture::text_from(maya, "M1", "Good morning", 1'760'000'000)});
    fixture.session.current.last_seen_alive = at(1'760'000'000);
    const auto response = fixture.get("/health");
    CHECK(response.status == 200);
    const auto document = json_of(response);
    CHECK(document.root()["status"].string_or("") == "healthy");
    CHECK(document.root()["session"].string_or("") == "unlinked");
    CHECK(document.root()["last_seen_alive"].string_or("") == "2025-10-09T08:53:20Z");
    CHECK(document.root()["store_writable"].boolean() == true);
    CHECK(document.root()["newest_seq"].integer() == fixture.messages->newest_seq());
    CHECK(document.root()["oldest_cursor"].integer() == 0);
}

TEST_CASE("ready means connected, with everything around in place", "[api]") {
    Fixture fixture;
    const auto unlinked = fixture.get("/ready");
    CHECK(unlinked.status == 503);
    CHECK(detail_of(unlinked) == "WhatsApp is not connected: unlinked.");
    CHECK(unlinked.headers.find("Retry-After").has_value());
    fixture.session.current.state = LinkState::offline;
    fixture.session.current.reason = "No network.";
    CHECK(detail_of(fixture.get("/ready")) == "WhatsApp is not connected: offline. No network.");
    fixture.session.current.state = LinkState::online;
    CHECK(fixture.get("/ready").status == 200);
    fixture.not_ready = "The bridge is stopping.";
    CHECK(detail_of(fixture.get("/ready")) == "The bridge is stopping.");
}

TEST_CASE("metrics are Prometheus text", "[api]") {
    Fixture fixture;
    CHECK(fixture.get("/metrics").body == "wa_up 1\n");
    CHECK(fixture.get("/metrics").content_type == "text/plain; version=0.0.4; charset=utf-8");
}

TEST_CASE("the token guards everything but health", "[api]") {
    Fixture fixture{"secret"};
    CHECK(fixture.get("/health").status == 200);
    CHECK(fixture.get("/api/session").status == 401);
    CHECK(fixture.get("/api/session", {{"Authorization", "Bearer secret"}}).status == 200);
    CHECK(fixture.get("/api/session", {{"X-API-Key", "secret"}}).status == 200);
}

}  // namespace tests::api
