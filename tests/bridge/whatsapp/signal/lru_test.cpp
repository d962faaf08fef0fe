#include "bridge/whatsapp/signal/detail/lru.hpp"

#include <catch2/catch.hpp>

using bridge::whatsapp::signal::detail::Lru;

TEST_CASE("lru: the entry not used for longest makes room", "[signal]") {
    Lru<int> cache{2};
    cache.put("a", 1);
    cache.put("b", 2);
    REQUIRE(cache.find("a"));
    cache.put("c", 3);
    CHECK(cache.size() == 2);
    CHECK_FALSE(cache.find("b"));
    CHECK(*cache.find("a") == 1);
    CHECK(*cache.find("c") == 3);
}

TEST_CASE("lru: a key is kept once, and can be removed", "[signal]") {
    Lru<int> cache{3};
    cache.put("a", 1);
    cache.put("a", 2);
    CHECK(cache.size() == 1);
    CHECK(*cache.find("a") == 2);
    cache.put("ab", 3);
    cache.put("b", 4);
    cache.erase_if([](std::string_view key) { return key.starts_with("a"); });
    CHECK(cache.size() == 1);
    cache.erase("b");
    cache.erase("b");
    CHECK(cache.size() == 0);
}
