#include "tests/support/vectors.hpp"

#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/groups/groups.hpp"
#include "tests/support/print.hpp"

#include <map>

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::groups;
using namespace tests::support;
using common::json::Value;
using events::GroupInfo;
using events::GroupMember;

namespace {

/// Every value with an @ is a JID on the wire, everything else a string; content is bytes.
Node node_of(Value json) {
    Node node{text(json, "tag")};
    const Value attributes = member(json, "attrs");
    for (const std::string_view key : attributes.keys()) {
        const std::string value = text(attributes, key);
        if (value.find('@') == std::string::npos) {
            node.attrs.emplace_back(key, value);
        } else {
            node.attrs.emplace_back(key, Jid::parse(value).value());
        }
    }
    if (json["bytes_hex"].is_string()) {
        node.content = hex(json, "bytes_hex");
    } else if (const Value children = json["children"]; children.size() > 0) {
        for (std::size_t i = 0; i < children.size(); ++i) node.add(node_of(children.at(i)));
    }
    return node;
}

/// The neutral values' strings; null is "".
std::string words(Value json, std::string_view key) { return json[key].string_or(""); }

std::string words(const Jid& jid) { return jid.empty() ? std::string{} : jid.to_string(); }

std::int64_t seconds(common::UnixTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string_view role(events::GroupRank rank) {
    switch (rank) {
        case events::GroupRank::superadmin: return "superadmin";
        case events::GroupRank::admin: return "admin";
        case events::GroupRank::member: return "member";
    }
    return "unknown";
}

void check_members(const std::vector<GroupMember>& members, Value expected) {
    REQUIRE(members.size() == expected.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        const GroupMember& found = members[i];
        const Value wanted = expected.at(i);
        CHECK(words(found.jid) == text(wanted, "jid"));
        CHECK(words(found.jid.is_lid() ? found.alt : found.jid) == words(wanted, "pn"));
        CHECK(words(found.jid.is_lid() ? found.jid : found.alt) == words(wanted, "lid"));
        CHECK(role(found.rank) == text(wanted, "role"));
        CHECK(found.display_name == words(wanted, "display_name"));
    }
}

void check_group(const GroupInfo& info, Value expected) {
    CHECK(words(info.jid) == text(expected, "jid"));
    CHECK(info.subject == text(expected, "subject"));
    CHECK(seconds(info.subject_time) == number(expected, "subject_time"));
    CHECK(words(info.subject_owner) == words(expected, "subject_owner"));
    CHECK(words(info.owner) == words(expected, "owner"));
    CHECK(seconds(info.created) == number(expected, "creation"));
    CHECK(info.lid_addressed == (text(expected, "addressing_mode") == "lid"));
    CHECK(info.participant_version == words(expected, "p_v_id"));
    CHECK(info.description == words(expected["description"], "text"));
    CHECK(info.description_id == words(expected["description"], "id"));
    CHECK(info.announcement == flag(expected, "announce"));
    CHECK(info.locked == flag(expected, "locked"));
    CHECK(info.expiration == number(expected, "ephemeral_expiration"));
    CHECK(info.member_add_mode == words(expected, "member_add_mode"));
    CHECK(info.approval_required == flag(expected, "join_approval"));
    CHECK(words(info.parent) == words(expected, "linked_parent"));
    CHECK(info.is_community == flag(expected, "is_parent"));
    CHECK(info.is_announcement_group == flag(expected, "is_default_sub_group"));
    CHECK(info.suspended == flag(expected, "suspended"));
    check_members(info.members, member(expected, "participants"));
}

void check_people(const Change& change, Value people) {
    REQUIRE(change.people.size() == people.size());
    for (std::size_t i = 0; i < people.size(); ++i) CHECK(words(change.people[i].jid) == people.at(i).string_or("?"));
}

void check_created(const Change& change, Value expected) {
    REQUIRE(change.created);
    CHECK(words(change.created->jid) == text(expected, "jid"));
    CHECK(change.created->subject == text(expected, "subject"));
    CHECK(words(change.created->owner) == text(expected, "owner"));
    check_members(change.created->members, member(expected, "participants"));
}

/// Our names where they differ from the neutral ones.
std::string our_name(const std::string& type, Value expected) {
    static const std::map<std::string, std::string> others{
        {"announce", "announcement"},
        {"join_approval", "membership_approval_mode"},
        {"join_request_created", "created_membership_requests"},
        {"join_request_revoked", "revoked_membership_requests"}};
    if (type == "unknown") return text(expected, "tag");
    const auto other = others.find(type);
    return other == others.end() ? type : other->second;
}

/// What the neutral form says in words, wherever our value keeps it.
void check_words(const Change& change, Value expected) {
    const auto check = [&](std::string_view key, const std::string& found) {
        if (expected[key].exists()) CHECK(found == words(expected, key));
    };
    for (const std::string_view key : {"subject", "text", "mode", "code", "link_type", "method"})
        check(key, change.text);
    check("reason", change.reason);
    check("id", change.id);
    check("version", change.version);
    check("prev_version", change.previous_version);
}

void check_change(const Change& change, Value expected) {
    const std::string type = text(expected, "type");
    INFO(type);
    CHECK(change.what == our_name(type, expected));
    CHECK(change.known == (type != "unknown"));
    check_words(change, expected);
    if (expected["value"].is_bool()) CHECK(change.value == flag(expected, "value"));
    if (expected["expiration"].exists()) CHECK(change.expiration == number(expected, "expiration"));
    if (expected["time"].exists()) CHECK(seconds(change.time) == number(expected, "time"));
    if (expected["participants"].exists()) check_people(change, expected["participants"]);
    if (expected["users"].exists()) check_people(change, expected["users"]);
    const Value pns = expected["pns"];
    for (std::size_t i = 0; i < pns.size(); ++i) CHECK(words(change.people.at(i).alt) == pns.at(i).string_or("?"));
    const Value linked = expected["groups"];
    REQUIRE(change.groups.size() == linked.size());
    for (std::size_t i = 0; i < linked.size(); ++i) CHECK(words(change.groups[i]) == linked.at(i).string_or("?"));
    if (expected["group"].exists()) check_created(change, expected["group"]);
}

void check_notification(const Notification& notification, Value expected) {
    CHECK(words(notification.group) == text(expected, "group"));
    CHECK(notification.id == text(expected, "id"));
    CHECK(seconds(notification.time) == number(expected, "time"));
    CHECK(words(notification.actor) == words(expected, "actor"));
    CHECK(words(notification.actor_alt) == words(expected, "actor_pn"));
    const Value changes = member(expected, "changes");
    REQUIRE(notification.changes.size() == changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) check_change(notification.changes[i], changes.at(i));
}

void check_list(const std::vector<GroupInfo>& list, Value expected) {
    REQUIRE(list.size() == expected.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(words(list[i].jid) == text(expected.at(i), "jid"));
        CHECK(words(list[i].parent) == words(expected.at(i), "linked_parent"));
        const std::string kind = text(expected.at(i), "kind");
        CHECK(list[i].is_community == (kind == "community"));
        CHECK(list[i].is_announcement_group == (kind == "community_announcement"));
    }
}

/// Calls `check` with the decoded and with the built tree of every case of that kind.
template <class Check>
void for_each(std::string_view kind, std::size_t at_least, Check check) {
    const auto file = load_vectors("group_info.json");
    const Value cases = member(file.root(), "cases");
    std::size_t seen = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (text(cases.at(i), "kind") != kind) continue;
        ++seen;
        INFO(text(cases.at(i), "name"));
        const Node built = node_of(member(cases.at(i), "node"));
        const Node decoded = binary::decode(hex(cases.at(i), "encoded_hex")).value();
        CHECK(decoded == built);
        check(decoded, member(cases.at(i), "expected"));
        check(built, member(cases.at(i), "expected"));
    }
    CHECK(seen >= at_least);
}

}  // namespace

TEST_CASE("group_info.json: a group is read with everything it says", "[vectors]") {
    for_each("group_result", 6, [](const Node& iq, Value expected) {
        const auto info = GroupQuery::parse(iq);
        REQUIRE(info);
        check_group(*info, expected);
    });
}

TEST_CASE("group_info.json: all groups of the account are read", "[vectors]") {
    for_each("group_list", 2, [](const Node& iq, Value expected) {
        const auto list = ParticipatingQuery::parse(iq);
        REQUIRE(list);
        check_list(*list, member(expected, "groups"));
    });
}

TEST_CASE("group_info.json: notifications say what has changed", "[vectors]") {
    for_each("w:gp2", 30, [](const Node& stanza, Value expected) {
        const auto notification = parse_notification(stanza);
        REQUIRE(notification);
        check_notification(*notification, expected);
    });
}

TEST_CASE("group_info.json: requests are as recorded", "[vectors]") {
    const auto file = load_vectors("group_info.json");
    const Value requests = member(file.root(), "requests");
    std::map<std::string, Node> ours;
    GroupQuery one;
    one.group = Jid{"120363082683612207", server::group};
    ours["group info"] = one.request();
    ours["all groups"] = ParticipatingQuery{}.request();
    std::size_t seen = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto found = ours.find(text(requests.at(i), "name"));
        if (found == ours.end()) continue;
        ++seen;
        INFO(found->first);
        CHECK(found->second == node_of(member(requests.at(i), "node")));
    }
    CHECK(seen == ours.size());
}

TEST_CASE("group_info.json: cut and flipped frames give a result, never a crash", "[vectors]") {
    const auto file = load_vectors("group_info.json");
    const Value cases = member(file.root(), "cases");
    std::size_t read = 0;
    const auto parse_all = [&read](common::ByteView frame) {
        const auto node = binary::decode(frame);
        if (!node) return;
        GroupInfo info;
        if (auto found = GroupQuery::parse(*node)) info = std::move(*found);
        if (const auto list = ParticipatingQuery::parse(*node)) read += list->size();
        const auto notification = parse_notification(*node);
        if (!notification) return;
        for (const Change& change : notification->changes) apply(change, *notification, info);
        ++read;
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        common::Bytes frame = hex(cases.at(i), "encoded_hex");
        for (std::size_t size = 0; size <= frame.size(); ++size) parse_all(common::ByteView{frame}.first(size));
        for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
            const auto flip = static_cast<std::uint8_t>(1U << bit % 8);
            frame[bit / 8] ^= flip;
            parse_all(frame);
            frame[bit / 8] ^= flip;
        }
    }
    CHECK(read > 1000);
}
