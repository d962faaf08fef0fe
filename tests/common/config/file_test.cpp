#include "common/config/config.hpp"

#include <catch2/catch.hpp>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace config = common::config;

namespace {

/// A file that is gone when the test is over.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content) {
        path_ = (std::filesystem::temp_directory_path() / "config-test-XXXXXX").string();
        ::close(::mkstemp(path_.data()));
        std::ofstream{path_} << content;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::remove(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::optional<std::string> no_environment(const std::string&) { return std::nullopt; }

config::Settings sample() {
    config::Settings settings{"sample", "1", "reads a file"};
    settings.text("name", "SAMPLE_NAME", "nobody", "a name")
        .integer("limit", "SAMPLE_LIMIT", 20, 1, 100, "a number")
        .toggle("loud", "", "a switch")
        .list("send-dir", "", "folders");
    return settings;
}

auto parse_file(const std::string& content) {
    const TemporaryFile file{content};
    return sample().parse({"--config", file.path()}, no_environment);
}

}  // namespace

TEST_CASE("file: sets what neither flag nor environment sets", "[config]") {
    const TemporaryFile file{"name: from file\nlimit: 7\nloud: true\nsend-dir: [/a, /b]\n"};
    const config::Environment environment = [&file](const std::string& name) -> std::optional<std::string> {
        if (name == "SAMPLE_CONFIG") return file.path();
        if (name == "SAMPLE_LIMIT") return "8";
        return std::nullopt;
    };
    const auto parsed = sample().parse({"--name", "from flag"}, environment);
    REQUIRE(parsed);
    CHECK(parsed->values.text("name") == "from flag");
    CHECK(parsed->values.integer("limit") == 8);
    CHECK(parsed->values.toggle("loud"));
    CHECK(parsed->values.list("send-dir") == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("file: an empty file and an empty value change nothing", "[config]") {
    CHECK(parse_file("")->values.integer("limit") == 20);
    CHECK(parse_file("# only a comment\n")->values.integer("limit") == 20);
    CHECK(parse_file("limit:\n")->values.integer("limit") == 20);
}

TEST_CASE("file: one value is enough for a list", "[config]") {
    CHECK(parse_file("send-dir: /a\n")->values.list("send-dir") == std::vector<std::string>{"/a"});
}

TEST_CASE("file: unknown and repeated keys are refused", "[config]") {
    CHECK(parse_file("nmae: x\n").error() == config::Errc::unknown_setting);
    CHECK_THAT(parse_file("nmae: x\n").error().detail(), Catch::EndsWith(": unknown setting nmae"));
    CHECK(parse_file("name: x\nname: y\n").error() == config::Errc::malformed_file);
}

TEST_CASE("file: a value that does not fit is refused", "[config]") {
    CHECK(parse_file("limit: 0\n").error() == config::Errc::bad_value);
    CHECK(parse_file("limit: [1]\n").error() == config::Errc::bad_value);
    CHECK(parse_file("name: {a: b}\n").error() == config::Errc::bad_value);
    CHECK(parse_file("send-dir: [[a]]\n").error() == config::Errc::bad_value);
}

TEST_CASE("file: what is not a mapping of names is refused", "[config]") {
    for (const char* content : {"just text", "[1, 2]", "name: [", "? [a]\n: b\n", "\tname: x", "name: *nowhere\n"}) {
        const auto parsed = parse_file(content);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error() == config::Errc::malformed_file);
    }
}

TEST_CASE("file: a file that is not there is refused", "[config]") {
    CHECK(
        sample().parse({"--config", "/nowhere/at/all.yaml"}, no_environment).error() == config::Errc::unreadable_file
    );
}
