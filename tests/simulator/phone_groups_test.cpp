#include "tests/simulator/network.hpp"
#include "tests/simulator/phone_content.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simulator;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";
constexpr std::string_view cleo = "15550003333";

struct Club {
    explicit Club(Space mode = Space::lid) {
        for (const std::string_view phone : {ada, ben, cleo}) network.account(phone);
        NewGroup plan;
        plan.subject = "Club";
        plan.mode = mode;
        plan.members = {person(ben, Space::lid), person(cleo, Space::lid)};
        group = network.server.groups().create(network.account(ada), plan).group;
        network.settle();
    }
    common::Result<std::string> say(std::string_view who, const std::string& text) {
        Outgoing outgoing;
        outgoing.chat = group->jid();
        outgoing.message = text_message(text);
        auto id = network.phone(who).send(std::move(outgoing));
        network.settle();
        return id;
    }
    /// Sorts of encryption in the messages that wait for a companion.
    std::vector<std::string> encryptions(std::string_view phone, std::uint16_t device = 1) {
        std::vector<std::string> found;
        for (const Node& stanza : network.take_queue(phone, device)) {
            if (stanza.tag != "message") continue;
            std::string types;
            for (const Node& child : stanza.children()) {
                if (child.tag == "enc") types += (types.empty() ? "" : "+") + child.text("type");
            }
            found.push_back(types);
        }
        return found;
    }

    Network network;
    Group* group{nullptr};
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("phone groups: everybody reads what anybody writes, in either addressing mode", "[simulator]") {
    for (const Space mode : {Space::lid, Space::pn}) {
        Club club{mode};
        REQUIRE(club.say(ada, "one"));
        REQUIRE(club.say(ben, "two"));
        REQUIRE(club.say(cleo, "three"));
        REQUIRE(club.say(ada, "four"));
        CHECK(texts(club.network.phone(ada)) == Texts{"two", "three"});
        CHECK(texts(club.network.phone(ben)) == Texts{"one", "three", "four"});
        CHECK(texts(club.network.phone(cleo)) == Texts{"one", "two", "four"});
        CHECK(club.network.phone(cleo).messages().front().chat == club.group->jid());
        CHECK(club.network.phone(cleo).counters().undecryptable == 0);
    }
}

TEST_CASE("phone groups: each member's phone confirms, and its reading is told", "[simulator]") {
    Club club;
    const auto id = club.say(ada, "hello");
    REQUIRE(id);
    club.network.phone(ben).read(club.group->jid(), &club.network.account(ada), {*id}, "read");
    club.network.settle();
    Texts seen;
    for (const PhoneReceipt& receipt : club.network.phone(ada).receipts()) {
        CHECK(receipt.id == *id);
        CHECK(receipt.chat == club.group->jid());
        seen.push_back(receipt.from + " " + receipt.type);
    }
    std::ranges::sort(seen);
    CHECK(seen == Texts{std::string{ben} + " ", std::string{ben} + " read", std::string{cleo} + " "});
}

TEST_CASE("phone groups: the key goes to each device once, and to a new device with the next message", "[simulator]") {
    Club club;
    club.network.add_companion(ben);
    REQUIRE(club.say(ada, "one"));
    REQUIRE(club.say(ada, "two"));
    CHECK(club.encryptions(ben) == Texts{"pkmsg+skmsg", "skmsg"});
    club.network.add_companion(ben, 2);
    club.network.add_companion(ada);
    REQUIRE(club.say(ada, "three"));
    CHECK(club.encryptions(ben) == Texts{"skmsg"});
    CHECK(club.encryptions(ben, 2) == Texts{"pkmsg+skmsg"});
    CHECK(club.encryptions(ada) == Texts{"pkmsg+skmsg"});
}

TEST_CASE("phone groups: when a member is removed the others get a new key, the removed nothing", "[simulator]") {
    Club club;
    club.network.add_companion(ben);
    club.network.add_companion(cleo);
    REQUIRE(club.say(ada, "one"));
    club.network.take_queue(ben);
    club.network.take_queue(cleo);
    const std::vector<Jid> leaving{person(cleo, Space::lid)};
    CHECK(club.network.server.groups().remove(*club.group, &club.network.account(ada), leaving)[0].error == 0);
    club.network.settle();
    REQUIRE(club.say(ada, "two"));
    CHECK(club.encryptions(ben) == Texts{"pkmsg+skmsg"});
    CHECK(club.encryptions(cleo).empty());
    CHECK(texts(club.network.phone(cleo)) == Texts{"one"});
    CHECK_FALSE(club.say(cleo, "still there?"));
}

TEST_CASE("phone groups: who lacks the key asks, and gets content and key pairwise", "[simulator]") {
    Club club;
    REQUIRE(club.say(ada, "one"));
    REQUIRE(club.network.phone(ben).forget_sender_key(club.group->jid(), club.network.account(ada), 0));
    REQUIRE(club.say(ada, "two"));
    REQUIRE(club.say(ada, "three"));
    CHECK(texts(club.network.phone(ben)) == Texts{"one", "two", "three"});
    CHECK(club.network.phone(ben).counters().retries_sent == 1);
    CHECK(club.network.phone(ada).counters().retries_answered == 1);
    CHECK(club.network.phone(cleo).counters().retries_sent == 0);
}

TEST_CASE("phone groups: only admins write where the group says so", "[simulator]") {
    Club club;
    club.network.server.groups().set_announce(*club.group, nullptr, true);
    CHECK(club.say(ben, "no").error() == PhoneErrc::only_admins);
    CHECK(club.say(ada, "yes"));
}

TEST_CASE("phone groups: a status reaches its audience, a list each recipient alone", "[simulator]") {
    Club club;
    club.network.add_companion(ada);
    Outgoing status;
    status.chat = Jid{"status", "broadcast"};
    status.message = text_message("my day");
    status.audience = {std::string{ben}};
    REQUIRE(club.network.phone(ada).send(status));
    status.message = text_message("my evening");
    status.audience = {std::string{ben}, std::string{cleo}};
    REQUIRE(club.network.phone(ada).send(status));
    Outgoing list = status;
    list.chat = Jid{"16111222", "broadcast"};
    list.message = text_message("to all of you");
    REQUIRE(club.network.phone(ada).send(list));
    club.network.settle();
    CHECK(texts(club.network.phone(ben)) == Texts{"my day", "my evening", "to all of you"});
    CHECK(texts(club.network.phone(cleo)) == Texts{"my evening", "to all of you"});
    CHECK(club.encryptions(ada) == Texts{"pkmsg+skmsg", "skmsg", "pkmsg"});
}
