#include "tests/simulator/phone.hpp"

#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simulator;

namespace {
constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";

bool has_receipt(const Phone& phone, std::string_view id, std::string_view type) {
    return std::ranges::any_of(phone.receipts(), [&](const PhoneReceipt& r) { return r.id == id && r.type == type; });
}
}  // namespace

TEST_CASE("phones: a text arrives in the other phone, is delivered and read", "[simulator]") {
    Network network;
    Phone& from = network.phone(ada);
    Phone& to = network.phone(ben);
    const auto id = from.send_text(network.account(ben), "hello", "");
    REQUIRE(id);
    network.settle();
    CHECK(texts(to) == std::vector<std::string>{"hello"});
    CHECK(has_receipt(from, *id, ""));
    to.read(person(ada, Space::lid), nullptr, {*id}, "read");
    network.settle();
    CHECK(has_receipt(from, *id, "read"));
}

TEST_CASE("phones: a conversation turns the ratchet both ways and stays in order", "[simulator]") {
    Network network;
    std::vector<std::string> expected;
    for (int i = 0; i < 20; ++i) {
        const std::string text = "line " + std::to_string(i);
        expected.push_back(text);
        REQUIRE(network.phone(ada).send_text(network.account(ben), text, ""));
        REQUIRE(network.phone(ben).send_text(network.account(ada), text, ""));
        network.settle();
    }
    CHECK(texts(network.phone(ada)) == expected);
    CHECK(texts(network.phone(ben)) == expected);
    CHECK(network.phone(ada).counters().undecryptable == 0);
}

TEST_CASE("phones: a wrecked session heals by a retry receipt, whoever writes next", "[simulator]") {
    for (const bool wrecker_writes : {true, false}) {
        Network network;
        Phone& wrecker = network.phone(ada);
        Phone& other = network.phone(ben);
        REQUIRE(wrecker.send_text(network.account(ben), "before", ""));
        network.settle();
        REQUIRE(other.send_text(network.account(ada), "before", ""));
        network.settle();
        REQUIRE(wrecker.wreck_session(network.account(ben), 0));
        Phone& writer = wrecker_writes ? wrecker : other;
        Phone& reader = wrecker_writes ? other : wrecker;
        REQUIRE(writer.send_text(network.account(wrecker_writes ? ben : ada), "after", ""));
        network.settle();
        CHECK(texts(reader) == std::vector<std::string>{"before", "after"});
        CHECK(reader.counters().retries_sent >= 1);
        CHECK(writer.counters().retries_answered >= 1);
    }
}

TEST_CASE("phones: after a new identity both sides still reach each other", "[simulator]") {
    Network network;
    REQUIRE(network.phone(ada).send_text(network.account(ben), "old", ""));
    network.settle();
    const auto before = network.account(ada).identity.public_key;
    network.server.change_identity(network.account(ada));
    CHECK(network.account(ada).identity.public_key != before);
    REQUIRE(network.phone(ben).send_text(network.account(ada), "to the new one", ""));
    REQUIRE(network.phone(ada).send_text(network.account(ben), "from the new one", ""));
    network.settle();
    CHECK(texts(network.phone(ada)) == std::vector<std::string>{"to the new one"});
    CHECK(texts(network.phone(ben)) == std::vector<std::string>{"old", "from the new one"});
}

TEST_CASE("phones: the same id again is acknowledged but shown once", "[simulator]") {
    Network network;
    REQUIRE(network.phone(ada).send_text(network.account(ben), "once", "3AFFFF"));
    REQUIRE(network.phone(ada).send_text(network.account(ben), "once", "3AFFFF"));
    network.settle();
    CHECK(texts(network.phone(ben)) == std::vector<std::string>{"once"});
}
