#include "tests/simulator/group_queries.hpp"

#include <algorithm>

namespace simulator {

namespace {

constexpr std::size_t most_subject = 100;
constexpr std::size_t most_description = 2048;

std::string text_of(const Node& node) { return common::to_string(node.bytes()); }

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::vector<Jid> people_of(const Node& request) {
    std::vector<Jid> people;
    for (const Node& child : request.children()) {
        const auto jid = child.tag == "participant" ? child.jid("jid") : std::nullopt;
        if (jid) people.push_back(*jid);
    }
    return people;
}

std::optional<bool> approval_of(const Node& request) {
    const Node* join = request.child("group_join");
    if (join == nullptr) return std::nullopt;
    return join->text("state") == "on";
}

const Node& only_child(const Node& iq) {
    static const Node none;
    return iq.children().empty() ? none : iq.children().front();
}

}  // namespace

std::optional<Answer> GroupQueries::answer(const Account& account, const Node& iq) {
    const bool get = iq.text("type") == "get";
    const auto to = iq.jid("to");
    if (!to || to->server != bridge::whatsapp::server::group) return Answer{iq_error::bad_request};
    if (to->user.empty()) return answer_general(account, iq, get);
    Group* group = registry_.find_group(*to);
    if (group == nullptr) return Answer{iq_error::not_found};
    const Node& request = only_child(iq);
    return get ? answer_get(account, *group, request) : answer_set(account, *group, request);
}

std::optional<Answer> GroupQueries::answer_general(const Account& account, const Node& iq, bool get) {
    const Node& request = only_child(iq);
    if (request.tag == "invite") return get ? link_info(request.text("code")) : join(account, request.text("code"));
    if (get && request.tag == "participating") return participating(account, request);
    if (get && request.tag == "query") return several(account, request);
    if (!get && request.tag == "create") return create(account, request);
    if (!get && request.tag == "leave") return leave(account, request);
    return std::nullopt;
}

Answer GroupQueries::participating(const Account& account, const Node& request) {
    const bool people = request.child("participants") != nullptr;
    const bool description = request.child("description") != nullptr;
    Node groups{"groups"};
    for (const auto& [id, group] : registry_.groups()) {
        if (group.find(account.phone) == nullptr) continue;
        Node node = group_node(group, people ? GroupView::complete : GroupView::without_people);
        if (!description) std::erase_if(node.children_mut(), [](const Node& c) { return c.tag == "description"; });
        groups.add(std::move(node));
    }
    return Answer{std::move(groups)};
}

Answer GroupQueries::several(const Account& account, const Node& request) {
    Node groups{"groups"};
    for (const Node& asked : request.children()) {
        const auto jid = asked.jid("jid");
        const Group* group = jid ? registry_.find_group(*jid) : nullptr;
        if (group != nullptr && group->find(account.phone) != nullptr) {
            groups.add(group_node(*group));
            continue;
        }
        Node refused{"group", {{"id", jid ? jid->user : std::string{}}}};
        refused.set("error", std::to_string(group == nullptr ? iq_error::not_found : iq_error::forbidden));
        groups.add(std::move(refused));
    }
    return Answer{std::move(groups)};
}

Node GroupQueries::outcome_node(const Group& group, const MemberOutcome& outcome) const {
    Node node{"participant", {{"jid", outcome.asked.bare()}}};
    if (!outcome.phone.empty()) node = participant_node(group, outcome.phone);
    if (outcome.error != 0) node.set("error", std::to_string(outcome.error));
    if (outcome.invite) {
        Node invite{"add_request", {{"code", outcome.invite->code}}};
        invite.set("expiration", std::to_string(outcome.invite->expiration));
        node.add(std::move(invite));
    }
    return node;
}

Answer GroupQueries::create(const Account& account, const Node& request) {
    NewGroup plan;
    plan.subject = request.text("subject");
    if (characters(plan.subject) > most_subject) return Answer{iq_error::not_acceptable};
    plan.key = request.text("key");
    plan.members = people_of(request);
    for (const Node& child : request.children()) {
        const Node* body = child.child("body");
        if (child.tag == "description" && body != nullptr) {
            plan.description = GroupDescription{child.text("id"), text_of(*body), account.phone, now()};
        }
        if (child.tag == "announcement") plan.announce = true;
        if (child.tag == "locked") plan.locked = true;
        if (child.tag == "ephemeral")
            plan.ephemeral = static_cast<std::uint32_t>(child.number("expiration").value_or(0));
        if (child.tag == "member_add_mode") plan.member_add_mode = text_of(child);
        if (child.tag == "membership_approval_mode") plan.join_approval = approval_of(child).value_or(false);
        if (child.tag == "parent" || child.tag == "linked_parent") return Answer{iq_error::not_implemented};
    }
    const Groups::Created created = groups_.create(account, plan);
    Node group = group_node(*created.group);
    for (const MemberOutcome& outcome : created.outcomes) {
        if (outcome.error != 0) group.add(outcome_node(*created.group, outcome));
    }
    return Answer{std::move(group)};
}

Answer GroupQueries::leave(const Account& account, const Node& request) {
    Node left{"leave"};
    for (const Node& asked : request.children()) {
        const auto jid = asked.jid("id");
        Group* group = jid ? registry_.find_group(*jid) : nullptr;
        Node outcome{"group", {{"id", asked.text("id")}}};
        if (jid) outcome.set("id", *jid);
        if (group == nullptr || !groups_.leave(*group, account)) {
            outcome.set("error", std::to_string(group == nullptr ? iq_error::not_found : iq_error::forbidden));
        }
        left.add(std::move(outcome));
    }
    return Answer{std::move(left)};
}

Answer GroupQueries::link_info(const std::string& code) {
    const Group* group = groups_.find_by_code(code);
    if (group == nullptr) return Answer{iq_error::not_acceptable};
    return Answer{group_node(*group, GroupView::without_people)};
}

Answer GroupQueries::join(const Account& account, const std::string& code) {
    Group* group = groups_.find_by_code(code);
    if (group == nullptr) return Answer{iq_error::not_acceptable};
    if (group->find(account.phone) != nullptr) return Answer{iq_error::conflict};
    if (group->members.size() >= Groups::most_members) return Answer{iq_error::resource_limit};
    if (group->join_approval) {
        groups_.request_join(*group, account);
        return Answer{Node{"membership_approval_request", {{"jid", group->jid()}}}};
    }
    groups_.join(*group, account, &account, "invite");
    return Answer{Node{"group", {{"jid", group->jid()}}}};
}

std::optional<Answer> GroupQueries::answer_get(const Account& account, Group& group, const Node& request) {
    const bool member = group.find(account.phone) != nullptr;
    if (const Node* invitation = request.child("add_request"); request.tag == "query" && invitation != nullptr) {
        const auto known = group.invitations.find(account.phone);
        const bool valid = known != group.invitations.end() && known->second.code == invitation->text("code");
        return valid && known->second.expiration >= now() ? Answer{group_node(group)} : Answer{iq_error::gone};
    }
    if (!member) return Answer{iq_error::forbidden};
    if (request.tag == "query") return Answer{group_node(group)};
    if (request.tag == "invite") {
        const bool may = group.is_admin(account.phone) || group.member_link_mode == "all_member_link";
        return may ? Answer{Node{"invite", {{"code", group.invite_code}}}} : Answer{iq_error::not_authorized};
    }
    if (request.tag != "membership_approval_requests") return std::nullopt;
    if (!group.is_admin(account.phone)) return Answer{iq_error::forbidden};
    Node waiting{"membership_approval_requests"};
    for (const auto& [phone, request_of] : group.requests) {
        Node one = participant_node(group, phone);
        one.tag = "membership_approval_request";
        one.set("request_time", std::to_string(request_of.time));
        one.set("request_method", request_of.method);
        waiting.add(std::move(one));
    }
    return Answer{std::move(waiting)};
}

std::optional<Answer> GroupQueries::answer_set(const Account& account, Group& group, const Node& request) {
    if (request.tag == "accept") return accept(account, group, request);
    if (request.tag == "cancel_membership_requests") {
        if (!group.requests.contains(account.phone)) return Answer{iq_error::not_found};
        groups_.drop_request(group, account, account.phone);
        return Answer{};
    }
    if (group.find(account.phone) == nullptr) return Answer{iq_error::forbidden};
    if (request.tag == "membership_requests_action") return decide(account, group, request);
    if (auto changed = change_members(account, group, request)) return changed;
    return change_setting(account, group, request);
}

std::optional<Answer> GroupQueries::change_members(const Account& account, Group& group, const Node& request) {
    const bool admin = group.is_admin(account.phone);
    const std::vector<Jid> people = people_of(request);
    if (request.tag == "revoke") {
        if (!admin) return Answer{iq_error::forbidden};
        for (const Jid& jid : people) {
            if (const Account* invited = registry_.find(jid)) group.invitations.erase(invited->phone);
        }
        return Answer{};
    }
    const bool adds = request.tag == "add";
    const bool known = adds || request.tag == "remove" || request.tag == "promote" || request.tag == "demote";
    if (!known) return std::nullopt;
    if (people.empty()) return Answer{iq_error::bad_request};
    if (!admin && !(adds && group.member_add_mode == "all_member_add")) return Answer{iq_error::forbidden};
    Outcomes outcomes;
    if (adds) outcomes = groups_.add(group, &account, people);
    if (request.tag == "remove") outcomes = groups_.remove(group, &account, people);
    if (request.tag == "promote") outcomes = groups_.promote(group, &account, people);
    if (request.tag == "demote") outcomes = groups_.demote(group, &account, people);
    Node reply{request.tag};
    for (const MemberOutcome& outcome : outcomes) reply.add(outcome_node(group, outcome));
    return Answer{std::move(reply)};
}

std::optional<Answer> GroupQueries::change_setting(const Account& account, Group& group, const Node& request) {
    const std::string& tag = request.tag;
    const bool admin = group.is_admin(account.phone);
    const bool may_edit = admin || !group.locked;
    if (tag == "subject" || tag == "description" || tag == "ephemeral" || tag == "not_ephemeral") {
        if (!may_edit) return Answer{iq_error::forbidden};
    } else if (!admin) {
        return Answer{iq_error::forbidden};
    }
    if (tag == "subject") {
        if (characters(text_of(request)) > most_subject) return Answer{iq_error::not_acceptable};
        groups_.set_subject(group, &account, text_of(request));
    } else if (tag == "description") {
        return set_description(account, group, request);
    } else if (tag == "announcement" || tag == "not_announcement") {
        groups_.set_announce(group, &account, tag == "announcement");
    } else if (tag == "locked" || tag == "unlocked") {
        groups_.set_locked(group, &account, tag == "locked");
    } else if (tag == "ephemeral" || tag == "not_ephemeral") {
        groups_.set_ephemeral(group, &account, static_cast<std::uint32_t>(request.number("expiration").value_or(0)));
    } else if (tag == "membership_approval_mode") {
        groups_.set_join_approval(group, &account, approval_of(request).value_or(false));
    } else if (tag == "member_add_mode") {
        groups_.set_member_add_mode(group, &account, text_of(request));
    } else if (tag == "member_link_mode") {
        groups_.set_member_link_mode(group, &account, text_of(request));
    } else if (tag == "invite") {
        groups_.reset_invite(group, &account);
        return Answer{Node{"invite", {{"code", group.invite_code}}}};
    } else {
        return std::nullopt;
    }
    return Answer{};
}

Answer GroupQueries::set_description(const Account& account, Group& group, const Node& request) {
    const std::string current = group.description ? group.description->id : "";
    if (request.text("prev") != current) return Answer{iq_error::conflict};
    const Node* body = request.child("body");
    const std::string text = body == nullptr || request.has("delete") ? "" : text_of(*body);
    if (characters(text) > most_description) return Answer{iq_error::not_acceptable};
    groups_.set_description(group, &account, request.text("id"), text);
    return Answer{};
}

Answer GroupQueries::accept(const Account& account, Group& group, const Node& request) {
    const auto known = group.invitations.find(account.phone);
    if (known == group.invitations.end() || known->second.code != request.text("code")) return Answer{iq_error::gone};
    if (known->second.expiration < now()) return Answer{iq_error::gone};
    if (group.find(account.phone) != nullptr) return Answer{iq_error::conflict};
    groups_.join(group, account, &account, "invite");
    return Answer{Node{"group", {{"jid", group.jid()}}}};
}

Answer GroupQueries::decide(const Account& account, Group& group, const Node& request) {
    if (!group.is_admin(account.phone)) return Answer{iq_error::forbidden};
    Node reply{"membership_requests_action"};
    for (const Node& decision : request.children()) {
        Node decided{decision.tag};
        for (const Jid& jid : people_of(decision)) {
            const Account* asker = registry_.find(jid);
            Node outcome{"participant", {{"jid", jid.bare()}}};
            if (asker == nullptr || !group.requests.contains(asker->phone)) {
                outcome.set("error", std::to_string(iq_error::not_found));
            } else if (decision.tag == "approve") {
                groups_.join(group, *asker, &account, "invite");
            } else {
                groups_.drop_request(group, account, asker->phone);
            }
            decided.add(std::move(outcome));
        }
        reply.add(std::move(decided));
    }
    return Answer{std::move(reply)};
}

}  // namespace simulator
