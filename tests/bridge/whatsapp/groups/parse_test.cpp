#include "bridge/whatsapp/groups/groups.hpp"
#include "tests/support/print.hpp"

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::groups;
using events::GroupMember;

namespace {

const Jid ann{"100000000000001", server::lid};
const Jid ann_pn{"15550100001", server::user};
const Jid bob{"100000000000002", server::lid};
const Jid group_jid{"120363000000000001", server::group};

Node participant(const Jid& jid) { return Node{"participant", {{"jid", jid}}}; }

Node group(Node::Nodes children = {}) {
    return Node{"group", {{"id", "120363000000000001"}, {"subject", "Walks"}}, std::move(children)};
}

Node notification(Node::Nodes children) {
    return Node{
        "notification",
        {{"from", group_jid}, {"type", "w:gp2"}, {"id", "N1"}, {"t", "1700000000"}, {"participant", ann}},
        std::move(children)};
}

Change only(Node child) {
    Node::Nodes children;
    children.push_back(std::move(child));
    auto parsed = parse_notification(notification(std::move(children)));
    REQUIRE(parsed);
    REQUIRE(parsed->changes.size() == 1);
    return std::move(parsed->changes.front());
}

}  // namespace

TEST_CASE("groups: a group needs a usable id", "[groups]") {
    CHECK(parse_group(group())->jid == group_jid);
    for (const char* id : {"", "../x", "abc", "12 3"}) {
        Node node = group();
        node.set("id", std::string{id});
        CHECK(parse_group(node).error() == Errc::malformed);
    }
    Node with_server = group();
    with_server.set("id", std::string{"120363000000000001@g.us"});
    CHECK(parse_group(with_server)->jid == group_jid);
    Node other = group();
    other.tag = "chat";
    CHECK(parse_group(other).has_error());
    CHECK(GroupQuery::parse(Node{"iq"}).error() == Errc::malformed);
    CHECK(ParticipatingQuery::parse(Node{"iq"}).error() == Errc::malformed);
}

TEST_CASE("groups: overlong texts are refused or cut", "[groups]") {
    Node node = group();
    node.set("subject", std::string(4097, 'a'));
    CHECK(parse_group(node).error() == Errc::malformed);
    Node described = group();
    described.add(Node{"description", {{"id", "D"}}, Node::Nodes{Node{"body", {}, common::Bytes(20'000, 'b')}}});
    CHECK(parse_group(described)->description.size() == 8192);
}

TEST_CASE("groups: members without a user's address are left out, and so are those that were refused", "[groups]") {
    Node refused = participant(bob);
    refused.set("error", std::string{"403"});
    Node added = participant(ann);
    added.set("error", std::string{"200"});
    Node strange = participant(group_jid);
    const auto info = parse_group(group({added, refused, strange, Node{"participant"}}));
    REQUIRE(info);
    REQUIRE(info->members.size() == 1);
    CHECK(info->members.front().jid == ann);
}

TEST_CASE("groups: no more members are taken than any group has", "[groups]") {
    Node::Nodes many;
    for (std::size_t i = 0; i < max_members + 5; ++i)
        many.push_back(participant(Jid{std::to_string(i + 1), server::lid}));
    CHECK(parse_group(group(std::move(many)))->members.size() == max_members);
}

TEST_CASE("groups: damaged groups of a list are left out", "[groups]") {
    Node failed = group();
    failed.set("error", std::string{"403"});
    Node nameless = group();
    nameless.erase("id");
    const Node iq{"iq", {}, Node::Nodes{Node{"groups", {}, Node::Nodes{failed, nameless, group()}}}};
    const auto list = ParticipatingQuery::parse(iq);
    REQUIRE(list);
    CHECK(list->size() == 1);
}

TEST_CASE("groups: both addresses of members become mappings, whichever form the group uses", "[groups]") {
    GroupMember by_lid;
    by_lid.jid = ann;
    by_lid.alt = ann_pn;
    GroupMember by_pn;
    by_pn.jid = ann_pn;
    by_pn.alt = ann;
    GroupMember hidden;
    hidden.jid = bob;
    const auto found = mappings_of({by_lid, by_pn, hidden});
    REQUIRE(found.size() == 2);
    for (const events::Mapping& mapping : found) CHECK(mapping == events::Mapping{ann_pn, ann});
}

TEST_CASE("groups: a second address of the same form is no mapping", "[groups]") {
    Node node = participant(ann);
    node.set("phone_number", bob);
    const auto info = parse_group(group({node}));
    REQUIRE(info);
    CHECK(info->members.front().alt.empty());
    CHECK(mappings_of(info->members).empty());
}

TEST_CASE("groups: join approval without a state is on", "[groups]") {
    const auto state = [](const char* value) {
        Node mode{"membership_approval_mode"};
        if (value) mode.add(Node{"group_join", {{"state", value}}});
        return parse_group(group({mode}))->approval_required;
    };
    CHECK(state("on"));
    CHECK_FALSE(state("off"));
    CHECK(state(nullptr));
    CHECK(only(Node{"membership_approval_mode"}).value);
}

TEST_CASE("groups: a deleted description keeps its id, which the next one must name", "[groups]") {
    const auto info = parse_group(group({Node{"description", {{"id", "D9"}}}}));
    REQUIRE(info);
    CHECK(info->description.empty());
    CHECK(info->description_id == "D9");
}

TEST_CASE("groups: a removal by oneself is leaving, in either address form", "[groups]") {
    CHECK(only(Node{"remove", {}, Node::Nodes{participant(ann)}}).what == "leave");
    Node by_number = participant(ann_pn);
    by_number.set("lid", ann);
    CHECK(only(Node{"remove", {}, Node::Nodes{by_number}}).what == "leave");
    CHECK(only(Node{"remove", {}, Node::Nodes{participant(bob)}}).what == "remove");
    CHECK(only(Node{"remove", {}, Node::Nodes{participant(ann), participant(bob)}}).what == "remove");
    CHECK(only(Node{"add", {}, Node::Nodes{participant(ann)}}).what == "add");
}

TEST_CASE("groups: a notification comes from a group and names at most a hundred changes", "[groups]") {
    CHECK(parse_notification(Node{"notification", {{"from", ann}}}).error() == Errc::malformed);
    CHECK(parse_notification(Node{"notification"}).error() == Errc::malformed);
    CHECK(parse_notification(notification(Node::Nodes(150, Node{"locked"})))->changes.size() == 100);
}

TEST_CASE("groups: a notification with a damaged new group says so by having none", "[groups]") {
    const Change change = only(Node{"create", {{"reason", "invite"}}, Node::Nodes{Node{"group"}}});
    CHECK(change.what == "create");
    CHECK_FALSE(change.created);
    CHECK_FALSE(only(Node{"create"}).created);
}
