#include "tests/simulator/group.hpp"

#include <algorithm>

namespace simulator {

namespace {

Node bytes_node(std::string_view tag, std::string_view text) {
    return Node{tag, {}, common::to_bytes(common::as_bytes(text))};
}

/// `KEY` in the group's address space and, where that is the LID, `KEY_pn` beside it.
void set_person(Node& node, std::string_view key, const Group& group, const std::string& phone) {
    if (phone.empty()) return;
    node.set(key, person(phone, group.mode));
    if (group.mode == Space::lid) node.set(std::string{key} + "_pn", person(phone, Space::pn));
}

}  // namespace

const char* name_of(Role role) {
    switch (role) {
        case Role::member: return "";
        case Role::admin: return "admin";
        case Role::superadmin: return "superadmin";
    }
    return "";
}

const GroupMember* Group::find(std::string_view phone) const {
    const auto found = std::ranges::find(members, phone, &GroupMember::phone);
    return found == members.end() ? nullptr : &*found;
}

GroupMember* Group::find(std::string_view phone) {
    const auto found = std::ranges::find(members, phone, &GroupMember::phone);
    return found == members.end() ? nullptr : &*found;
}

bool Group::is_admin(std::string_view phone) const {
    const GroupMember* member = find(phone);
    return member != nullptr && member->role != Role::member;
}

Node participant_node(const Group& group, std::string_view phone, Role role) {
    Node node{"participant", {{"jid", person(phone, group.mode)}}};
    node.set(group.mode == Space::lid ? "phone_number" : "lid", person(phone, other(group.mode)));
    if (role != Role::member) node.set("type", name_of(role));
    return node;
}

Node group_node(const Group& group, GroupView view) {
    Node node{"group", {{"id", group.id}, {"addressing_mode", name_of(group.mode)}, {"subject", group.subject}}};
    node.set("s_t", std::to_string(group.subject_time));
    set_person(node, "s_o", group, group.subject_owner);
    node.set("creation", std::to_string(group.creation));
    set_person(node, "creator", group, group.creator);
    node.set("a_v_id", std::to_string(group.announce_version));
    node.set("p_v_id", std::to_string(group.participant_version));
    node.set("size", std::to_string(group.members.size()));
    if (group.description) {
        const GroupDescription& text = *group.description;
        Node description{"description", {{"id", text.id}, {"t", std::to_string(text.time)}}};
        set_person(description, "participant", group, text.by);
        if (!text.text.empty()) description.add(bytes_node("body", text.text));
        node.add(std::move(description));
    }
    if (group.locked) node.add(Node{"locked"});
    if (group.announce) node.add(Node{"announcement"});
    if (group.ephemeral != 0) node.add(Node{"ephemeral", {{"expiration", std::to_string(group.ephemeral)}}});
    node.add(bytes_node("member_add_mode", group.member_add_mode));
    node.add(bytes_node("member_link_mode", group.member_link_mode));
    // Left out where it is off: some clients take its presence for "on".
    if (group.join_approval) {
        Node approval{"membership_approval_mode"};
        approval.add(Node{"group_join", {{"state", "on"}}});
        node.add(std::move(approval));
    }
    if (view == GroupView::complete) {
        for (const GroupMember& member : group.members) node.add(participant_node(group, member.phone, member.role));
    }
    return node;
}

}  // namespace simulator
