#include "tests/simulator/group_queries.hpp"

#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

using namespace simulator;
namespace json = common::json;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";
constexpr std::string_view cleo = "15550003333";
constexpr std::string_view dan = "15550004444";
constexpr std::string_view eve = "15550005555";

/// A tree of group_info.json; texts are rewritten by `names` on the way.
Node node_of(json::Value tree, const std::map<std::string, std::string>& names) {
    const auto renamed = [&](std::string text) {
        const auto known = names.find(text);
        return known == names.end() ? text : known->second;
    };
    Node node{tests::support::text(tree, "tag")};
    const json::Value attrs = tree["attrs"];
    for (const std::string_view key : attrs.keys()) {
        const std::string value = renamed(attrs[key].string_or(""));
        if (const auto jid = Jid::parse(value); jid && value.find('@') != std::string::npos)
            node.set(key, *jid);
        else
            node.set(key, value);
    }
    if (tree["bytes_hex"].exists()) node.content = tests::support::hex(tree, "bytes_hex");
    for (std::size_t i = 0; i < tree["children"].size(); ++i) node.add(node_of(tree["children"].at(i), names));
    return node;
}

struct Club {
    Club() : queries{network.server.registry(), network.server.groups(), network.clock} {
        for (const std::string_view phone : {ada, ben, cleo, dan, eve}) network.account(phone);
        NewGroup plan;
        plan.subject = "Club";
        plan.members = {person(ben, Space::lid), person(cleo, Space::lid)};
        group = network.server.groups().create(network.account(ada), plan).group;
    }
    std::optional<Answer> ask(std::string_view phone, const Node& iq) {
        return queries.answer(network.account(phone), iq);
    }
    Answer ask(std::string_view phone, std::string_view type, const Jid& to, Node request) {
        Node iq{"iq", {{"type", type}, {"xmlns", "w:g2"}, {"to", to}}};
        iq.add(std::move(request));
        const auto answer = ask(phone, iq);
        REQUIRE(answer);
        return *answer;
    }

    Network network;
    GroupQueries queries;
    Group* group{nullptr};
};

const Jid everything{"", "g.us"};

/// What attributes (and of which sort) and what content each element of the vectors' answers has, by parent and tag.
using Shapes = std::map<std::string, std::set<std::string>>;

void note_shape(Shapes& shapes, const std::string& parent, const Node& node) {
    auto& known = shapes[parent + "/" + node.tag];
    for (const auto& attr : node.attrs) {
        known.insert(attr.key + (std::holds_alternative<Jid>(attr.value) ? ":jid" : ":text"));
    }
    if (std::holds_alternative<Bytes>(node.content)) known.insert("bytes");
    if (std::holds_alternative<std::string>(node.content)) known.insert("string");
    for (const Node& child : node.children()) note_shape(shapes, node.tag, child);
}

Shapes vector_shapes() {
    static const auto vectors = tests::support::load_vectors("group_info.json");
    Shapes shapes;
    const json::Value cases = tests::support::member(vectors.root(), "cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const json::Value tree = cases.at(i)["node"];
        if (!tree.exists()) continue;
        const Node node = node_of(tree, {});
        for (const Node& child : node.children()) note_shape(shapes, node.tag, child);
    }
    return shapes;
}

/// Elements and attributes of `answer` that no vector has.
std::set<std::string> strange(const Answer& answer) {
    Shapes ours;
    for (const Node& child : answer.children) note_shape(ours, "iq", child);
    std::set<std::string> found;
    const Shapes known = vector_shapes();
    for (const auto& [element, parts] : ours) {
        const auto shape = known.find(element);
        if (shape == known.end()) {
            found.insert(element);
            continue;
        }
        for (const std::string& part : parts) {
            if (!shape->second.contains(part)) found.insert(element + " " + part);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("group queries: a member gets the group, others do not", "[simulator]") {
    Club club;
    const Node query{"query", {{"request", "interactive"}}};
    const Answer answer = club.ask(ben, "get", club.group->jid(), query);
    REQUIRE(answer.children.size() == 1);
    CHECK(answer.children.front().tag == "group");
    CHECK(answer.children.front().text("size") == "3");
    CHECK(club.ask(dan, "get", club.group->jid(), query).error == 403);
    CHECK(club.ask(dan, "get", Jid{"120363000000000000", "g.us"}, query).error == 404);
    Node mine{"participating"};
    CHECK(club.ask(dan, "get", everything, mine).children.front().children().empty());
    const Answer all = club.ask(cleo, "get", everything, mine);
    REQUIRE(all.children.front().children().size() == 1);
    CHECK(all.children.front().children().front().child("participant") == nullptr);
    mine.add(Node{"participants"});
    CHECK(club.ask(cleo, "get", everything, mine).children.front().children().front().child("participant") != nullptr);
}

TEST_CASE("group queries: members may do what the settings say", "[simulator]") {
    Club club;
    Node add{"add"};
    add.add(Node{"participant", {{"jid", person(dan, Space::lid)}}});
    Node subject{"subject", {}, common::to_bytes(common::as_bytes("Renamed"))};
    club.group->member_add_mode = "admin_add";
    club.group->locked = true;
    CHECK(club.ask(ben, "set", club.group->jid(), add).error == 403);
    CHECK(club.ask(ben, "set", club.group->jid(), subject).error == 403);
    CHECK(club.ask(ben, "set", club.group->jid(), Node{"announcement"}).error == 403);
    CHECK(club.ask(ben, "get", club.group->jid(), Node{"invite"}).error == 401);
    CHECK(club.ask(dan, "set", club.group->jid(), subject).error == 403);
    club.group->member_add_mode = "all_member_add";
    club.group->locked = false;
    CHECK(club.ask(ben, "set", club.group->jid(), add).error == 0);
    CHECK(club.group->find(dan) != nullptr);
    CHECK(club.ask(ben, "set", club.group->jid(), subject).error == 0);
    CHECK(club.group->subject == "Renamed");
}

TEST_CASE("group queries: limits of subject and description, and the description's predecessor", "[simulator]") {
    Club club;
    const auto with_text = [](std::string_view tag, const std::string& text) {
        return Node{tag, {}, common::to_bytes(common::as_bytes(text))};
    };
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "ü";
    CHECK(club.ask(ada, "set", club.group->jid(), with_text("subject", umlauts)).error == 0);
    CHECK(club.ask(ada, "set", club.group->jid(), with_text("subject", umlauts + "ü")).error == 406);
    Node description{"description", {{"id", "D1"}}};
    description.add(with_text("body", "about"));
    CHECK(club.ask(ada, "set", club.group->jid(), description).error == 0);
    CHECK(club.ask(ada, "set", club.group->jid(), description).error == 409);
    description.set("prev", "D1");
    description.set("id", "D2");
    CHECK(club.ask(ada, "set", club.group->jid(), description).error == 0);
    CHECK(club.group->description->id == "D2");
}

TEST_CASE("group queries: an invitation to one person opens the group to that person alone", "[simulator]") {
    Club club;
    club.network.account(dan).profile.privacy["groupadd"] = "none";
    Node add{"add"};
    add.add(Node{"participant", {{"jid", person(dan, Space::lid)}}});
    const Answer refused = club.ask(ada, "set", club.group->jid(), add);
    const Node& outcome = refused.children.front().children().front();
    CHECK(outcome.text("error") == "403");
    REQUIRE(outcome.child("add_request") != nullptr);
    Node accept{"accept", outcome.child("add_request")->attrs};
    accept.set("admin", person(ada, Space::lid));
    CHECK(club.ask(eve, "set", club.group->jid(), accept).error == 410);
    CHECK(club.ask(dan, "set", club.group->jid(), accept).error == 0);
    CHECK(club.group->find(dan) != nullptr);
    CHECK(club.ask(dan, "set", club.group->jid(), accept).error == 410);
}

TEST_CASE("group queries: each request of the vectors is understood", "[vectors]") {
    const auto vectors = tests::support::load_vectors("group_info.json");
    const json::Value requests = tests::support::member(vectors.root(), "requests");
    const std::set<std::string> about_communities{
        "create in a community",
        "create a community",
        "link sub-group",
        "unlink sub-group",
        "sub-groups",
        "linked participants"};
    const std::set<std::string> without_answer{"promote", "demote", "leave", "reject"};
    const std::map<std::string, int> refused{{"accept personal invite", 410}, {"personal invite info", 410}};
    std::size_t played = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Club club;
        const std::string name = tests::support::text(requests.at(i), "name");
        INFO(name);
        if (name == "join by link") CHECK(club.network.server.groups().leave(*club.group, club.network.account(ada)));
        if (name == "description set" || name == "description delete") {
            const std::string prev = name == "description set" ? "D1" : "D2";
            club.network.server.groups().set_description(*club.group, nullptr, prev, "before");
        }
        if (name == "approve" || name == "reject") {
            club.network.server.groups().request_join(*club.group, club.network.account(dan));
        }
        const std::map<std::string, std::string> names{
            {"120363082683612207@g.us", club.group->jid().to_string()},
            {"35756194717923@lid", person(ben, Space::lid).to_string()},
            {"39647394507721@lid", person(cleo, Space::lid).to_string()},
            {"35937072224237@lid", person(dan, Space::lid).to_string()},
            {"CODE", club.group->invite_code}};
        const auto answer = club.ask(ada, node_of(tests::support::member(requests.at(i), "node"), names));
        if (about_communities.contains(name)) {
            const bool handled = answer && answer->error == 0;
            CHECK_FALSE(handled);
            continue;
        }
        REQUIRE(answer);
        const auto expected = refused.find(name);
        CHECK(answer->error == (expected == refused.end() ? 0 : expected->second));
        if (!without_answer.contains(name)) CHECK(strange(*answer) == std::set<std::string>{});
        ++played;
    }
    CHECK(played == 29);
}

TEST_CASE("group queries: a group with everything set has the form of the vectors", "[vectors]") {
    for (const Space mode : {Space::lid, Space::pn}) {
        Club club;
        club.group->mode = mode;
        club.group->description = GroupDescription{"D1", "about", std::string{ben}, 5};
        club.group->announce = club.group->locked = club.group->join_approval = true;
        club.group->ephemeral = 604800;
        const Node query{"query", {{"request", "interactive"}}};
        CHECK(strange(club.ask(ada, "get", club.group->jid(), query)) == std::set<std::string>{});
    }
}
