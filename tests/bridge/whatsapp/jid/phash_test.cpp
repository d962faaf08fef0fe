#include "bridge/whatsapp/jid/phash.hpp"

#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

using namespace bridge::whatsapp;
using namespace tests::support;

TEST_CASE("phash.json: hashes of device lists are as recorded, in any order", "[vectors]") {
    const auto file = load_vectors("phash.json");
    const auto cases = member(file.root(), "vectors");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto each = cases.at(i);
        INFO(text(each, "name"));
        std::vector<Jid> devices;
        std::vector<std::string> names;
        const auto list = member(each, "devices");
        for (std::size_t d = 0; d < list.size(); ++d) {
            devices.push_back(Jid::parse(list.at(d).string_or("")).value());
            names.push_back(devices.back().to_ad_string());
        }
        std::sort(names.begin(), names.end());
        const auto sorted = member(each, "canonicalSorted");
        REQUIRE(sorted.size() == names.size());
        for (std::size_t d = 0; d < names.size(); ++d) CHECK(names[d] == sorted.at(d).string_or(""));
        CHECK(participant_hash(devices) == text(each, "phash"));
        std::reverse(devices.begin(), devices.end());
        CHECK(participant_hash(devices) == text(each, "phash"));
    }
}

TEST_CASE("phash: the legacy spelling of a number counts as the number", "[jid]") {
    CHECK(
        participant_hash({{Jid{"15551234567", "c.us"}}}) == participant_hash({{Jid{"15551234567", "s.whatsapp.net"}}})
    );
}
