/// News about device lists: `devices` notifications and the own list in `account_sync` (protocol part 2, section 2.3).
#pragma once

#include "bridge/whatsapp/devices/devices.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::devices {

/// One operation on a user's list. `update` only says that the list is another one now.
struct ListChange {
    enum class Action { add, remove, update };
    Action action{Action::update};
    Jid user;                ///< bare
    std::optional<Jid> lid;  ///< bare
    std::vector<std::uint16_t> devices;
    std::string pn_hash;   ///< participant hash of the whole new list under the phone number; "" when not told
    std::string lid_hash;  ///< the same under the LID
};

/// Of several operations in one notification the first of remove, add, update counts.
Result<ListChange> parse_list_change(const Node& notification);

/// The list after the change, addressed as `user` (bare, PN or LID): nothing when it is unknown or its hash disagrees,
/// so that the list must be dropped and asked for again.
std::optional<std::vector<std::uint16_t>> apply(
    const ListChange& change, const Jid& user, const std::vector<std::uint16_t>& known
);

/// The complete list of our own account, from `<notification type="account_sync"><devices dhash>`.
struct OwnDevices {
    Jid user;  ///< bare
    std::vector<std::uint16_t> devices;
    bool trustworthy{false};  ///< the hash agrees with the list; else both cached lists must be dropped
};
/// Nothing when the notification is about something else.
std::optional<OwnDevices> parse_own_devices(const Node& notification);

}  // namespace bridge::whatsapp::devices
