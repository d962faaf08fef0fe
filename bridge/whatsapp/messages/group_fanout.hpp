/// Seals a content for a group (or status@broadcast) with our sender key, and hands that key to the devices that lack
/// it (protocol part 2, sections 5.1 and 5.2).
///
/// Synchronous, on the storage executor, inside the caller's transaction.
#pragma once

#include "bridge/whatsapp/messages/fanout.hpp"

#include <set>
#include <string>
#include <vector>

namespace bridge::whatsapp::messages {

/// Whom a group message goes to: every device of every member, hosted ones left out, in the group's address form.
struct GroupAudience {
    Jid group;
    bool lid_addressed{true};
    Jid me;                    ///< own device in the group's address form
    std::vector<Jid> devices;  ///< without `me`

    std::string_view addressing_mode() const noexcept { return lid_addressed ? "lid" : "pn"; }
};

/// What a group send hands to whom.
struct KeyPlan {
    std::vector<Jid> targets;  ///< devices that get the sender key with this message
    bool rotate{false};        ///< somebody who is no longer in the group holds the key: a new one is made
};
/// `promised`: devices that were sent the key on this connection, not acknowledged yet.
common::Result<KeyPlan> plan_keys(
    storage::Storage& storage, const GroupAudience& audience, const std::set<Jid>& promised
);

/// Deletes our sender key of the group and who holds it.
common::Status rotate_sender_key(
    storage::Storage& storage, signal::Cipher& cipher, const Jid& group, const Jid& own_device
);

struct GroupSealed {
    Node stanza;
    std::vector<Jid> given;    ///< devices that get the sender key with it
    std::vector<Jid> skipped;  ///< without a session: they will ask again
};
/// `own_key`: address under which our sender keys are kept, the own LID device.
common::Result<GroupSealed> seal_group(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const storage::Account& account,
    const GroupAudience& audience,
    const Jid& own_key,
    const std::vector<Jid>& key_targets,
    const Outgoing& message
);

/// Address under which our own sender keys are kept in every group: the LID device, where we have a LID.
Jid own_sender_key_address(const storage::Account& account);

}  // namespace bridge::whatsapp::messages
