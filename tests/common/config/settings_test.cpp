#include "common/config/config.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <stdexcept>

namespace config = common::config;
using namespace std::chrono_literals;

namespace {

config::Settings sample() {
    config::Settings settings{"sample-program", "1.2.3", "shows settings"};
    settings.text("data-dir", "SAMPLE_DATA", "./store", "where the databases are")
        .secret("token", "SAMPLE_TOKEN", "what callers must show")
        .integer("limit", "SAMPLE_LIMIT", 20, 1, 100, "how many at once")
        .toggle("json-logs", "SAMPLE_JSON", "log lines as JSON")
        .duration("idle", "SAMPLE_IDLE", "75s", "how long to wait")
        .host_port("listen", "SAMPLE_LISTEN", "127.0.0.1:8080", "address of the API")
        .choice("log-level", "SAMPLE_LEVEL", {"info", "debug"}, "how much is logged")
        .list("send-dir", "SAMPLE_SEND_DIRS", "folders that files may come from");
    return settings;
}

config::Environment variables(std::map<std::string, std::string> known) {
    return [known = std::move(known)](const std::string& name) -> std::optional<std::string> {
        const auto found = known.find(name);
        if (found == known.end()) return std::nullopt;
        return found->second;
    };
}

auto parse(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {}) {
    return sample().parse(arguments, variables(std::move(environment)));
}

std::string refusal(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {}) {
    const auto parsed = parse(std::move(arguments), std::move(environment));
    return parsed ? std::string{} : parsed.error().detail();
}

}  // namespace

TEST_CASE("settings: without any source the defaults stand", "[config]") {
    const auto parsed = parse({});
    REQUIRE(parsed);
    CHECK_FALSE(parsed->answer);
    const auto& values = parsed->values;
    CHECK(values.text("data-dir") == "./store");
    CHECK(values.secret("token").empty());
    CHECK(values.integer("limit") == 20);
    CHECK_FALSE(values.toggle("json-logs"));
    CHECK(values.duration("idle") == 75s);
    CHECK(values.host_port("listen") == config::HostPort{"127.0.0.1", 8080});
    CHECK(values.text("log-level") == "info");
    CHECK(values.list("send-dir").empty());
    CHECK_FALSE(values.given("listen"));
}

TEST_CASE("settings: flags set every type, with a space or an equals sign", "[config]") {
    const auto parsed = parse(
        {"--data-dir",
         "/d",
         "--token=t",
         "--limit",
         "5",
         "--json-logs",
         "--idle=2h",
         "--listen",
         "[::1]:0",
         "--log-level",
         "debug",
         "--send-dir",
         "/a",
         "--send-dir=/b"}
    );
    REQUIRE(parsed);
    const auto& values = parsed->values;
    CHECK(values.text("data-dir") == "/d");
    CHECK(values.secret("token") == common::SecretBytes{common::as_bytes("t")});
    CHECK(values.integer("limit") == 5);
    CHECK(values.toggle("json-logs"));
    CHECK(values.duration("idle") == 2h);
    CHECK(values.host_port("listen") == config::HostPort{"::1", 0});
    CHECK(values.text("log-level") == "debug");
    CHECK(values.list("send-dir") == std::vector<std::string>{"/a", "/b"});
    CHECK(values.given("listen"));
}

TEST_CASE("settings: a toggle can be switched off by name", "[config]") {
    const auto parsed = parse({"--json-logs=false"}, {{"SAMPLE_JSON", "true"}});
    REQUIRE(parsed);
    CHECK_FALSE(parsed->values.toggle("json-logs"));
}

TEST_CASE("settings: a flag wins over the environment, which wins over the default", "[config]") {
    const std::map<std::string, std::string> environment{{"SAMPLE_LIMIT", "7"}, {"SAMPLE_SEND_DIRS", "/a,/b"}};
    CHECK(parse({}, environment)->values.integer("limit") == 7);
    CHECK(parse({"--limit", "8"}, environment)->values.integer("limit") == 8);
    CHECK(parse({}, environment)->values.list("send-dir") == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("settings: an empty variable counts as not set", "[config]") {
    CHECK(parse({}, {{"SAMPLE_LIMIT", ""}})->values.integer("limit") == 20);
}

TEST_CASE("settings: a flag may set a text to nothing", "[config]") {
    CHECK(parse({"--data-dir", ""}, {{"SAMPLE_DATA", "/d"}})->values.text("data-dir").empty());
    CHECK(parse({"--data-dir="}, {{"SAMPLE_DATA", "/d"}})->values.text("data-dir").empty());
}

TEST_CASE("settings: unknown flags and stray arguments are refused, unknown variables are not", "[config]") {
    CHECK(refusal({"--lisen", "127.0.0.1:1"}).find("--lisen") != std::string::npos);
    CHECK_FALSE(refusal({"stray"}).empty());
    CHECK(parse({}, {{"SAMPLE_UNKNOWN", "1"}}));
}

TEST_CASE("settings: a mistyped flag does not print the secret after it", "[config]") {
    CHECK(refusal({"--tokne=hunter2"}).find("hunter2") == std::string::npos);
    CHECK(refusal({"--tokne", "hunter2"}).find("hunter2") == std::string::npos);
}

TEST_CASE("settings: values that do not fit are refused and say where they came from", "[config]") {
    CHECK(refusal({"--limit", "0"}) == "--limit: 0 is not 1..100");
    CHECK(refusal({"--limit", "101"}) == "--limit: 101 is not 1..100");
    CHECK(refusal({"--limit", "5x"}) == "--limit: 5x is not 1..100");
    CHECK(refusal({}, {{"SAMPLE_LISTEN", "8080"}}) == "environment variable SAMPLE_LISTEN: 8080 is not HOST:PORT");
    CHECK(refusal({"--log-level", "loud"}) == "--log-level: loud is not info|debug");
    CHECK_FALSE(refusal({"--idle", "5"}).empty());
    CHECK_FALSE(refusal({"--json-logs=maybe"}).empty());
    CHECK_FALSE(refusal({"--listen"}).empty());
    CHECK_FALSE(refusal({"--limit", "1", "--limit", "2"}).empty());
}

TEST_CASE("settings: help lists every setting with its variable and default, and wins over bad values", "[config]") {
    const auto parsed = parse({"--help"}, {{"SAMPLE_LIMIT", "0"}, {"SAMPLE_TOKEN", "hunter2"}});
    REQUIRE(parsed);
    REQUIRE(parsed->answer);
    for (const char* part :
         {"--data-dir",
          "SAMPLE_DATA",
          "./store",
          "--token",
          "--limit 1..100",
          "--json-logs",
          "--idle",
          "75s",
          "--listen",
          "127.0.0.1:8080",
          "info|debug",
          "--send-dir",
          "SAMPLE_PROGRAM_CONFIG",
          "shows settings"}) {
        CHECK_THAT(*parsed->answer, Catch::Contains(part));
    }
    CHECK(parsed->answer->find("hunter2") == std::string::npos);
}

TEST_CASE("settings: version names the program", "[config]") {
    CHECK(parse({"--version"})->answer == "sample-program 1.2.3\n");
}

TEST_CASE("settings: a wrong name, type or default of ours is a bug that shows", "[config]") {
    const auto parsed = parse({});
    CHECK_THROWS_AS(parsed->values.text("unknown"), std::logic_error);
    CHECK_THROWS_AS(parsed->values.integer("listen"), std::logic_error);
    CHECK_THROWS_AS(parsed->values.list("listen"), std::logic_error);
    auto settings = sample();
    CHECK_THROWS_AS(settings.text("listen", "", "", "again"), std::logic_error);
    CHECK_THROWS_AS(settings.integer("count", "", 9, 0, 5, "default out of range"), std::logic_error);
}
