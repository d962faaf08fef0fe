#include "bridge/whatsapp/groups/detail/elements.hpp"
#include "bridge/whatsapp/groups/groups.hpp"

#include <algorithm>
#include <array>

namespace bridge::whatsapp::groups {

using events::GroupInfo;
using events::GroupMember;
using events::GroupRank;

namespace {

/// Switches: the tag that turns them on or off, and our name for both.
struct Switch {
    std::string_view tag;
    std::string_view name;
    bool value;
};
constexpr std::array switches{
    Switch{"announcement", "announcement", true},
    Switch{"not_announcement", "announcement", false},
    Switch{"locked", "locked", true},
    Switch{"unlocked", "locked", false},
    Switch{"suspended", "suspended", true},
    Switch{"unsuspended", "suspended", false},
    Switch{"growth_locked", "growth_locked", true},
    Switch{"growth_unlocked", "growth_locked", false},
    Switch{"no_frequently_forwarded", "no_frequently_forwarded", true},
    Switch{"frequently_forwarded_ok", "no_frequently_forwarded", false},
    Switch{"allow_admin_reports", "allow_admin_reports", true},
    Switch{"not_allow_admin_reports", "allow_admin_reports", false},
    Switch{"allow_non_admin_sub_group_creation", "allow_non_admin_sub_group_creation", true},
    Switch{"not_allow_non_admin_sub_group_creation", "allow_non_admin_sub_group_creation", false},
    Switch{"group_history", "group_history", true},
    Switch{"no_group_history", "group_history", false},
};

constexpr std::array<std::string_view, 9> about_people{
    "add",
    "remove",
    "promote",
    "demote",
    "modify",
    "linked_group_promote",
    "linked_group_demote",
    "revoked_membership_requests",
    "revoke"};

constexpr std::array<std::string_view, 3> text_modes{
    "member_add_mode", "member_link_mode", "member_share_group_history_mode"};

template <class List>
bool contains(const List& list, std::string_view tag) {
    return std::find(list.begin(), list.end(), tag) != list.end();
}

void read_people(const Node& child, const Notification& notification, Change& change) {
    change.people = detail::members_of(child);
    change.reason = child.text("reason");
    change.version = child.text("v_id");
    change.previous_version = child.text("prev_v_id");
    if (child.tag != "remove" || change.people.size() != 1 || notification.actor.empty()) return;
    const GroupMember& gone = change.people.front();
    if (gone.jid == notification.actor || gone.alt == notification.actor) change.what = "leave";
}

void read_linked_groups(const Node& child, Change& change) {
    change.text = child.text(child.tag == "link" ? "link_type" : "unlink_type");
    change.reason = child.text("unlink_reason");
    for (const Node& group : child.children()) {
        if (group.tag != "group" || change.groups.size() == 1000) continue;
        if (Jid jid = detail::group_of(group, "jid"); !jid.empty()) change.groups.push_back(std::move(jid));
    }
}

void read_requests(const Node& child, Change& change) {
    change.text = child.text("request_method");
    for (const Node& user : child.children()) {
        if (user.tag != "requested_user" || change.people.size() == max_members) continue;
        GroupMember member;
        member.jid = detail::user_of(user, "jid");
        member.alt = detail::user_of(user, "phone_number");
        if (!member.jid.empty()) change.people.push_back(std::move(member));
    }
}

/// Children with a form of their own; false when the tag is none of them.
bool read_special(const Node& child, Change& change) {
    const std::string& tag = child.tag;
    if (tag == "subject") {
        change.text = child.text("subject");
        change.time = detail::time_of(child, "s_t");
    } else if (tag == "description") {
        change.id = child.text("id");
        const Node* body = child.child("body");
        change.value = body != nullptr;
        if (body) change.text = detail::text_of(*body);
    } else if (tag == "ephemeral" || tag == "not_ephemeral") {
        change.what = "ephemeral";
        change.expiration = tag == "ephemeral" ? detail::expiration_of(child) : 0;
        change.value = change.expiration != 0;
    } else if (contains(text_modes, tag)) {
        change.text = detail::text_of(child, 64);
    } else if (tag == "membership_approval_mode") {
        change.value = detail::joining_needs_approval(child);
    } else if (tag == "invite") {
        change.text = child.text("code");
    } else if (tag == "delete") {
        change.reason = child.text("reason");
    } else if (tag == "link" || tag == "unlink") {
        read_linked_groups(child, change);
    } else if (tag == "created_membership_requests") {
        read_requests(child, change);
    } else if (tag == "create") {
        change.reason = child.text("reason");
        const Node* group = child.child("group");
        auto info = group ? parse_group(*group) : Result<GroupInfo>{Errc::malformed};
        if (info) change.created = std::move(*info);
    } else {
        return false;
    }
    return true;
}

Change read_change(const Node& child, const Notification& notification) {
    Change change;
    change.what = child.tag;
    change.time = notification.time;
    const auto same_tag = [&child](const Switch& one) { return one.tag == child.tag; };
    const auto found = std::find_if(switches.begin(), switches.end(), same_tag);
    if (found != switches.end()) {
        change.what = found->name;
        change.value = found->value;
    } else if (contains(about_people, child.tag)) {
        read_people(child, notification, change);
    } else {
        change.known = read_special(child, change);
    }
    return change;
}

GroupMember* find_member(GroupInfo& info, const GroupMember& who) {
    const GroupMember* found = info.find(who.jid);
    if (!found && !who.alt.empty()) found = info.find(who.alt);
    return found ? &info.members[static_cast<std::size_t>(found - info.members.data())] : nullptr;
}

Applied change_members(const Change& change, GroupInfo& info) {
    // A version that we have already is told again, or by another child of the same notification.
    const bool versioned = !change.version.empty() && !change.previous_version.empty();
    const bool follows = !versioned || info.participant_version.empty() ||
                         change.previous_version == info.participant_version ||
                         change.version == info.participant_version;
    if (!follows) return Applied::stale;
    bool changed = !change.version.empty() && change.version != info.participant_version;
    if (changed) info.participant_version = change.version;
    for (const GroupMember& person : change.people) {
        GroupMember* known = find_member(info, person);
        if (change.what == "add" && !known && info.members.size() < max_members) {
            info.members.push_back(person);
            changed = true;
        } else if (change.what != "add" && known) {
            info.members.erase(info.members.begin() + (known - info.members.data()));
            changed = true;
        }
    }
    return changed ? Applied::changed : Applied::kept;
}

}  // namespace

Result<Notification> parse_notification(const Node& stanza) {
    Notification out;
    out.group = detail::group_of(stanza, "from");
    if (out.group.empty()) return common::Error{Errc::malformed, "notification from no group"};
    out.id = stanza.text("id");
    out.time = detail::time_of(stanza, "t");
    out.actor = detail::user_of(stanza, "participant");
    out.actor_alt = detail::user_of(stanza, out.actor.is_lid() ? "participant_pn" : "participant_lid");
    out.actor_name = stanza.text("notify");
    if (out.actor_name.size() > 512) out.actor_name.clear();
    for (const Node& child : stanza.children()) {
        if (out.changes.size() == 100) break;
        out.changes.push_back(read_change(child, out));
    }
    return out;
}

Applied apply(const Change& change, const Notification& notification, GroupInfo& info) {
    const std::string& what = change.what;
    if (what == "add" || what == "remove" || what == "leave") return change_members(change, info);
    if (what == "promote" || what == "demote") {
        for (const GroupMember& person : change.people) {
            GroupMember* known = find_member(info, person);
            if (!known) return Applied::stale;
            known->rank = what == "promote" ? GroupRank::admin : GroupRank::member;
        }
        return Applied::changed;
    }
    if (what == "subject") {
        info.subject = change.text;
        info.subject_time = change.time;
        info.subject_owner = notification.actor;
    } else if (what == "description") {
        info.description = change.text;
        info.description_id = change.id;
    } else if (what == "announcement") {
        info.announcement = change.value;
    } else if (what == "locked") {
        info.locked = change.value;
    } else if (what == "suspended") {
        info.suspended = change.value;
    } else if (what == "ephemeral") {
        info.expiration = change.expiration;
    } else if (what == "member_add_mode") {
        info.member_add_mode = change.text;
    } else if (what == "membership_approval_mode") {
        info.approval_required = change.value;
    } else if (what == "link" && change.text == "parent_group" && !change.groups.empty()) {
        info.parent = change.groups.front();
    } else if (what == "unlink" && change.text == "parent_group") {
        info.parent = Jid{};
    } else if (what == "create" && change.created) {
        info = *change.created;
    } else {
        // A changed number moves members about; what we do not know may touch anything.
        return change.known && what != "modify" ? Applied::kept : Applied::stale;
    }
    return Applied::changed;
}

bool needs_new_sender_key(const Change& change) noexcept {
    return change.what == "remove" || change.what == "leave" || change.what == "modify";
}

}  // namespace bridge::whatsapp::groups
