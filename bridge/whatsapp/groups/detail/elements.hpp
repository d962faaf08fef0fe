/// Reading the elements that group answers and notifications share.
#pragma once

#include "bridge/whatsapp/groups/groups.hpp"

namespace bridge::whatsapp::groups::detail {

/// Bare user address of an attribute; empty when absent or not a user's.
Jid user_of(const Node& node, std::string_view key);
Jid group_of(const Node& node, std::string_view key);
common::UnixTime time_of(const Node& node, std::string_view key);
/// Text content, at most `limit` bytes of it.
std::string text_of(const Node& node, std::size_t limit = 8192);
std::uint32_t expiration_of(const Node& node);
bool joining_needs_approval(const Node& mode);
/// The `<participant>` children; those without a usable address are left out.
std::vector<events::GroupMember> members_of(const Node& parent);

}  // namespace bridge::whatsapp::groups::detail
