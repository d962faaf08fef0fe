#include "tests/simulator/state_groups.hpp"

namespace simulator {

namespace json = common::json;

namespace {

Role role_of(std::string_view name) {
    if (name == name_of(Role::admin)) return Role::admin;
    return name == name_of(Role::superadmin) ? Role::superadmin : Role::member;
}

std::uint64_t u64_of(json::Value value) { return value.unsigned_integer().value_or(0); }

}  // namespace

void write_group(json::Writer& out, const Group& group) {
    out.object().field("id", group.id).field("mode", name_of(group.mode)).field("subject", group.subject);
    out.field("subject_time", group.subject_time).field("subject_owner", group.subject_owner);
    out.field("creation", group.creation).field("creator", group.creator);
    out.field("announce", group.announce).field("locked", group.locked).field("ephemeral", group.ephemeral);
    out.field("member_add_mode", group.member_add_mode).field("member_link_mode", group.member_link_mode);
    out.field("join_approval", group.join_approval).field("participant_version", group.participant_version);
    out.field("announce_version", group.announce_version).field("invite_code", group.invite_code);
    out.key("members").array();
    for (const GroupMember& member : group.members) {
        out.object().field("phone", member.phone).field("role", name_of(member.role)).end();
    }
    out.end();
    if (group.description) {
        const GroupDescription& description = *group.description;
        out.key("description").object().field("id", description.id).field("text", description.text);
        out.field("by", description.by).field("time", description.time).end();
    }
    out.end();
}

Group read_group(json::Value value) {
    Group group;
    group.id = value["id"].string_or("");
    group.mode = value["mode"].string_or("lid") == "pn" ? Space::pn : Space::lid;
    group.subject = value["subject"].string_or("");
    group.subject_time = u64_of(value["subject_time"]);
    group.subject_owner = value["subject_owner"].string_or("");
    group.creation = u64_of(value["creation"]);
    group.creator = value["creator"].string_or("");
    group.announce = value["announce"].boolean_or(false);
    group.locked = value["locked"].boolean_or(false);
    group.ephemeral = static_cast<std::uint32_t>(u64_of(value["ephemeral"]));
    group.member_add_mode = value["member_add_mode"].string_or(group.member_add_mode);
    group.member_link_mode = value["member_link_mode"].string_or(group.member_link_mode);
    group.join_approval = value["join_approval"].boolean_or(false);
    group.participant_version = u64_of(value["participant_version"]);
    group.announce_version = u64_of(value["announce_version"]);
    group.invite_code = value["invite_code"].string_or("");
    for (std::size_t i = 0; i < value["members"].size(); ++i) {
        const json::Value member = value["members"].at(i);
        group.members.push_back({member["phone"].string_or(""), role_of(member["role"].string_or(""))});
    }
    if (const json::Value text = value["description"]; text.exists()) {
        group.description = GroupDescription{
            text["id"].string_or(""), text["text"].string_or(""), text["by"].string_or(""), u64_of(text["time"])};
    }
    return group;
}

}  // namespace simulator
