// Group messages and receipts through the router, written by hand as a companion would.
#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simulator;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";
constexpr std::string_view cleo = "15550003333";

/// Ada, Ben and Cleo, each with a companion; Ada's companion writes.
struct Club {
    explicit Club(Space mode = Space::lid) {
        for (const std::string_view phone : {ada, ben, cleo}) network.add_companion(phone);
        NewGroup plan;
        plan.subject = "Club";
        plan.members = {person(ben, Space::lid), person(cleo, Space::lid)};
        plan.mode = mode;
        group = network.server.groups().create(network.account(ada), plan).group;
        for (const std::string_view phone : {ada, ben, cleo}) network.take_queue(phone);
    }
    Node message(std::string_view id) const {
        Node node{"message", {{"id", id}, {"to", group->jid()}, {"type", "text"}}};
        node.set("addressing_mode", name_of(group->mode));
        return node;
    }
    static Node skmsg() { return Node{"enc", {{"v", "2"}, {"type", "skmsg"}}, Bytes{1, 2, 3, 4}}; }
    static Node key_for(const Jid& device, std::string_view type) {
        Node target{"to", {{"jid", device}}};
        target.add(Node{"enc", {{"v", "2"}, {"type", type}}, Bytes{9, 9}});
        return target;
    }
    /// What the acks of Ada's companion say is not seen here: it has no connection. The log has them all the same.
    void send(const Node& node, std::string_view from = ada) {
        network.server.router().message(network.account(from), network.account(from).devices.at(1), node);
    }
    std::vector<Node> at(std::string_view phone) { return network.take_queue(phone); }

    Network network;
    Group* group{nullptr};
};

std::vector<std::string> enc_types(const Node& message) {
    std::vector<std::string> types;
    for (const Node& child : message.children()) {
        if (child.tag == "enc") types.push_back(child.text("type"));
    }
    return types;
}

}  // namespace

TEST_CASE("group routing: each device gets the shared message, and its own key where there is one", "[simulator]") {
    Club club;
    Node node = club.message("M1");
    Node participants{"participants"};
    participants.add(Club::key_for(person(ben, Space::lid, 1), "pkmsg"));
    participants.add(Club::key_for(person(cleo, Space::lid, 1), "msg"));
    node.add(std::move(participants));
    node.add(Club::skmsg());
    node.add(Node{"device-identity", {}, Bytes{7}});
    club.send(node);
    const auto for_ben = club.at(ben);
    REQUIRE(for_ben.size() == 1);
    CHECK(for_ben[0].jid("from") == club.group->jid());
    CHECK(for_ben[0].jid("participant") == person(ada, Space::lid, 1));
    CHECK(for_ben[0].jid("participant_pn") == person(ada, Space::pn));
    CHECK(for_ben[0].text("addressing_mode") == "lid");
    CHECK(enc_types(for_ben[0]) == std::vector<std::string>{"pkmsg", "skmsg"});
    CHECK(for_ben[0].child("device-identity") != nullptr);
    const auto for_cleo = club.at(cleo);
    REQUIRE(for_cleo.size() == 1);
    CHECK(enc_types(for_cleo[0]) == std::vector<std::string>{"msg", "skmsg"});
    CHECK(for_cleo[0].child("device-identity") == nullptr);
    CHECK(club.at(ada).empty());
    club.send(node);
    CHECK(club.at(ben).empty());
}

TEST_CASE("group routing: the wrong addressing mode and strangers are refused", "[simulator]") {
    Club club{Space::pn};
    Node lid_form = club.message("M1");
    lid_form.set("addressing_mode", "lid");
    lid_form.add(Club::skmsg());
    club.send(lid_form);
    Node lid_people = club.message("M2");
    Node participants{"participants"};
    participants.add(Club::key_for(person(ben, Space::lid, 1), "msg"));
    lid_people.add(std::move(participants));
    lid_people.add(Club::skmsg());
    club.send(lid_people);
    CHECK(club.at(ben).empty());
    club.network.server.groups().set_announce(*club.group, nullptr, true);
    club.at(ben);
    Node shared = club.message("M3");
    shared.add(Club::skmsg());
    club.send(shared, cleo);
    CHECK(club.at(ben).empty());
    club.send(shared, ada);
    const auto got = club.at(ben);
    REQUIRE(got.size() == 1);
    CHECK(got[0].jid("participant") == person(ada, Space::pn, 1));
    CHECK(got[0].jid("participant_lid") == person(ada, Space::lid));
}

TEST_CASE("group routing: a resend goes to who asked, a direct one to the devices it lists", "[simulator]") {
    Club club;
    Node resend = club.message("M1");
    resend.set("participant", person(cleo, Space::lid, 1));
    resend.add(Node{"enc", {{"v", "2"}, {"type", "pkmsg"}, {"count", "1"}}, Bytes{5}});
    club.send(resend);
    CHECK(club.at(ben).empty());
    const auto got = club.at(cleo);
    REQUIRE(got.size() == 1);
    CHECK(got[0].child("enc")->text("count") == "1");
    Node direct = club.message("M1");
    direct.set("device_fanout", "false");
    Node participants{"participants"};
    participants.add(Club::key_for(person(ben, Space::lid, 1), "msg"));
    direct.add(std::move(participants));
    direct.add(Node{"enc", {{"v", "2"}, {"type", "skmsg"}}});
    club.send(direct);
    CHECK(club.at(cleo).empty());
    const auto for_ben = club.at(ben);
    REQUIRE(for_ben.size() == 1);
    CHECK(enc_types(for_ben[0]) == std::vector<std::string>{"msg"});
}

TEST_CASE("group routing: receipts reach the author's devices, retries the one device", "[simulator]") {
    Club club;
    Network& network = club.network;
    network.add_companion(ada, 2);
    Node receipt{"receipt", {{"id", "M1"}, {"to", club.group->jid()}, {"participant", person(ada, Space::lid, 1)}}};
    const auto send = [&](const Node& node) {
        network.server.router().receipt(network.account(ben), network.account(ben).devices.at(1), node);
    };
    send(receipt);
    for (const std::uint16_t device : std::initializer_list<std::uint16_t>{1, 2}) {
        const auto got = network.take_queue(ada, device);
        REQUIRE(got.size() == 1);
        CHECK(got[0].jid("from") == club.group->jid());
        CHECK(got[0].jid("participant") == person(ben, Space::lid, 1));
    }
    receipt.set("type", "retry");
    receipt.add(Node{"retry", {{"count", "1"}}});
    send(receipt);
    CHECK(network.take_queue(ada, 1).size() == 1);
    CHECK(network.take_queue(ada, 2).empty());
    CHECK(club.at(cleo).empty());
}

TEST_CASE("group routing: a read receipt also tells the reader's other devices", "[simulator]") {
    Club club;
    Network& network = club.network;
    network.add_companion(ben, 2);
    Node receipt{"receipt", {{"id", "M1"}, {"to", club.group->jid()}, {"participant", person(ada, Space::lid)}}};
    receipt.set("type", "read-self");
    network.server.router().receipt(network.account(ben), network.account(ben).devices.at(1), receipt);
    CHECK(network.take_queue(ada).empty());
    const auto own = network.take_queue(ben, 2);
    REQUIRE(own.size() == 1);
    CHECK(own[0].jid("participant") == person(ben, Space::lid, 1));
}

TEST_CASE("group routing: receipts may come collected, by message", "[simulator]") {
    Club club;
    Network& network = club.network;
    network.server.faults().grouped_receipts = true;
    for (const std::string_view reader : {ben, cleo}) {
        Node receipt{"receipt", {{"id", "M1"}, {"to", club.group->jid()}, {"participant", person(ada, Space::lid, 1)}}};
        Node list{"list"};
        list.add(Node{"item", {{"id", "M2"}}});
        receipt.add(std::move(list));
        network.server.router().receipt(network.account(reader), network.account(reader).devices.at(1), receipt);
    }
    network.settle();
    const auto got = club.at(ada);
    REQUIRE(got.size() == 1);
    REQUIRE(got[0].children().size() == 2);
    CHECK(got[0].children()[0].text("key") == "M1");
    CHECK(got[0].children()[1].children().size() == 2);
}

TEST_CASE("group routing: the key may be lost, late or behind the message", "[simulator]") {
    Club club;
    const auto with_key = [&](std::string_view id) {
        Node node = club.message(id);
        Node participants{"participants"};
        participants.add(Club::key_for(person(ben, Space::lid, 1), "msg"));
        node.add(std::move(participants));
        node.add(Club::skmsg());
        return node;
    };
    Faults& faults = club.network.server.faults();
    faults.drop_skdm = true;
    club.send(with_key("M1"));
    CHECK(enc_types(club.at(ben).at(0)) == std::vector<std::string>{"skmsg"});
    faults = Faults{};
    faults.skmsg_first = true;
    club.send(with_key("M2"));
    CHECK(enc_types(club.at(ben).at(0)) == std::vector<std::string>{"skmsg", "msg"});
    faults = Faults{};
    faults.late_skdm = true;
    club.send(with_key("M3"));
    CHECK(club.at(ben).empty());
    Node next = club.message("M4");
    next.add(Club::skmsg());
    club.send(next);
    const auto got = club.at(ben);
    REQUIRE(got.size() == 2);
    CHECK(got[0].text("id") == "M4");
    CHECK(got[1].text("id") == "M3");
}

TEST_CASE("group routing: a status goes to whom it names, the next one to the same people", "[simulator]") {
    Club club;
    Node status{"message", {{"id", "S1"}, {"to", Jid{"status", "broadcast"}}, {"type", "text"}}};
    Node participants{"participants"};
    participants.add(Club::key_for(person(ben, Space::lid, 1), "msg"));
    status.add(std::move(participants));
    status.add(Club::skmsg());
    club.send(status);
    const auto got = club.at(ben);
    REQUIRE(got.size() == 1);
    CHECK(got[0].jid("from") == Jid{"status", "broadcast"});
    CHECK(got[0].jid("participant") == person(ada, Space::lid, 1));
    CHECK(club.at(cleo).empty());
    Node second{"message", {{"id", "S2"}, {"to", Jid{"status", "broadcast"}}, {"type", "text"}}};
    second.add(Club::skmsg());
    club.send(second);
    CHECK(club.at(ben).size() == 1);
    CHECK(club.at(cleo).empty());
    Node named{"message", {{"id", "S3"}, {"to", Jid{"status", "broadcast"}}, {"type", "text"}}};
    Node audience{"participants"};
    audience.add(Node{"to", {{"jid", person(cleo, Space::lid)}}});
    named.add(std::move(audience));
    named.add(Club::skmsg());
    club.send(named);
    CHECK(club.at(ben).empty());
    CHECK(club.at(cleo).size() == 1);
}

TEST_CASE("group routing: a broadcast list shows its recipients to the sender's devices only", "[simulator]") {
    Club club;
    club.network.add_companion(ada, 2);
    Node node{"message", {{"id", "B1"}, {"to", Jid{"1234567", "broadcast"}}, {"type", "text"}}};
    Node participants{"participants"};
    participants.add(Club::key_for(person(ben, Space::lid, 1), "msg"));
    participants.add(Club::key_for(person(ada, Space::lid, 2), "msg"));
    node.add(std::move(participants));
    club.send(node);
    const auto for_ben = club.at(ben);
    REQUIRE(for_ben.size() == 1);
    CHECK(for_ben[0].child("participants") == nullptr);
    const auto own = club.network.take_queue(ada, 2);
    REQUIRE(own.size() == 1);
    CHECK(own[0].jid("recipient") == person(ada, Space::lid));
    REQUIRE(own[0].child("participants") != nullptr);
    CHECK(own[0].child("participants")->children().front().jid("jid") == person(ben, Space::lid));
}
