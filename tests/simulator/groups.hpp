/// What happens to groups: members, rights, names, settings. Applies the rules for members, keeps version numbers and
/// tells every device of every member (protocol part 3, sections 3.3 to 3.7). Knows no IQs.
#pragma once

#include "common/clock/clock.hpp"
#include "tests/simulator/router.hpp"

#include <optional>
#include <string>
#include <vector>

namespace simulator {

struct NewGroup {
    std::string subject;
    std::vector<Jid> members;  ///< without the creator
    Space mode{Space::lid};
    std::string key;  ///< comes back in the `create` notification
    std::optional<GroupDescription> description;
    bool announce{false};
    bool locked{false};
    std::uint32_t ephemeral{0};
    std::string member_add_mode;  ///< "" for the usual one
    bool join_approval{false};
};

/// What became of one person of a request; `error` is a code of protocol part 3, section 3.3, or 0.
struct MemberOutcome {
    Jid asked;
    std::string phone;  ///< "" when nobody has that address
    int error{0};
    std::optional<PersonalInvite> invite;
};
using Outcomes = std::vector<MemberOutcome>;

/// 22 letters and digits, as in `https://chat.whatsapp.com/CODE`.
std::string fresh_invite_code();

class Groups {
public:
    /// One group takes no more members.
    static constexpr std::size_t most_members = 1024;

    Groups(Registry& registry, Router& router, const common::Clock& clock)
        : registry_{registry}, router_{router}, clock_{clock} {}

    struct Created {
        Group* group{nullptr};
        Outcomes outcomes;
    };
    Created create(const Account& creator, const NewGroup& plan);

    // `actor` is who does it, null for the server; that the actor may is the caller's business.
    Outcomes add(Group& group, const Account* actor, const std::vector<Jid>& people);
    /// In by the link, by a personal invitation, or because an admin said yes: no privacy setting is asked.
    void join(Group& group, const Account& account, const Account* actor, std::string_view reason);
    Outcomes remove(Group& group, const Account* actor, const std::vector<Jid>& people);
    Outcomes promote(Group& group, const Account* actor, const std::vector<Jid>& people);
    Outcomes demote(Group& group, const Account* actor, const std::vector<Jid>& people);
    /// The last admin that leaves makes another member admin. False for somebody who is no member.
    bool leave(Group& group, const Account& account);

    void set_subject(Group& group, const Account* actor, std::string subject);
    /// Empty text deletes it.
    void set_description(Group& group, const Account* actor, std::string id, std::string text);
    void set_announce(Group& group, const Account* actor, bool on);
    void set_locked(Group& group, const Account* actor, bool on);
    void set_ephemeral(Group& group, const Account* actor, std::uint32_t seconds);
    void set_join_approval(Group& group, const Account* actor, bool on);
    void set_member_add_mode(Group& group, const Account* actor, std::string mode);
    void set_member_link_mode(Group& group, const Account* actor, std::string mode);
    /// A new code; the old one joins nobody any more.
    void reset_invite(Group& group, const Account* actor);
    void request_join(Group& group, const Account& account);
    void drop_request(Group& group, const Account& actor, const std::string& phone);

    /// The group that a link code leads to; null when there is none (any more).
    Group* find_by_code(std::string_view code);

private:
    MemberOutcome outcome_for(const Jid& asked);
    /// Whether `account` lets itself be added, else an invitation to be sent.
    bool admits(Group& group, const Account& account, MemberOutcome& outcome);
    /// Makes members of `phones` and tells old and new ones.
    void take_in(Group& group, const Account* actor, const std::vector<std::string>& phones, std::string_view reason);
    void expel(Group& group, const Account* actor, const std::vector<std::string>& phones);
    Outcomes set_role(Group& group, const Account* actor, const std::vector<Jid>& people, Role role);
    Node membership_change(Group& group, std::string_view tag, const std::vector<std::string>& phones);
    std::vector<std::string> phones_of(const Group& group) const;
    void announce(const Group& group, const Account* actor, const Node& change, const std::vector<std::string>& to);
    std::uint64_t now() const { return static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()); }

    Registry& registry_;
    Router& router_;
    const common::Clock& clock_;
};

}  // namespace simulator
