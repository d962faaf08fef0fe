#include "common/json/json.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace common::json;

TEST_CASE("json: the writer places commas by itself", "[json]") {
    Writer w;
    w.object();
    w.field("id", "x").field("n", 3).field("on", true);
    w.key("tags").array().value("a").value("b").object().end().array().end().end();
    w.key("none").null();
    w.key("raw").raw("[1]");
    w.field("maybe", std::optional<int>{}).field("sure", std::optional<std::string>{"s"});
    w.end();
    CHECK(
        w.text() == R"({"id":"x","n":3,"on":true,"tags":["a","b",{},[]],"none":null,"raw":[1],"maybe":null,"sure":"s"})"
    );
}

TEST_CASE("json: numbers are written so that they read back the same", "[json]") {
    Writer w;
    w.array();
    for (const double number : {0.1, -1.5, 1e300, 5e-324}) w.value(number);
    w.value(std::numeric_limits<double>::quiet_NaN()).value(std::numeric_limits<double>::infinity());
    w.value(std::numeric_limits<std::uint64_t>::max()).value(std::numeric_limits<std::int64_t>::min());
    w.end();
    const auto document = Document::parse(w.text());
    REQUIRE(document);
    const Value root = document->root();
    CHECK(root.at(0).number() == 0.1);
    CHECK(root.at(2).number() == 1e300);
    CHECK(root.at(3).number() == 5e-324);
    CHECK(root.at(4).is_null());
    CHECK(root.at(5).is_null());
    CHECK(root.at(6).unsigned_integer() == std::numeric_limits<std::uint64_t>::max());
    CHECK(root.at(7).integer() == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("json: strings are escaped and broken UTF-8 becomes the replacement character", "[json]") {
    const auto quoted = [](std::string_view text) {
        std::string out;
        append_quoted(out, text);
        return out;
    };
    CHECK(quoted("plain") == "\"plain\"");
    CHECK(quoted("\"\\\n\r\t\x01\x1F") == R"("\"\\\n\r\t\u0001\u001f")");
    CHECK(quoted(std::string_view{"\0", 1}) == R"("\u0000")");
    CHECK(quoted("\x7F") == "\"\x7F\"");
    CHECK(quoted("é😀") == "\"é😀\"");
    CHECK(quoted("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
    CHECK(quoted("\xC3") == "\"\xEF\xBF\xBD\"");
    CHECK(quoted("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("json: any bytes written as a string read back as valid JSON", "[json]") {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
            Writer w;
            w.value(std::string_view{bytes, 2});
            if (!Document::parse(w.text())) FAIL("bytes " << first << ' ' << second);
        }
    }
    SUCCEED();
}
