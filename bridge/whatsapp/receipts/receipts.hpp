/// Receipts: what we answer to a message, how reads are told, and what others tell us (protocol part 2, sections 6.7,
/// 6.13 and 10.3). Retry receipts belong to the messages room.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/events/events.hpp"
#include "common/clock/clock.hpp"

#include <string>
#include <vector>

namespace bridge::whatsapp::receipts {

/// The receipt that answers an opened message stanza: it also takes the stanza off the server's offline queue.
Node delivery_receipt(const Node& message, const Jid& own_pn, bool from_me, bool peer, bool active);

/// We (a person, through the API) read these messages of one sender.
Node read_receipt(const Jid& chat, const Jid& participant, const std::vector<std::string>& ids, common::UnixTime now);

/// All receipts inside one stanza (grouped form: one per user and message). Empty for types nobody needs to hear of.
std::vector<events::Receipt> parse_receipts(const Node& stanza, const Jid& own_pn, const Jid& own_lid);

bool is_retry(const Node& stanza) noexcept;

}  // namespace bridge::whatsapp::receipts
