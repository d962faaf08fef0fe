#include "tests/simulator/registry.hpp"

#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using namespace simulator;

TEST_CASE("registry: an account answers to its number and to its LID", "[simulator]") {
    Registry registry;
    Account& account = registry.add("15550001111", "Ada");
    CHECK(&registry.add("15550001111", "Ada L.") == &account);
    CHECK(account.name == "Ada L.");
    CHECK(registry.find(Jid{"15550001111", "s.whatsapp.net", 7}) == &account);
    CHECK(registry.find(Jid{lid_for("15550001111"), "lid"}) == &account);
    CHECK(registry.find(Jid{lid_for("15550001111"), "s.whatsapp.net"}) == nullptr);
    CHECK(lid_for("15550001111").size() == 15);
}

TEST_CASE("registry: a one-time key is handed out once, then bundles have none", "[simulator]") {
    Device device;
    device.number = 1;
    device.keys.one_time.push_back({5, Bytes(32, 1)});
    const Jid jid{"1", "lid", 1};
    const Node first = take_bundle(device, jid);
    REQUIRE(first.child("key") != nullptr);
    CHECK(first.child("key")->child("id")->bytes()[2] == 5);
    CHECK(take_bundle(device, jid).child("key") == nullptr);
}

TEST_CASE("registry: a companion is known by number, device and noise key", "[simulator]") {
    Registry registry;
    Account& account = registry.add("15550001111", "");
    account.devices[1].number = 1;
    account.devices[1].noise.fill(3);
    common::crypto::PublicKey key{};
    key.fill(3);
    CHECK(registry.find_companion("15550001111", 1, key) == &account.devices[1]);
    CHECK(registry.find_companion("15550001111", 2, key) == nullptr);
    key.fill(4);
    CHECK(registry.find_companion("15550001111", 1, key) == nullptr);
}

TEST_CASE("registry: participant hashes are those of the vectors", "[vectors]") {
    const auto document = tests::support::load_vectors("phash.json");
    const auto vectors = tests::support::member(document.root(), "vectors");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        std::vector<Jid> jids;
        const auto devices = tests::support::member(vectors.at(i), "devices");
        for (std::size_t j = 0; j < devices.size(); ++j) {
            const auto jid = Jid::parse(devices.at(j).string_or(""));
            REQUIRE(jid);
            jids.push_back(jid->normalised());
        }
        CHECK(participant_hash(jids) == tests::support::text(vectors.at(i), "phash"));
    }
}
