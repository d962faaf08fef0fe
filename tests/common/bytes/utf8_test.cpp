#include "common/bytes/utf8.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace common;

TEST_CASE("utf8: text of every length of sequence is valid", "[bytes]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain"));
    CHECK(is_utf8("é €  😀"));
    CHECK(is_utf8(std::string_view{"\0", 1}));
    CHECK(utf8_sequence("a") == 1);
    CHECK(utf8_sequence("é") == 2);
    CHECK(utf8_sequence("€") == 3);
    CHECK(utf8_sequence("😀") == 4);
    CHECK(utf8_sequence("\xF4\x8F\xBF\xBF") == 4);  // U+10FFFF
}

TEST_CASE("utf8: overlong forms, surrogates and numbers past the last are refused", "[bytes]") {
    for (const char* text :
         {"\xC0\x80",
          "\xC1\xBF",
          "\xE0\x9F\xBF",
          "\xF0\x8F\xBF\xBF",
          "\xED\xA0\x80",
          "\xED\xBF\xBF",
          "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80",
          "\x80",
          "\xBF",
          "\xFE",
          "\xFF"}) {
        CAPTURE(text);
        CHECK(utf8_sequence(text) == 0);
        CHECK_FALSE(is_utf8(text));
    }
}

TEST_CASE("utf8: every prefix that cuts a sequence is refused", "[bytes]") {
    for (const std::string_view text : {"é", "€", "😀"}) {
        for (std::size_t size = 1; size < text.size(); ++size) {
            CHECK(utf8_sequence(text.substr(0, size)) == 0);
            CHECK_FALSE(is_utf8(text.substr(0, size)));
        }
    }
    CHECK(utf8_sequence("") == 0);
}
