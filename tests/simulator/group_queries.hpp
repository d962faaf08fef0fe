/// IQs of the namespace `w:g2`: what members ask and change in groups (protocol part 3, sections 3.2 to 3.5).
/// Communities are not part of it.
#pragma once

#include "tests/simulator/answer.hpp"
#include "tests/simulator/groups.hpp"

#include <optional>

namespace simulator {

class GroupQueries {
public:
    GroupQueries(Registry& registry, Groups& groups, const common::Clock& clock)
        : registry_{registry}, groups_{groups}, clock_{clock} {}

    /// Nothing for a request that is not known.
    std::optional<Answer> answer(const Account& account, const Node& iq);

private:
    // To all groups (`@g.us`).
    std::optional<Answer> answer_general(const Account& account, const Node& iq, bool get);
    Answer participating(const Account& account, const Node& request);
    Answer several(const Account& account, const Node& request);
    Answer create(const Account& account, const Node& request);
    Answer leave(const Account& account, const Node& request);
    Answer link_info(const std::string& code);
    Answer join(const Account& account, const std::string& code);
    // To one group.
    std::optional<Answer> answer_get(const Account& account, Group& group, const Node& request);
    std::optional<Answer> answer_set(const Account& account, Group& group, const Node& request);
    std::optional<Answer> change_members(const Account& account, Group& group, const Node& request);
    std::optional<Answer> change_setting(const Account& account, Group& group, const Node& request);
    Answer set_description(const Account& account, Group& group, const Node& request);
    Answer accept(const Account& account, Group& group, const Node& request);
    Answer decide(const Account& account, Group& group, const Node& request);
    Node outcome_node(const Group& group, const MemberOutcome& outcome) const;
    std::uint64_t now() const { return static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()); }

    Registry& registry_;
    Groups& groups_;
    const common::Clock& clock_;
};

}  // namespace simulator
