#include "tests/simulator/groups.hpp"

#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace simulator;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";
constexpr std::string_view cleo = "15550003333";
constexpr std::string_view dan = "15550004444";

std::vector<Jid> people(std::initializer_list<std::string_view> phones) {
    std::vector<Jid> found;
    for (const std::string_view phone : phones) found.push_back(person(phone, Space::lid));
    return found;
}

/// Ada's group with Ben and Cleo; everybody has a companion that notes what it is told.
struct Club {
    Club() {
        for (const std::string_view phone : {ada, ben, cleo, dan}) network.add_companion(phone);
        NewGroup plan;
        plan.subject = "Club";
        plan.members = people({ben, cleo});
        group = network.server.groups().create(network.account(ada), plan).group;
    }
    Groups& groups() { return network.server.groups(); }
    /// The change in the last notification for that companion; empty when there is none.
    std::string last_change(std::string_view phone) {
        const Node* notification = last(phone);
        return notification == nullptr ? "" : notification->children().front().tag;
    }
    const Node* last(std::string_view phone) {
        const auto& queue = network.account(phone).devices.at(1).queue;
        return queue.empty() ? nullptr : &queue.back().stanza;
    }

    Network network;
    Group* group{nullptr};
};

}  // namespace

TEST_CASE("groups: everybody in a new group is told of it, the creator too", "[simulator]") {
    Club club;
    CHECK(club.group->find(ada)->role == Role::superadmin);
    for (const std::string_view phone : {ada, ben, cleo}) {
        const Node* notification = club.last(phone);
        REQUIRE(notification != nullptr);
        CHECK(notification->text("type") == "w:gp2");
        CHECK(notification->jid("from") == club.group->jid());
        CHECK(notification->jid("participant") == person(ada, Space::lid));
        CHECK(notification->jid("participant_pn") == person(ada, Space::pn));
        REQUIRE(notification->child("create") != nullptr);
        CHECK(notification->child("create")->child("group")->text("id") == club.group->id);
    }
    CHECK(club.last(dan) == nullptr);
}

TEST_CASE("groups: who comes in gets the group, the others hear of it, versions follow each other", "[simulator]") {
    Club club;
    const auto before = club.group->participant_version;
    const Outcomes outcomes = club.groups().add(*club.group, &club.network.account(ada), people({dan, ben}));
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].error == 0);
    CHECK(outcomes[1].error == 409);
    CHECK(club.last_change(dan) == "create");
    REQUIRE(club.last_change(ben) == "add");
    const Node& change = club.last(ben)->children().front();
    CHECK(change.number("prev_v_id") == before);
    CHECK(change.number("v_id") == before + 1);
    CHECK(change.children().front().jid("phone_number") == person(dan, Space::pn));
}

TEST_CASE("groups: who is removed hears of it as well, and is out", "[simulator]") {
    Club club;
    const Outcomes outcomes = club.groups().remove(*club.group, &club.network.account(ada), people({cleo, ada, dan}));
    CHECK(outcomes[0].error == 0);
    CHECK(outcomes[1].error == 406);
    CHECK(outcomes[2].error == 404);
    CHECK(club.last_change(cleo) == "remove");
    CHECK(club.last_change(ben) == "remove");
    CHECK(club.group->find(cleo) == nullptr);
}

TEST_CASE("groups: when the last admin leaves another member rules", "[simulator]") {
    Club club;
    CHECK(club.groups().leave(*club.group, club.network.account(ada)));
    CHECK_FALSE(club.groups().leave(*club.group, club.network.account(ada)));
    CHECK(club.last(ada)->child("remove") != nullptr);
    CHECK(club.last(ada)->jid("participant") == person(ada, Space::lid));
    CHECK(club.group->is_admin(ben));
    CHECK(club.last_change(cleo) == "promote");
}

TEST_CASE("groups: rights come and go, the creator keeps them", "[simulator]") {
    Club club;
    CHECK(club.groups().promote(*club.group, nullptr, people({ben}))[0].error == 0);
    CHECK(club.group->is_admin(ben));
    CHECK_FALSE(club.last(ben)->has("participant"));
    CHECK(club.groups().demote(*club.group, &club.network.account(ada), people({ben}))[0].error == 0);
    CHECK_FALSE(club.group->is_admin(ben));
    CHECK(club.groups().demote(*club.group, nullptr, people({ada}))[0].error == 406);
}

TEST_CASE("groups: somebody who does not want to be added is asked instead", "[simulator]") {
    Club club;
    club.network.account(dan).profile.privacy["groupadd"] = "contacts";
    const Outcomes outcomes = club.groups().add(*club.group, &club.network.account(ada), people({dan}));
    REQUIRE(outcomes[0].error == 403);
    REQUIRE(outcomes[0].invite);
    CHECK(club.group->find(dan) == nullptr);
    CHECK(club.group->invitations.at(std::string{dan}).code == outcomes[0].invite->code);
}

TEST_CASE("groups: names, descriptions and settings are told with what clients insist on", "[simulator]") {
    Club club;
    const Account& actor = club.network.account(ada);
    club.groups().set_subject(*club.group, &actor, "New name");
    CHECK(club.last(ben)->child("subject")->text("subject") == "New name");
    CHECK(club.last(ben)->child("subject")->has("s_t"));
    club.groups().set_description(*club.group, &actor, "D1", "about us");
    CHECK(club.last(ben)->child("description")->text("id") == "D1");
    club.groups().set_description(*club.group, &actor, "D2", "");
    CHECK(club.last(ben)->child("description")->text("prev") == "D1");
    CHECK(club.last(ben)->child("description")->child("delete") != nullptr);
    club.groups().set_announce(*club.group, &actor, true);
    CHECK(club.last(ben)->child("announcement")->has("v_id"));
    club.groups().set_ephemeral(*club.group, &actor, 86400);
    CHECK(club.last(ben)->child("ephemeral")->text("expiration") == "86400");
    club.groups().set_ephemeral(*club.group, &actor, 0);
    CHECK(club.last_change(ben) == "not_ephemeral");
    const std::string old_code = club.group->invite_code;
    club.groups().reset_invite(*club.group, &actor);
    CHECK(club.last(ben)->child("invite")->text("code") == club.group->invite_code);
    CHECK(club.groups().find_by_code(old_code) == nullptr);
}

TEST_CASE("groups: with approval a join is a request that only admins see", "[simulator]") {
    Club club;
    club.groups().set_join_approval(*club.group, nullptr, true);
    club.groups().request_join(*club.group, club.network.account(dan));
    CHECK(club.last_change(ada) == "created_membership_requests");
    CHECK(club.last_change(ben) == "membership_approval_mode");
    club.groups().drop_request(*club.group, club.network.account(ada), std::string{dan});
    CHECK(club.last_change(dan) == "revoked_membership_requests");
    CHECK(club.group->requests.empty());
}
