/// Groups and communities, and what changed in them. JSON as in contract.hpp.
#pragma once

#include "common/clock/clock.hpp"
#include "common/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace common::contract {

struct Participant {
    std::string jid;  ///< phone number form where known
    std::optional<std::string> lid;
    std::optional<std::string> name;
    std::string role{"member"};  ///< member, admin or superadmin

    friend bool operator==(const Participant&, const Participant&) = default;
};

struct Group {
    std::string jid;
    std::string name;
    std::optional<UnixTime> name_set_at;
    std::optional<std::string> name_set_by;  ///< JID
    std::optional<std::string> owner;        ///< JID
    std::optional<UnixTime> created_at;
    std::optional<std::string> description;
    bool only_admins_write{false};
    bool only_admins_edit{false};
    std::int64_t ephemeral_seconds{0};     ///< disappearing messages; 0 is off
    std::optional<std::string> who_adds;   ///< admins or everyone
    bool approval_required{false};         ///< joining waits for an admin
    std::optional<std::string> community;  ///< JID of the community it belongs to
    bool is_community{false};
    bool is_community_announcements{false};
    bool is_suspended{false};
    std::optional<UnixTime> left_at;  ///< we are not in it any more
    std::int64_t participants_count{0};
    std::vector<Participant> participants;  ///< by role, then as the group lists them

    friend bool operator==(const Group&, const Group&) = default;
};

/// With the participants, or (in events) without.
void write(json::Writer& out, const Group& group, bool with_participants = true);

/// Who got a message sent to several people, and how far.
struct Recipient {
    std::string jid;
    std::optional<std::string> name;
    std::optional<UnixTime> delivered_at;
    std::optional<UnixTime> read_at;
    std::optional<UnixTime> played_at;

    friend bool operator==(const Recipient&, const Recipient&) = default;
};
void write(json::Writer& out, const Recipient& recipient);

}  // namespace common::contract
