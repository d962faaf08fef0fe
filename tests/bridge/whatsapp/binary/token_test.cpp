#include "bridge/whatsapp/binary/detail/tokens.hpp"
#include "common/json/json.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace bridge::whatsapp::binary::detail;

TEST_CASE("tokens: the table is data/tokens.json, and every token is found again", "[binary]") {
    std::ifstream file{"bridge/whatsapp/binary/data/tokens.json", std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    const auto tokens = common::json::Document::parse(content).value();
    const auto single = tokens.root()["single_byte"];
    REQUIRE(single.size() == first_dictionary);
    for (std::size_t i = 1; i < single.size(); ++i) {
        const std::string text = single.at(i).string_or("");
        CHECK(single_byte_token(static_cast<std::uint8_t>(i)) == text);
        const auto found = find_token(text);
        REQUIRE(found);
        CHECK(found->first == i);
    }
    const auto dictionaries = tokens.root()["double_byte"];
    REQUIRE(dictionaries.size() == dictionary_count);
    for (std::size_t d = 0; d < dictionary_count; ++d) {
        REQUIRE(dictionaries.at(d).size() == 256);
        for (std::size_t i = 0; i < 256; ++i) {
            const std::string text = dictionaries.at(d).at(i).string_or("");
            CHECK(double_byte_token(d, static_cast<std::uint8_t>(i)) == text);
            const auto found = find_token(text);
            REQUIRE(found);
            CHECK(found->first == first_dictionary + d);
            CHECK(found->second == i);
        }
    }
}

TEST_CASE("tokens: other words are not found", "[binary]") {
    for (const std::string_view text : {"", "no such token", "iqq", "Iq", "s.whatsapp.ne"})
        CHECK_FALSE(find_token(text));
    CHECK_FALSE(find_token(std::string(1000, 'a')));
}
