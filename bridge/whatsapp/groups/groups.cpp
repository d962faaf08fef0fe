#include "bridge/whatsapp/groups/groups.hpp"

#include "bridge/whatsapp/groups/detail/elements.hpp"

#include <algorithm>

namespace bridge::whatsapp::groups {

using events::GroupInfo;
using events::GroupMember;
using events::GroupRank;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::malformed: return {common::Kind::invalid, "group description is malformed"};
    }
    return {common::Kind::internal, "unknown group error"};
}

namespace detail {

Jid user_of(const Node& node, std::string_view key) {
    const auto jid = node.jid(key);
    return jid && jid->is_user() ? jid->normalised().bare() : Jid{};
}

Jid group_of(const Node& node, std::string_view key) {
    const auto jid = node.jid(key);
    return jid && jid->is_group() ? jid->bare() : Jid{};
}

common::UnixTime time_of(const Node& node, std::string_view key) {
    constexpr std::uint64_t last = 253'402'300'799ULL;
    return common::UnixTime{std::chrono::seconds{std::min(node.number(key).value_or(0), last)}};
}

std::string text_of(const Node& node, std::size_t limit) {
    const common::ByteView bytes = node.bytes();
    return common::to_string(bytes.first(std::min(bytes.size(), limit)));
}

std::uint32_t expiration_of(const Node& node) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(node.number("expiration").value_or(0), 0xFFFF'FFFF));
}

bool joining_needs_approval(const Node& mode) {
    // Others look only at the presence of the mode; the state says what it is (protocol part 3, section 11).
    const Node* join = mode.child("group_join");
    return !join || join->text("state") == "on";
}

std::vector<GroupMember> members_of(const Node& parent) {
    std::vector<GroupMember> members;
    for (const Node& child : parent.children()) {
        if (child.tag != "participant" || members.size() == max_members) continue;
        if (child.number("error").value_or(200) != 200) continue;  // could not be added
        GroupMember member;
        member.jid = user_of(child, "jid");
        if (member.jid.empty()) continue;
        Jid other = user_of(child, member.jid.is_lid() ? "phone_number" : "lid");
        if (other.is_lid() != member.jid.is_lid()) member.alt = std::move(other);
        const std::string type = child.text("type");
        if (type == "superadmin") member.rank = GroupRank::superadmin;
        if (type == "admin") member.rank = GroupRank::admin;
        member.display_name = child.text("display_name");
        if (member.display_name.size() > 512) member.display_name.clear();
        members.push_back(std::move(member));
    }
    return members;
}

}  // namespace detail

namespace {

void read_description(const Node& description, GroupInfo& info) {
    info.description_id = description.text("id");
    if (const Node* body = description.child("body")) info.description = detail::text_of(*body);
}

/// Children that say one thing each; unknown ones are for newer clients.
void read_settings(const Node& group, GroupInfo& info) {
    info.announcement = group.child("announcement") != nullptr;
    info.locked = group.child("locked") != nullptr;
    info.is_community = group.child("parent") != nullptr;
    info.is_announcement_group = group.child("default_sub_group") != nullptr;
    info.suspended = group.child("suspended") != nullptr;
    if (const Node* description = group.child("description")) read_description(*description, info);
    if (const Node* timer = group.child("ephemeral")) info.expiration = detail::expiration_of(*timer);
    if (const Node* mode = group.child("member_add_mode")) info.member_add_mode = detail::text_of(*mode, 64);
    if (const Node* mode = group.child("membership_approval_mode")) {
        info.approval_required = detail::joining_needs_approval(*mode);
    }
    if (const Node* parent = group.child("linked_parent")) info.parent = detail::group_of(*parent, "jid");
}

}  // namespace

Result<GroupInfo> parse_group(const Node& group) {
    GroupInfo info;
    std::string id = group.text("id");
    if (const auto at = id.find('@'); at != std::string::npos) id.resize(at);
    const bool is_name = !id.empty() && id.size() <= 64 && id.find_first_not_of("0123456789-") == std::string::npos;
    if (group.tag != "group" || !is_name) return common::Error{Errc::malformed, "group without a usable id"};
    info.jid = Jid{id, server::group};
    info.subject = group.text("subject");
    if (info.subject.size() > 4096) return common::Error{Errc::malformed, "subject too long"};
    info.subject_time = detail::time_of(group, "s_t");
    info.subject_owner = detail::user_of(group, "s_o");
    info.owner = detail::user_of(group, "creator");
    info.created = detail::time_of(group, "creation");
    info.lid_addressed = group.text("addressing_mode") == "lid";
    info.participant_version = group.text("p_v_id");
    read_settings(group, info);
    info.members = detail::members_of(group);
    return info;
}

Node GroupQuery::request() const {
    Node query{"query", {{"request", "interactive"}}};
    return Node{"iq", {{"to", group}, {"type", "get"}, {"xmlns", "w:g2"}}, Node::Nodes{std::move(query)}};
}

Result<GroupInfo> GroupQuery::parse(const Node& iq) {
    const Node* group = iq.child("group");
    if (!group) return common::Error{Errc::malformed, "answer without a group"};
    return parse_group(*group);
}

Node ParticipatingQuery::request() const {
    Node::Nodes wanted;
    wanted.emplace_back("participants");
    wanted.emplace_back("description");
    Node participating{"participating", {}, std::move(wanted)};
    const Jid all{"", server::group};
    return Node{"iq", {{"to", all}, {"type", "get"}, {"xmlns", "w:g2"}}, Node::Nodes{std::move(participating)}};
}

Result<std::vector<GroupInfo>> ParticipatingQuery::parse(const Node& iq) {
    const Node* groups = iq.child("groups");
    if (!groups) return common::Error{Errc::malformed, "answer without groups"};
    std::vector<GroupInfo> found;
    for (const Node& child : groups->children()) {
        if (child.has("error")) continue;
        if (auto info = parse_group(child)) found.push_back(std::move(*info));
    }
    return found;
}

std::vector<events::Mapping> mappings_of(const std::vector<GroupMember>& members) {
    std::vector<events::Mapping> found;
    for (const GroupMember& member : members) {
        if (member.alt.empty()) continue;
        found.push_back(
            member.jid.is_lid() ? events::Mapping{member.alt, member.jid} : events::Mapping{member.jid, member.alt}
        );
    }
    return found;
}

}  // namespace bridge::whatsapp::groups
