#include "bridge/whatsapp/groups/groups.hpp"
#include "tests/support/print.hpp"

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::groups;
using events::GroupInfo;
using events::GroupMember;
using events::GroupRank;

namespace {

const Jid ann{"100000000000001", server::lid};
const Jid bob{"100000000000002", server::lid};
const Jid bob_pn{"15550100002", server::user};
const Jid cleo{"100000000000003", server::lid};
const Jid community{"120363000000000009", server::group};

GroupMember person(const Jid& jid, GroupRank rank = GroupRank::member) {
    GroupMember member;
    member.jid = jid;
    member.rank = rank;
    return member;
}

GroupInfo known() {
    GroupInfo info;
    info.jid = Jid{"120363000000000001", server::group};
    info.subject = "Walks";
    info.participant_version = "100";
    info.members = {person(ann, GroupRank::superadmin), person(bob)};
    info.members[1].alt = bob_pn;
    return info;
}

Notification from_ann() {
    Notification notification;
    notification.group = known().jid;
    notification.actor = ann;
    return notification;
}

Change change(std::string_view what) {
    Change one;
    one.what = what;
    return one;
}

Change of_members(std::string_view what, const Jid& whom, std::string_view previous, std::string_view version) {
    Change one = change(what);
    one.people = {person(whom)};
    one.previous_version = previous;
    one.version = version;
    return one;
}

/// The group after the change, which must have been taken as `expected`.
GroupInfo after(const Change& one, Applied expected, GroupInfo info = known()) {
    CHECK(apply(one, from_ann(), info) == expected);
    return info;
}

}  // namespace

TEST_CASE("group changes: members come and go in the order of the versions", "[groups]") {
    GroupInfo info = after(of_members("add", cleo, "100", "101"), Applied::changed);
    CHECK(info.find(cleo));
    CHECK(info.participant_version == "101");
    info = after(of_members("remove", bob, "101", "102"), Applied::changed, std::move(info));
    CHECK_FALSE(info.find(bob));
    info = after(of_members("leave", cleo, "102", "103"), Applied::changed, std::move(info));
    CHECK(info.members.size() == 1);
    CHECK(info.participant_version == "103");
}

TEST_CASE("group changes: a gap between versions changes nothing and asks for the group", "[groups]") {
    CHECK(after(of_members("add", cleo, "105", "106"), Applied::stale) == known());
    CHECK(after(of_members("remove", bob, "98", "99"), Applied::stale) == known());
}

TEST_CASE("group changes: a change told again is kept apart from news", "[groups]") {
    const Change added = of_members("add", cleo, "100", "101");
    GroupInfo info = after(added, Applied::changed);
    CHECK(after(added, Applied::kept, info) == info);
    // Two children of one notification carry the same version.
    info = after(of_members("remove", bob, "100", "101"), Applied::changed, std::move(info));
    CHECK(info.members.size() == 2);
    CHECK_FALSE(info.find(bob));
}

TEST_CASE("group changes: without versions members change at once", "[groups]") {
    CHECK(after(of_members("add", cleo, "", ""), Applied::changed).find(cleo));
    GroupInfo unversioned = known();
    unversioned.participant_version.clear();
    const GroupInfo info = after(of_members("add", cleo, "7", "8"), Applied::changed, unversioned);
    CHECK(info.find(cleo));
    CHECK(info.participant_version == "8");
    CHECK(after(of_members("add", bob, "", ""), Applied::kept) == known());
    CHECK(after(of_members("remove", cleo, "", ""), Applied::kept) == known());
}

TEST_CASE("group changes: members are found by either address", "[groups]") {
    CHECK_FALSE(after(of_members("remove", bob_pn, "100", "101"), Applied::changed).find(bob));
    Change both = of_members("remove", Jid{"15550100009", server::user}, "100", "101");
    both.people.front().alt = bob;
    CHECK_FALSE(after(both, Applied::changed).find(bob));
}

TEST_CASE("group changes: admin rights come and go", "[groups]") {
    Change promoted = change("promote");
    promoted.people = {person(bob)};
    GroupInfo info = after(promoted, Applied::changed);
    CHECK(info.find(bob)->rank == GroupRank::admin);
    Change demoted = change("demote");
    demoted.people = {person(bob_pn)};
    info = after(demoted, Applied::changed, std::move(info));
    CHECK(info.find(bob)->rank == GroupRank::member);
    promoted.people = {person(cleo)};
    CHECK(after(promoted, Applied::stale) == known());
}

TEST_CASE("group changes: a new subject names who set it and when", "[groups]") {
    Change subject = change("subject");
    subject.text = "Runs";
    subject.time = common::UnixTime{std::chrono::seconds{1'700'000'000}};
    const GroupInfo info = after(subject, Applied::changed);
    CHECK(info.subject == "Runs");
    CHECK(info.subject_owner == ann);
    CHECK(info.subject_time == subject.time);
}

TEST_CASE("group changes: descriptions are replaced, and deleted", "[groups]") {
    Change description = change("description");
    description.text = "Every Sunday";
    description.id = "D1";
    GroupInfo info = after(description, Applied::changed);
    CHECK(info.description == "Every Sunday");
    description.text.clear();
    description.value = false;
    description.id = "D2";
    info = after(description, Applied::changed, std::move(info));
    CHECK(info.description.empty());
    CHECK(info.description_id == "D2");
}

TEST_CASE("group changes: switches turn on and off", "[groups]") {
    for (const bool value : {true, false}) {
        const auto turned = [value](std::string_view what) {
            Change one = change(what);
            one.value = value;
            return after(one, Applied::changed);
        };
        CHECK(turned("announcement").announcement == value);
        CHECK(turned("locked").locked == value);
        CHECK(turned("suspended").suspended == value);
        CHECK(turned("membership_approval_mode").approval_required == value);
    }
}

TEST_CASE("group changes: modes and the timer are taken over", "[groups]") {
    Change mode = change("member_add_mode");
    mode.text = "admin_add";
    CHECK(after(mode, Applied::changed).member_add_mode == "admin_add");
    Change timer = change("ephemeral");
    timer.expiration = 604'800;
    GroupInfo info = after(timer, Applied::changed);
    CHECK(info.expiration == 604'800);
    timer.expiration = 0;
    CHECK(after(timer, Applied::changed, std::move(info)).expiration == 0);
}

TEST_CASE("group changes: a group joins a community and leaves it", "[groups]") {
    Change link = change("link");
    link.text = "parent_group";
    link.groups = {community};
    GroupInfo info = after(link, Applied::changed);
    CHECK(info.parent == community);
    Change unlink = change("unlink");
    unlink.text = "parent_group";
    CHECK(after(unlink, Applied::changed, std::move(info)).parent.empty());
    link.text = "sub_group";
    CHECK(after(link, Applied::kept) == known());
    link.text = "parent_group";
    link.groups.clear();
    CHECK(after(link, Applied::kept) == known());
}

TEST_CASE("group changes: a created group replaces what was known", "[groups]") {
    Change create = change("create");
    create.created = GroupInfo{};
    create.created->subject = "Fresh";
    CHECK(after(create, Applied::changed) == *create.created);
    CHECK(after(change("create"), Applied::kept) == known());
}

TEST_CASE("group changes: what the description does not hold leaves it alone", "[groups]") {
    for (const char* what :
         {"invite", "growth_locked", "delete", "created_membership_requests", "linked_group_promote"}) {
        CHECK(after(change(what), Applied::kept) == known());
    }
}

TEST_CASE("group changes: a moved number and unknown news ask for the group", "[groups]") {
    CHECK(after(change("modify"), Applied::stale) == known());
    Change unknown = change("brand_new_thing");
    unknown.known = false;
    CHECK(after(unknown, Applied::stale) == known());
}

TEST_CASE("group changes: the sender key is made anew when somebody must not read on", "[groups]") {
    for (const char* what : {"remove", "leave", "modify"}) CHECK(needs_new_sender_key(change(what)));
    for (const char* what : {"add", "promote", "subject"}) CHECK_FALSE(needs_new_sender_key(change(what)));
}
