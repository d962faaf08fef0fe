#include "gateway/app/settings.hpp"

#include "common/config/config.hpp"

#include <catch2/catch.hpp>

#include <vector>

using gateway::app::parse_settings;

namespace {

gateway::app::Parsed parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "whatsapp-gateway");
    return parse_settings(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

TEST_CASE("by default the gateway listens on loopback and asks the local bridge", "[gateway]") {
    const auto parsed = parse({});
    REQUIRE(parsed.settings);
    CHECK(parsed.settings->options.server.host == "127.0.0.1");
    CHECK(parsed.settings->options.server.port == 8000);
    CHECK(parsed.settings->options.bridge.url == "http://127.0.0.1:8080");
}

TEST_CASE("beyond loopback the gateway refuses to start without a key", "[gateway]") {
    const auto refused = parse({"--listen", "0.0.0.0:8000"});
    CHECK_FALSE(refused.settings);
    CHECK(refused.exit_status == common::config::exit_usage);
    CHECK(refused.text.find("GATEWAY_API_KEY") != std::string::npos);
    CHECK(parse({"--listen", "0.0.0.0:8000", "--api-key", "k"}).settings);
}

TEST_CASE("with a key the gateway listens everywhere unless told otherwise", "[gateway]") {
    CHECK(parse({"--api-key", "k"}).settings->options.server.host == "0.0.0.0");
    CHECK(parse({"--api-key", "k", "--listen", "127.0.0.1:1"}).settings->options.server.host == "127.0.0.1");
}

TEST_CASE("a bridge URL loses its slash and needs a scheme", "[gateway]") {
    CHECK(parse({"--bridge-url", "http://bridge:1/"}).settings->options.bridge.url == "http://bridge:1");
    CHECK_FALSE(parse({"--bridge-url", "bridge:1"}).settings);
}

TEST_CASE("help is an answer, an unknown flag is a refusal", "[gateway]") {
    const auto help = parse({"--help"});
    CHECK_FALSE(help.settings);
    CHECK(help.exit_status == 0);
    CHECK(help.text.find("--bridge-url") != std::string::npos);
    CHECK(parse({"--no-such-flag"}).exit_status == common::config::exit_usage);
}
