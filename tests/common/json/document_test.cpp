#include "common/json/json.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace common::json;
using common::Kind;

namespace {

Document parsed(std::string_view text) {
    auto document = Document::parse(text);
    REQUIRE(document);
    return std::move(*document);
}

}  // namespace

TEST_CASE("json: a document gives its members by name", "[json]") {
    const auto document = parsed(R"({"id":"a","n":-3,"on":true,"list":[1,"two",null],"nested":{"x":1.5}})");
    const Value root = document.root();
    CHECK(root.is_object());
    CHECK(root.size() == 5);
    CHECK(root["id"].string() == "a");
    CHECK(root["n"].integer() == -3);
    CHECK(root["on"].boolean() == true);
    CHECK(root["list"].size() == 3);
    CHECK(root["list"].at(1).string() == "two");
    CHECK(root["list"].at(2).is_null());
    CHECK(root["nested"]["x"].number() == 1.5);
    CHECK(root.keys() == std::vector<std::string_view>{"id", "n", "on", "list", "nested"});
}

TEST_CASE("json: every getter is safe on every type", "[json]") {
    const auto document = parsed(R"([null,true,1,-1,1.5,"text",[],{},18446744073709551615])");
    for (std::size_t i = 0; i <= document.root().size(); ++i) {
        const Value value = document.root().at(i);
        CHECK(value.exists() == (i < document.root().size()));
        CHECK_FALSE(value["key"].exists());
        CHECK_FALSE(value.at(0).exists());
        CHECK(value.size() == 0);
        CHECK(value.keys().empty());
        CHECK(value.string().has_value() == (i == 5));
        CHECK(value.boolean().has_value() == (i == 1));
        CHECK(value.number().has_value() == value.is_number());
        CHECK(value.integer().has_value() == (i == 2 || i == 3));
        CHECK(value.unsigned_integer().has_value() == (i == 2 || i == 8));
    }
    CHECK(Value{}.string_or("fallback") == "fallback");
    CHECK(Value{}.integer_or(7) == 7);
    CHECK(Value{}.boolean_or(true));
}

TEST_CASE("json: zero is zero whatever its exponent, and a number too big for a double is refused", "[json]") {
    for (const char* text : {"0e-30", "0e300", "0.0e-12", "-0", "-0e5"}) {
        CAPTURE(text);
        const auto document = Document::parse(text);
        REQUIRE(document);
        CHECK(document->root().number() == 0.0);
    }
    CHECK(Document::parse("1e-400")->root().number() == 0.0);
    CHECK_FALSE(Document::parse("1e400"));
    CHECK_FALSE(Document::parse("-1e400"));
}

TEST_CASE("json: whole numbers keep all their digits", "[json]") {
    const auto document = parsed(R"([9223372036854775807,-9223372036854775808,5.0,1e3,5.5,9223372036854775808,1e300])");
    const Value root = document.root();
    CHECK(root.at(0).integer() == std::numeric_limits<std::int64_t>::max());
    CHECK(root.at(1).integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(root.at(2).integer() == 5);
    CHECK(root.at(3).integer() == 1000);
    CHECK_FALSE(root.at(4).integer());
    CHECK_FALSE(root.at(5).integer());
    CHECK(root.at(5).unsigned_integer() == 9223372036854775808U);
    CHECK_FALSE(root.at(6).integer());
    CHECK_FALSE(root.at(6).unsigned_integer());
}

TEST_CASE("json: strings may hold any character, NUL included", "[json]") {
    const auto document = parsed(R"(["a\u0000b","\ud83d\ude00","é"])");
    CHECK(document.root().at(0).string() == std::string_view{"a\0b", 3});
    CHECK(document.root().at(1).string() == "\xF0\x9F\x98\x80");
    CHECK(document.root().at(2).string() == "\xC3\xA9");
}

TEST_CASE("json: what is not strict JSON is refused", "[json]") {
    const std::string_view texts[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "+1",
        ".5",
        "NaN",
        "Infinity",
        "1e999",
        "nul",
        "[1] 2",
        "\"\x01\"",
        "\"\xFF\"",
        "\"\xC0\xAF\"",
        "\"\xED\xA0\x80\"",
        "\"\\ud800\"",
        "// comment\n1",
        std::string_view{"1\0", 2},
        std::string_view{"\0", 1},
    };
    for (const auto text : texts) {
        INFO(text);
        const auto document = Document::parse(text);
        REQUIRE_FALSE(document);
        CHECK(document.error() == Errc::malformed);
        CHECK(document.error().kind() == Kind::invalid);
    }
}

TEST_CASE("json: nesting is limited to 64 levels", "[json]") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(Document::parse(nested(64)));
    CHECK(Document::parse(nested(65)).error() == Errc::too_deep);
    CHECK(Document::parse(std::string(1'000'000, '[')).error() == Errc::too_deep);
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    CHECK(Document::parse(objects).error() == Errc::too_deep);
}

TEST_CASE("json: every prefix and every bit flip of a document parses or fails cleanly", "[json]") {
    const std::string text = R"({"a":[1,-2.5e3,"x\u00e9\n",true,null],"b":{"c":"é"}})";
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_FALSE(Document::parse(std::string_view{text}.substr(0, size)));
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        if (const auto document = Document::parse(flipped)) CHECK(Document::parse(to_text(document->root())));
    }
}

TEST_CASE("json: a value turns back into compact text", "[json]") {
    const auto document = parsed("{ \"a\" : [ 1 , \"x\\\"\" ] , \"b\" : null }");
    CHECK(to_text(document.root()) == R"({"a":[1,"x\""],"b":null})");
    CHECK(to_text(document.root()["a"].at(0)) == "1");
    CHECK(to_text(Value{}) == "null");
}
