/// One group as the server knows it, and its wire form (protocol part 3, section 3.1). People are phone numbers here.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "tests/simulator/space.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulator {

using bridge::whatsapp::Node;

enum class Role { member, admin, superadmin };
/// "" for a member: the `type` attribute.
const char* name_of(Role role);

struct GroupMember {
    std::string phone;
    Role role{Role::member};
};

struct GroupDescription {
    std::string id;
    std::string text;
    std::string by;
    std::uint64_t time{0};
};

struct JoinRequest {
    std::uint64_t time{0};
    std::string method;
};

/// For one person who may not be added but asked.
struct PersonalInvite {
    std::string code;
    std::uint64_t expiration{0};
};

struct Group {
    std::string id;  ///< user part of its JID
    Space mode{Space::lid};
    std::string subject;
    std::uint64_t subject_time{0};
    std::string subject_owner;
    std::uint64_t creation{0};
    std::string creator;
    std::optional<GroupDescription> description;
    bool announce{false};  ///< only admins write
    bool locked{false};    ///< only admins change subject and the like
    std::uint32_t ephemeral{0};
    std::string member_add_mode{"all_member_add"};
    std::string member_link_mode{"admin_link"};
    bool join_approval{false};
    std::uint64_t participant_version{1};
    std::uint64_t announce_version{1};
    std::string invite_code;
    std::string picture_id;  ///< "" without a picture
    std::string picture_path;
    std::vector<GroupMember> members;
    std::map<std::string, JoinRequest> requests;        ///< by phone
    std::map<std::string, PersonalInvite> invitations;  ///< by phone

    Jid jid() const { return {id, bridge::whatsapp::server::group}; }
    const GroupMember* find(std::string_view phone) const;
    GroupMember* find(std::string_view phone);
    bool is_admin(std::string_view phone) const;
};

/// `<participant jid phone_number|lid [type]>`.
Node participant_node(const Group& group, std::string_view phone, Role role = Role::member);

enum class GroupView { complete, without_people };
/// `<group>` as in answers and `create` notifications.
Node group_node(const Group& group, GroupView view = GroupView::complete);

}  // namespace simulator
