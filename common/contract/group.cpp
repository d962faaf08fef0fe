#include "common/contract/group.hpp"

namespace common::contract {
namespace {

std::optional<std::string> text_of(const std::optional<UnixTime>& time) {
    if (!time) return std::nullopt;
    return to_rfc3339(*time);
}

}  // namespace

void write(json::Writer& out, const Group& group, bool with_participants) {
    out.object().field("jid", group.jid).field("name", group.name);
    out.field("name_set_at", text_of(group.name_set_at)).field("name_set_by", group.name_set_by);
    out.field("owner", group.owner).field("created_at", text_of(group.created_at));
    out.field("description", group.description).field("only_admins_write", group.only_admins_write);
    out.field("only_admins_edit", group.only_admins_edit).field("ephemeral_seconds", group.ephemeral_seconds);
    out.field("who_adds", group.who_adds).field("approval_required", group.approval_required);
    out.field("community", group.community).field("is_community", group.is_community);
    out.field("is_community_announcements", group.is_community_announcements);
    out.field("is_suspended", group.is_suspended).field("left_at", text_of(group.left_at));
    out.field("participants_count", group.participants_count);
    if (with_participants) {
        out.key("participants").array();
        for (const Participant& person : group.participants) {
            out.object().field("jid", person.jid).field("lid", person.lid).field("name", person.name);
            out.field("role", person.role).end();
        }
        out.end();
    }
    out.end();
}

void write(json::Writer& out, const Recipient& recipient) {
    out.object().field("jid", recipient.jid).field("name", recipient.name);
    out.field("delivered_at", text_of(recipient.delivered_at)).field("read_at", text_of(recipient.read_at));
    out.field("played_at", text_of(recipient.played_at)).end();
}

}  // namespace common::contract
