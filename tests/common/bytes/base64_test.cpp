#include "common/bytes/bytes.hpp"

#include <catch2/catch.hpp>

using namespace common;

TEST_CASE("base64: the examples of RFC 4648", "[bytes]") {
    const std::vector<std::pair<std::string, std::string>> examples{
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : examples) {
        CHECK(to_base64(as_bytes(plain)) == coded);
        CHECK(to_string(from_base64(coded).value()) == plain);
    }
}

TEST_CASE("base64: reading takes both alphabets, with or without padding", "[bytes]") {
    const Bytes bytes{0xFB, 0xFF, 0xBF, 0xFF};
    CHECK(to_base64(bytes) == "+/+//w==");
    CHECK(to_base64url(bytes) == "-_-__w");
    for (const char* text : {"+/+//w==", "+/+//w", "-_-__w==", "-_-__w"}) CHECK(from_base64(text).value() == bytes);
}

TEST_CASE("base64: lengths that cannot be and other characters are refused", "[bytes]") {
    for (const char* text : {"A", "AAAAA", "A===", "AA AA", "AA\nAA", "=AAA", "AA=A", "AA*A"}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
}

TEST_CASE("base64: every length reads back", "[bytes]") {
    Bytes bytes;
    for (int size = 0; size < 64; ++size) {
        CHECK(from_base64(to_base64(bytes)).value() == bytes);
        CHECK(from_base64(to_base64url(bytes)).value() == bytes);
        bytes.push_back(static_cast<std::uint8_t>(size * 37));
    }
}
