/// Groups on the wire: what a `<group>` says, how it is asked for, and what `w:gp2` notifications change
/// (protocol part 3, section 3). Nodes in, values out; caching and asking are the client's.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/events/events.hpp"
#include "common/result/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::groups {

using common::Result;

enum class Errc { malformed = 1 };
common::ErrcInfo describe(Errc code) noexcept;

/// More members than any group has are refused.
inline constexpr std::size_t max_members = 10'000;

/// One `<group>` element; its `id` is the bare user part.
Result<events::GroupInfo> parse_group(const Node& group);

/// Everything about one group.
/// Wire: <iq type="get" xmlns="w:g2" to={group}><query request="interactive"/></iq> -> <group ...>
/// The server refuses with 403 (not a member) or 404 (no such group).
struct GroupQuery {
    Jid group;

    using Reply = events::GroupInfo;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// All groups and communities of the account. Damaged ones are left out.
/// Wire: <iq type="get" xmlns="w:g2" to="@g.us"><participating><participants/><description/></participating></iq>
struct ParticipatingQuery {
    using Reply = std::vector<events::GroupInfo>;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// One child of a notification. `what` is the child's tag, except: "leave" is a removal by oneself; the tag's negation
/// ("not_announcement", "unlocked", "not_ephemeral" ...) is the positive name with `value` false; unknown tags stay as
/// they are.
struct Change {
    std::string what;
    std::vector<events::GroupMember> people;
    std::vector<Jid> groups;                   ///< of link and unlink
    std::optional<events::GroupInfo> created;  ///< of create
    std::string text;                          ///< subject, description, mode, invite code; "" when deleted
    std::string reason;                        ///< add, remove, delete, unlink
    std::string id;                            ///< of a description
    std::string version;                       ///< `v_id` of add and remove
    std::string previous_version;
    std::uint32_t expiration{0};
    bool value{true};
    bool known{true};  ///< false: a change we have no name for
    common::UnixTime time{};
};

struct Notification {
    Jid group;
    std::string id;
    common::UnixTime time{};
    Jid actor;      ///< bare; empty when the server did it
    Jid actor_alt;  ///< bare; the other form where told
    std::string actor_name;
    std::vector<Change> changes;
};
Result<Notification> parse_notification(const Node& stanza);

/// PN and LID pairs of members, for the mapping store.
std::vector<events::Mapping> mappings_of(const std::vector<events::GroupMember>& members);

enum class Applied {
    kept,     ///< nothing that `info` holds has changed
    changed,  ///< `info` is current again
    stale     ///< a step is missing: ask the server
};
/// What the notification does to a known group. Members are added and removed only when the versions follow each other.
Applied apply(const Change& change, const Notification& notification, events::GroupInfo& info);

/// A removal, or anything else after which former members must not read on: our sender key must be made anew.
bool needs_new_sender_key(const Change& change) noexcept;

}  // namespace bridge::whatsapp::groups
