// Calls of the control API about groups.
#include "tests/simulator/control.hpp"

namespace simulator {

namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }

void write(json::Writer& out, const Group& group) {
    out.object().field("id", group.id).field("jid", group.jid().to_string()).field("subject", group.subject);
    out.field("addressing_mode", name_of(group.mode)).field("creator", group.creator);
    out.field("creation", group.creation).field("announce", group.announce).field("locked", group.locked);
    out.field("ephemeral", group.ephemeral).field("join_approval", group.join_approval);
    out.field("member_add_mode", group.member_add_mode).field("invite_code", group.invite_code);
    out.field("description", group.description ? group.description->text : "").key("members").array();
    for (const GroupMember& member : group.members) {
        out.object().field("phone", member.phone).field("lid", person(member.phone, Space::lid).to_string());
        out.field("role", member.role == Role::member ? "member" : name_of(member.role)).end();
    }
    out.end().key("requests").array();
    for (const auto& [phone, request] : group.requests) out.value(phone);
    out.end().end();
}

http::Response group_response(const Group& group) {
    json::Writer out;
    write(out, group);
    return ok(out);
}

http::Response outcomes_response(const Group& group, const Outcomes& outcomes) {
    json::Writer out;
    out.object().key("outcomes").array();
    for (const MemberOutcome& outcome : outcomes) {
        out.object().field("phone", outcome.phone.empty() ? outcome.asked.user : outcome.phone);
        out.field("error", outcome.error).end();
    }
    out.end().key("group");
    write(out, group);
    out.end();
    return ok(out);
}

std::vector<Jid> people_of(json::Value list) {
    std::vector<Jid> people;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto jid = Jid::parse_recipient(list.at(i).string_or(""));
        if (jid) people.push_back(jid->normalised());
    }
    return people;
}

}  // namespace

common::Result<Group*> Control::find_group(std::string_view id_or_jid) {
    const std::string_view id = id_or_jid.substr(0, id_or_jid.find('@'));
    Group* group = server_.registry().find_group(Jid{id, bridge::whatsapp::server::group});
    if (group == nullptr) return Error{ControlErrc::no_group, std::string{id_or_jid}};
    return group;
}

common::Result<const Account*> Control::actor_of(const Group& group, json::Value body) {
    if (body["by"].exists()) {
        const auto named = find_account(body["by"].string_or(""));
        if (!named) return named.error();
        return *named;
    }
    for (const GroupMember& member : group.members) {
        if (member.role != Role::member) return server_.registry().find(member.phone);
    }
    return nullptr;
}

void Control::install_groups(http::Router& routes) {
    add(routes, "POST", "/groups", [this](const Request&, json::Value body) -> Answer { return create_group(body); });
    add(routes, "GET", "/groups", [this](const Request&, json::Value) -> Answer {
        json::Writer out;
        out.array();
        for (const auto& [id, group] : server_.registry().groups()) write(out, group);
        out.end();
        return ok(out);
    });
    add(routes, "GET", "/groups/{id}", [this](const Request& request, json::Value) -> Answer {
        const auto group = find_group(request.param("id"));
        if (!group) return group.error();
        return group_response(**group);
    });
    using Change = Outcomes (Groups::*)(Group&, const Account*, const std::vector<Jid>&);
    const auto add_change = [&](std::string_view pattern, Change change) {
        add(routes, "POST", pattern, [this, change](const Request& request, json::Value body) -> Answer {
            const auto group = find_group(request.param("id"));
            if (!group) return group.error();
            const auto actor = actor_of(**group, body);
            if (!actor) return actor.error();
            return outcomes_response(**group, (server_.groups().*change)(**group, *actor, people_of(body["members"])));
        });
    };
    add_change("/groups/{id}/add", &Groups::add);
    add_change("/groups/{id}/remove", &Groups::remove);
    add_change("/groups/{id}/promote", &Groups::promote);
    add_change("/groups/{id}/demote", &Groups::demote);
    add(routes, "POST", "/groups/{id}/leave", [this](const Request& request, json::Value body) -> Answer {
        const auto group = find_group(request.param("id"));
        const auto account = find_account(body["phone"].string_or(""));
        if (!group) return group.error();
        if (!account) return account.error();
        if (!server_.groups().leave(**group, **account)) return Error{ControlErrc::bad_request, "no member"};
        return group_response(**group);
    });
    add(routes, "POST", "/groups/{id}/join", [this](const Request& request, json::Value body) -> Answer {
        const auto group = find_group(request.param("id"));
        const auto account = find_account(body["phone"].string_or(""));
        if (!group) return group.error();
        if (!account) return account.error();
        if ((*group)->find((*account)->phone) != nullptr) return Error{ControlErrc::bad_request, "a member already"};
        if ((*group)->join_approval)
            server_.groups().request_join(**group, **account);
        else
            server_.groups().join(**group, **account, *account, "invite");
        return group_response(**group);
    });
    add(routes, "POST", "/groups/{id}/settings", [this](const Request& request, json::Value body) -> Answer {
        const auto group = find_group(request.param("id"));
        if (!group) return group.error();
        return change_group(**group, body);
    });
}

Control::Answer Control::create_group(json::Value body) {
    const auto creator = find_account(body["creator"].string_or(""));
    if (!creator) return creator.error();
    NewGroup plan;
    plan.subject = body["subject"].string_or("");
    plan.members = people_of(body["members"]);
    plan.mode = body["addressing_mode"].string_or("lid") == "pn" ? Space::pn : Space::lid;
    plan.announce = body["announce"].boolean_or(false);
    plan.locked = body["locked"].boolean_or(false);
    plan.ephemeral = static_cast<std::uint32_t>(body["ephemeral"].unsigned_integer().value_or(0));
    plan.join_approval = body["join_approval"].boolean_or(false);
    plan.member_add_mode = body["member_add_mode"].string_or("");
    if (const auto text = body["description"].string()) {
        plan.description = GroupDescription{common::to_hex(common::crypto::random_bytes(8)), std::string{*text}, {}, 0};
        plan.description->by = (*creator)->phone;
    }
    const Groups::Created created = server_.groups().create(**creator, plan);
    return group_response(*created.group);
}

Control::Answer Control::change_group(Group& group, json::Value body) {
    const auto actor = actor_of(group, body);
    if (!actor) return actor.error();
    Groups& groups = server_.groups();
    for (const std::string_view key : body.keys()) {
        const json::Value value = body[key];
        if (key == "subject") {
            groups.set_subject(group, *actor, value.string_or(""));
        } else if (key == "description") {
            groups.set_description(group, *actor, "", value.string_or(""));
        } else if (key == "announce") {
            groups.set_announce(group, *actor, value.boolean_or(false));
        } else if (key == "locked") {
            groups.set_locked(group, *actor, value.boolean_or(false));
        } else if (key == "ephemeral") {
            groups.set_ephemeral(group, *actor, static_cast<std::uint32_t>(value.unsigned_integer().value_or(0)));
        } else if (key == "join_approval") {
            groups.set_join_approval(group, *actor, value.boolean_or(false));
        } else if (key == "member_add_mode") {
            groups.set_member_add_mode(group, *actor, value.string_or("all_member_add"));
        } else if (key == "reset_invite") {
            groups.reset_invite(group, *actor);
        } else if (key == "addressing_mode") {
            // Nobody is told: whoever still uses the other one gets error 421.
            group.mode = value.string_or("lid") == "pn" ? Space::pn : Space::lid;
        } else if (key != "by") {
            return Error{ControlErrc::bad_request, "unknown setting " + std::string{key}};
        }
    }
    return group_response(group);
}

}  // namespace simulator
