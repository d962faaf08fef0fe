#include "gateway/pages/pages.hpp"

#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

using namespace tests::gateway;

TEST_CASE("every asset is served, packed and plain", "[gateway]") {
    World world;
    common::http::Headers packing;
    packing.set("Accept-Encoding", "gzip, deflate");
    for (const auto& asset : gateway::pages::assets()) {
        const std::string path{asset.path};
        INFO(path);
        const auto plain = world.get(path);
        CHECK(plain.status == 200);
        CHECK(plain.content_type == asset.type);
        CHECK_FALSE(plain.body.empty());
        CHECK_FALSE(plain.headers.find("Content-Encoding").has_value());
        const auto packed = world.get(path, packing);
        CHECK(packed.headers.find("Content-Encoding") == "gzip");
        CHECK(packed.body.starts_with("\x1f\x8b"));
        CHECK(packed.headers.find("Vary") == "Accept-Encoding");
    }
    packing.set("Accept-Encoding", "gzip;q=0, identity");
    CHECK_FALSE(world.get("/docs", packing).headers.find("Content-Encoding").has_value());
}

TEST_CASE("an unchanged asset is not sent again", "[gateway]") {
    World world;
    const auto first = world.get("/openapi.json");
    common::http::Headers known;
    known.set("If-None-Match", first.headers.find("ETag").value());
    const auto second = world.get("/openapi.json", known);
    CHECK(second.status == 304);
    CHECK(second.body.empty());
}

TEST_CASE("the pages load only what the gateway itself serves", "[gateway]") {
    World world;
    for (const std::string path : {"/docs", "/redoc"}) {
        INFO(path);
        const auto page = world.get(path);
        CHECK(page.body.find("//") == std::string::npos);  // neither https://host nor //host
        const auto policy = page.headers.find("Content-Security-Policy").value_or("");
        CHECK(policy.find("default-src 'none'") != std::string_view::npos);
        CHECK(policy.find("http") == std::string_view::npos);
        for (std::size_t at = 0; (at = page.body.find("=\"/", at)) != std::string::npos; ++at) {
            const auto reference = page.body.substr(at + 2, page.body.find('"', at + 2) - at - 2);
            INFO(reference);
            CHECK(world.get(reference).status == 200);
        }
    }
    CHECK(world.get("/redoc/redoc.standalone.js").body.find("cdn.redoc.ly") == std::string::npos);
    CHECK(world.get("/docs/start.js").body.find("//") == std::string::npos);
}
