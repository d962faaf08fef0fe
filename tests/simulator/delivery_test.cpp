#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace simulator;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";

/// What is queued, as if it had been sent.
void mark_sent(Device& device) {
    for (Queued& entry : device.queue) entry.sent = true;
}

}  // namespace

TEST_CASE("delivery: a phone's text waits for the companions of both sides", "[simulator]") {
    Network network;
    Device& companion = network.add_companion(ben);
    Device& own = network.add_companion(ada);
    const auto id = network.phone(ada).send_text(network.account(ben), "hello", "");
    REQUIRE(id);
    network.settle();
    REQUIRE(companion.queue.size() == 1);
    const Node& message = companion.queue.front().stanza;
    CHECK(message.text("id") == *id);
    CHECK(message.jid("from") == Jid{lid_for(ada), "lid"});
    CHECK(message.jid("sender_pn") == Jid{ada, "s.whatsapp.net"});
    CHECK(message.child("enc")->text("type") == "pkmsg");
    REQUIRE_FALSE(own.queue.empty());
    CHECK(own.queue.front().stanza.jid("recipient") == Jid{lid_for(ben), "lid"});
}

TEST_CASE("delivery: a receipt, a list of it or an ack takes out what it names", "[simulator]") {
    Network network;
    Device& companion = network.add_companion(ben);
    for (const char* id : {"A1", "A2", "A3", "A4"}) {
        REQUIRE(network.phone(ada).send_text(network.account(ben), "text", id));
    }
    network.settle();
    mark_sent(companion);
    REQUIRE(companion.queue.size() == 4);
    Delivery& delivery = network.server.delivery();
    Node receipt{"receipt", {{"id", "A2"}, {"to", network.account(ada).jid(Space::lid)}}};
    Node list{"list"};
    list.add(Node{"item", {{"id", "A3"}}});
    receipt.add(std::move(list));
    delivery.confirm(companion, receipt);
    CHECK(companion.queue.size() == 2);
    delivery.confirm(companion, Node{"ack", {{"class", "message"}, {"id", "A1"}}});
    REQUIRE(companion.queue.size() == 1);
    CHECK(companion.queue.front().stanza.text("id") == "A4");
    delivery.confirm(companion, Node{"ack", {{"class", "notification"}, {"id", "A4"}}});
    CHECK(companion.queue.size() == 1);
}

TEST_CASE("delivery: what was not sent on this connection cannot be confirmed", "[simulator]") {
    Network network;
    Device& companion = network.add_companion(ben);
    REQUIRE(network.phone(ada).send_text(network.account(ben), "text", "B1"));
    network.settle();
    network.server.delivery().confirm(companion, Node{"receipt", {{"id", "B1"}}});
    CHECK(companion.queue.size() == 1);
}

TEST_CASE("delivery: removing a companion tells contacts, and the list they get is signed", "[simulator]") {
    Network network;
    network.add_companion(ada);
    Device& watcher = network.add_companion(ben);
    REQUIRE(network.phone(ada).send_text(network.account(ben), "hi", ""));
    network.settle();
    CHECK(network.server.unlink(std::string{ada}, 1));
    CHECK_FALSE(network.server.unlink(std::string{ada}, 1));
    network.settle();
    REQUIRE_FALSE(watcher.queue.empty());
    const Node& notification = watcher.queue.back().stanza;
    CHECK(notification.text("type") == "devices");
    REQUIRE(notification.child("remove") != nullptr);
    CHECK(notification.child("remove")->text("device_hash") == participant_hash({Jid{ada, "s.whatsapp.net"}}));
}
