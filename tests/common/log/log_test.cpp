#include "common/log/log.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace log_ = common::log;

namespace {

/// What is written to stderr while it lives.
class CapturedStderr {
public:
    CapturedStderr() : file_{std::tmpfile()}, saved_{::dup(STDERR_FILENO)} {
        std::fflush(stderr);
        ::dup2(::fileno(file_), STDERR_FILENO);
    }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;
    ~CapturedStderr() {
        std::fflush(stderr);
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
        std::fclose(file_);
    }
    std::string text() const {
        std::fflush(stderr);
        std::rewind(file_);
        std::string all;
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) all.push_back(static_cast<char>(c));
        return all;
    }

private:
    std::FILE* file_;
    int saved_;
};

/// The line that writing makes.
std::string written(log_::Level level, std::string_view what, log_::Fields fields) {
    const CapturedStderr captured;
    log_::write(level, what, fields);
    return captured.text();
}

}  // namespace

TEST_CASE("redacted: a number is shortened, its server stays", "[log]") {
    CHECK(log_::redacted("15551234567@s.whatsapp.net") == "155…67@s.whatsapp.net");
    CHECK(log_::redacted("15551234567") == "155…67");
    CHECK(log_::redacted("15551234567:12@s.whatsapp.net").find("1234567") == std::string::npos);
}

TEST_CASE("redacted: short and empty users are not shown whole", "[log]") {
    CHECK(log_::redacted("12345@lid") == "1…@lid");
    CHECK(log_::redacted("12@lid") == "1…@lid");
    CHECK(log_::redacted("") == "…");
    CHECK(log_::redacted("@g.us") == "…@g.us");
}

TEST_CASE("log: a line has a time, a level, what happened and its fields", "[log]") {
    log_::configure("info", false);
    const std::string line =
        written(log_::Level::warn, "connection lost", {{"attempt", 3}, {"again", true}, {"why", "no route"}});
    CHECK_THAT(
        line,
        Catch::Matches(
            R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .*warning.* connection lost attempt=3 again=true why="no route"\n)"
        )
    );
}

TEST_CASE("log: text from outside cannot start a line or reach the terminal", "[log]") {
    log_::configure("info", false);
    const std::string line = written(log_::Level::info, "peer said", {{"name", "a\nb\x1B[2J\"c\\"}});
    CHECK_THAT(line, Catch::Contains(R"(name="a\nb\u001b[2J\"c\\")"));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
}

TEST_CASE("log: lines below the level are left out", "[log]") {
    log_::configure("warn", false);
    CHECK(written(log_::Level::info, "quiet", {}).empty());
    CHECK_FALSE(written(log_::Level::error, "loud", {}).empty());
    log_::configure("nonsense", false);
    CHECK(written(log_::Level::debug, "quiet", {}).empty());
    CHECK_FALSE(written(log_::Level::info, "loud", {}).empty());
}

TEST_CASE("log: JSON lines are one object each", "[log]") {
    log_::configure("info", true);
    const std::string line = written(log_::Level::info, "said \"hi\"", {{"n", 1}});
    log_::configure("info", false);
    CHECK_THAT(line, Catch::Matches(R"(\{"time":"[^"]+Z","level":"info","message":"said \\"hi\\"","n":"1"\}\n)"));
}
