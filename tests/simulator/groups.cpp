#include "tests/simulator/groups.hpp"

#include <algorithm>

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr int refused_by_privacy = 403;
constexpr int not_there = 404;
constexpr int not_acceptable = 406;
constexpr int already_member = 409;
constexpr int full = 419;
constexpr std::uint64_t invitation_seconds = 3ULL * 24 * 60 * 60;

std::string fresh_group_id() {
    return "120363" + std::to_string(100'000'000'000ULL + crypto::random_below(900'000'000'000ULL));
}

}  // namespace

std::string fresh_invite_code() {
    std::string code = common::to_base64(crypto::random_bytes(18)).substr(0, 22);
    for (char& c : code) {
        if (c == '+' || c == '/') c = 'x';
    }
    return code;
}

std::vector<std::string> Groups::phones_of(const Group& group) const {
    std::vector<std::string> phones;
    for (const GroupMember& member : group.members) phones.push_back(member.phone);
    return phones;
}

Group* Groups::find_by_code(std::string_view code) {
    for (auto& [id, group] : registry_.groups()) {
        if (!code.empty() && group.invite_code == code) return &group;
    }
    return nullptr;
}

void Groups::announce(
    const Group& group, const Account* actor, const Node& change, const std::vector<std::string>& to
) {
    Node notification{"notification", {{"from", group.jid()}, {"type", "w:gp2"}}};
    if (actor != nullptr) {
        notification.set("participant", actor->jid(group.mode));
        if (group.mode == Space::lid) notification.set("participant_pn", actor->jid(Space::pn));
        if (!actor->name.empty()) notification.set("notify", actor->name);
    }
    notification.set("addressing_mode", name_of(group.mode));
    notification.add(change);
    for (const std::string& phone : to) {
        Account* account = registry_.find(phone);
        if (account == nullptr) continue;
        for (auto& [number, device] : account->devices) router_.notify(*account, device, notification);
    }
}

Node Groups::membership_change(Group& group, std::string_view tag, const std::vector<std::string>& phones) {
    Node change{tag, {{"prev_v_id", std::to_string(group.participant_version)}}};
    change.set("v_id", std::to_string(++group.participant_version));
    for (const std::string& phone : phones) change.add(participant_node(group, phone));
    return change;
}

MemberOutcome Groups::outcome_for(const Jid& asked) {
    const Account* account = registry_.find(asked);
    return {asked, account == nullptr ? "" : account->phone, account == nullptr ? not_there : 0, std::nullopt};
}

bool Groups::admits(Group& group, const Account& account, MemberOutcome& outcome) {
    const auto setting = account.profile.privacy.find("groupadd");
    if (setting == account.profile.privacy.end() || setting->second == "all") return true;
    PersonalInvite& invite = group.invitations[account.phone];
    if (invite.code.empty() || invite.expiration < now()) invite = {fresh_invite_code(), now() + invitation_seconds};
    outcome.error = refused_by_privacy;
    outcome.invite = invite;
    return false;
}

Groups::Created Groups::create(const Account& creator, const NewGroup& plan) {
    Group fresh;
    do fresh.id = fresh_group_id();
    while (registry_.find_group(fresh.jid()) != nullptr);
    fresh.mode = plan.mode;
    fresh.subject = plan.subject;
    fresh.subject_time = fresh.creation = now();
    fresh.subject_owner = fresh.creator = creator.phone;
    fresh.description = plan.description;
    fresh.announce = plan.announce;
    fresh.locked = plan.locked;
    fresh.ephemeral = plan.ephemeral;
    if (!plan.member_add_mode.empty()) fresh.member_add_mode = plan.member_add_mode;
    fresh.join_approval = plan.join_approval;
    fresh.invite_code = fresh_invite_code();
    fresh.members.push_back({creator.phone, Role::superadmin});
    Created created{&registry_.add_group(std::move(fresh)), {}};
    Group& group = *created.group;
    for (const Jid& asked : plan.members) {
        MemberOutcome outcome = outcome_for(asked);
        if (outcome.error == 0 && group.find(outcome.phone) == nullptr) {
            if (group.members.size() >= most_members) outcome.error = full;
            if (outcome.error == 0 && admits(group, *registry_.find(outcome.phone), outcome)) {
                group.members.push_back({outcome.phone, Role::member});
            }
        }
        if (outcome.phone != creator.phone) created.outcomes.push_back(std::move(outcome));
    }
    Node creation{"create", {{"type", "new"}}};
    if (!plan.key.empty()) creation.set("key", plan.key);
    creation.add(group_node(group));
    announce(group, &creator, creation, phones_of(group));
    return created;
}

void Groups::take_in(
    Group& group, const Account* actor, const std::vector<std::string>& phones, std::string_view reason
) {
    if (phones.empty()) return;
    const std::vector<std::string> before = phones_of(group);
    for (const std::string& phone : phones) {
        group.members.push_back({phone, Role::member});
        group.requests.erase(phone);
        group.invitations.erase(phone);
    }
    Node change = membership_change(group, "add", phones);
    if (!reason.empty()) change.set("reason", std::string{reason});
    announce(group, actor, change, before);
    // Who comes in is handed the whole group.
    Node arrival{"create"};
    if (!reason.empty()) arrival.set("reason", std::string{reason});
    arrival.add(group_node(group));
    announce(group, actor, arrival, phones);
}

Outcomes Groups::add(Group& group, const Account* actor, const std::vector<Jid>& people) {
    Outcomes outcomes;
    std::vector<std::string> fresh;
    for (const Jid& asked : people) {
        MemberOutcome outcome = outcome_for(asked);
        const bool there =
            group.find(outcome.phone) != nullptr || std::ranges::find(fresh, outcome.phone) != fresh.end();
        if (outcome.error == 0 && there) outcome.error = already_member;
        if (outcome.error == 0 && group.members.size() + fresh.size() >= most_members) outcome.error = full;
        if (outcome.error == 0 && admits(group, *registry_.find(outcome.phone), outcome))
            fresh.push_back(outcome.phone);
        outcomes.push_back(std::move(outcome));
    }
    take_in(group, actor, fresh, "");
    return outcomes;
}

void Groups::join(Group& group, const Account& account, const Account* actor, std::string_view reason) {
    take_in(group, actor, {account.phone}, reason);
}

void Groups::expel(Group& group, const Account* actor, const std::vector<std::string>& phones) {
    if (phones.empty()) return;
    const std::vector<std::string> before = phones_of(group);
    const auto goes = [&](const GroupMember& m) { return std::ranges::find(phones, m.phone) != phones.end(); };
    std::erase_if(group.members, goes);
    announce(group, actor, membership_change(group, "remove", phones), before);
    const auto rules = [](const GroupMember& m) { return m.role != Role::member; };
    if (group.members.empty() || std::ranges::any_of(group.members, rules)) return;
    group.members.front().role = Role::admin;
    announce(group, nullptr, membership_change(group, "promote", {group.members.front().phone}), phones_of(group));
}

Outcomes Groups::remove(Group& group, const Account* actor, const std::vector<Jid>& people) {
    Outcomes outcomes;
    std::vector<std::string> leaving;
    for (const Jid& asked : people) {
        MemberOutcome outcome = outcome_for(asked);
        const GroupMember* member = group.find(outcome.phone);
        if (member == nullptr) outcome.error = not_there;
        if (member != nullptr && member->role == Role::superadmin) outcome.error = not_acceptable;
        if (outcome.error == 0) leaving.push_back(outcome.phone);
        outcomes.push_back(std::move(outcome));
    }
    expel(group, actor, leaving);
    return outcomes;
}

bool Groups::leave(Group& group, const Account& account) {
    if (group.find(account.phone) == nullptr) return false;
    expel(group, &account, {account.phone});
    return true;
}

Outcomes Groups::set_role(Group& group, const Account* actor, const std::vector<Jid>& people, Role role) {
    Outcomes outcomes;
    std::vector<std::string> changed;
    for (const Jid& asked : people) {
        MemberOutcome outcome = outcome_for(asked);
        GroupMember* member = group.find(outcome.phone);
        if (member == nullptr) {
            outcome.error = not_there;
        } else if (member->role == Role::superadmin) {
            outcome.error = not_acceptable;
        } else if (member->role != role) {
            member->role = role;
            changed.push_back(outcome.phone);
        }
        outcomes.push_back(std::move(outcome));
    }
    if (changed.empty()) return outcomes;
    const std::string_view tag = role == Role::admin ? "promote" : "demote";
    announce(group, actor, membership_change(group, tag, changed), phones_of(group));
    return outcomes;
}

Outcomes Groups::promote(Group& group, const Account* actor, const std::vector<Jid>& people) {
    return set_role(group, actor, people, Role::admin);
}

Outcomes Groups::demote(Group& group, const Account* actor, const std::vector<Jid>& people) {
    return set_role(group, actor, people, Role::member);
}

}  // namespace simulator
