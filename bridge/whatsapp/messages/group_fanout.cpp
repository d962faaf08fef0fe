#include "bridge/whatsapp/messages/group_fanout.hpp"

#include "bridge/whatsapp/jid/phash.hpp"
#include "bridge/whatsapp/messages/detail/sealing.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "bridge/whatsapp/messages/sender_key_message.hpp"

#include <algorithm>

namespace bridge::whatsapp::messages {

using common::Result;
using common::Status;

Jid own_sender_key_address(const storage::Account& account) {
    return account.lid.empty() ? account.jid : account.lid.with_device(account.jid.device);
}

Result<KeyPlan> plan_keys(storage::Storage& storage, const GroupAudience& audience, const std::set<Jid>& promised) {
    const auto known = storage.key_holders().holders(audience.group);
    if (!known) return known.error();
    std::set<Jid> holders{known->begin(), known->end()};
    holders.insert(promised.begin(), promised.end());
    const std::set<Jid> members{audience.devices.begin(), audience.devices.end()};
    KeyPlan plan;
    // Forward secrecy: whoever left, and every device that was unlinked, must not read on.
    plan.rotate = !std::ranges::includes(members, holders);
    for (const Jid& device : audience.devices) {
        if (plan.rotate || !holders.contains(device)) plan.targets.push_back(device);
    }
    return plan;
}

Status rotate_sender_key(storage::Storage& storage, signal::Cipher& cipher, const Jid& group, const Jid& own_device) {
    if (auto removed = cipher.remove_sender_key(group.to_string(), own_device); !removed) return removed;
    return storage.key_holders().clear(group);
}

Result<GroupSealed> seal_group(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const storage::Account& account,
    const GroupAudience& audience,
    const Jid& own_key,
    const std::vector<Jid>& key_targets,
    const Outgoing& message
) {
    const std::string group = audience.group.to_string();
    // Before the message is sealed, so that the key reaches back to it.
    const auto distribution = cipher.sender_key_distribution(group, own_key);
    if (!distribution) return distribution.error().within("make sender key");
    auto sealed = cipher.group_encrypt(group, own_key, pad(message.content, detail::random_byte()));
    if (!sealed) return sealed.error().within("encrypt for a group");
    detail::Participants participants;
    if (!key_targets.empty()) {
        const common::Bytes carrier = make_sender_key_message(group, *distribution);
        content::Labels quiet;
        quiet.hide_decrypt_fail = message.labels.hide_decrypt_fail;
        if (auto done = detail::seal_for(storage, cipher, key_targets, carrier, &quiet, participants); !done)
            return done.error();
    }
    std::vector<Jid> everybody = audience.devices;
    everybody.push_back(audience.me);
    GroupSealed out;
    out.stanza = detail::message_node(message, audience.group);
    out.stanza.set("addressing_mode", std::string{audience.addressing_mode()});
    out.stanza.set("phash", participant_hash(everybody));
    if (!participants.reached.empty()) out.stanza.add(std::move(participants.node));
    out.stanza.add(detail::enc_node("skmsg", std::move(*sealed), &message.labels));
    if (participants.any_pre_key) out.stanza.add(detail::device_identity(account));
    detail::add_trailer(out.stanza, message);
    out.given = std::move(participants.reached);
    out.skipped = std::move(participants.skipped);
    return out;
}

}  // namespace bridge::whatsapp::messages
