// Names, settings, links and requests of groups.
#include "tests/simulator/groups.hpp"

#include <algorithm>

namespace simulator {

namespace {

Node text_node(std::string_view tag, std::string_view text) {
    return Node{tag, {}, common::to_bytes(common::as_bytes(text))};
}

}  // namespace

void Groups::set_subject(Group& group, const Account* actor, std::string subject) {
    group.subject = std::move(subject);
    group.subject_time = now();
    group.subject_owner = actor == nullptr ? "" : actor->phone;
    Node change{"subject", {{"subject", group.subject}, {"s_t", std::to_string(group.subject_time)}}};
    if (actor != nullptr) {
        change.set("s_o", actor->jid(group.mode));
        if (group.mode == Space::lid) change.set("s_o_pn", actor->jid(Space::pn));
    }
    announce(group, actor, change, phones_of(group));
}

void Groups::set_description(Group& group, const Account* actor, std::string id, std::string text) {
    if (id.empty()) id = common::to_hex(common::crypto::random_bytes(8));
    Node change{"description", {{"id", id}}};
    if (group.description) change.set("prev", group.description->id);
    change.add(text.empty() ? Node{"delete"} : text_node("body", text));
    // A deleted one keeps its id, which the next change must name.
    group.description = GroupDescription{std::move(id), std::move(text), actor == nullptr ? "" : actor->phone, now()};
    announce(group, actor, change, phones_of(group));
}

void Groups::set_announce(Group& group, const Account* actor, bool on) {
    if (group.announce == on) return;
    group.announce = on;
    Node change{on ? "announcement" : "not_announcement"};
    change.set("prev_v_id", std::to_string(group.announce_version));
    change.set("v_id", std::to_string(++group.announce_version));
    announce(group, actor, change, phones_of(group));
}

void Groups::set_locked(Group& group, const Account* actor, bool on) {
    if (group.locked == on) return;
    group.locked = on;
    announce(group, actor, Node{on ? "locked" : "unlocked"}, phones_of(group));
}

void Groups::set_ephemeral(Group& group, const Account* actor, std::uint32_t seconds) {
    group.ephemeral = seconds;
    Node change{seconds == 0 ? "not_ephemeral" : "ephemeral"};
    if (seconds != 0) change.set("expiration", std::to_string(seconds));
    announce(group, actor, change, phones_of(group));
}

void Groups::set_join_approval(Group& group, const Account* actor, bool on) {
    group.join_approval = on;
    Node change{"membership_approval_mode"};
    change.add(Node{"group_join", {{"state", on ? "on" : "off"}}});
    announce(group, actor, change, phones_of(group));
}

void Groups::set_member_add_mode(Group& group, const Account* actor, std::string mode) {
    group.member_add_mode = std::move(mode);
    announce(group, actor, text_node("member_add_mode", group.member_add_mode), phones_of(group));
}

void Groups::set_member_link_mode(Group& group, const Account* actor, std::string mode) {
    group.member_link_mode = std::move(mode);
    announce(group, actor, text_node("member_link_mode", group.member_link_mode), phones_of(group));
}

void Groups::reset_invite(Group& group, const Account* actor) {
    group.invite_code = fresh_invite_code();
    announce(group, actor, Node{"invite", {{"code", group.invite_code}}}, phones_of(group));
}

void Groups::request_join(Group& group, const Account& account) {
    group.requests[account.phone] = {now(), "invite_link"};
    Node request{"created_membership_requests", {{"request_method", "invite_link"}}};
    Node user = participant_node(group, account.phone);
    user.tag = "requested_user";
    request.add(std::move(user));
    std::vector<std::string> admins = phones_of(group);
    std::erase_if(admins, [&](const std::string& phone) { return !group.is_admin(phone); });
    announce(group, &account, request, admins);
}

void Groups::drop_request(Group& group, const Account& actor, const std::string& phone) {
    group.requests.erase(phone);
    Node change{"revoked_membership_requests"};
    change.add(participant_node(group, phone));
    std::vector<std::string> told = phones_of(group);
    std::erase_if(told, [&](const std::string& member) { return !group.is_admin(member); });
    told.push_back(phone);
    announce(group, &actor, change, told);
}

}  // namespace simulator
