/// Learning that a PN and a LID are one person, with what hangs on it: one Signal session per device, under the LID.
#pragma once

#include "bridge/whatsapp/events/events.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"

namespace bridge::whatsapp::messages {

/// Stores the pair and moves sessions, identities and sender keys from the PN to the LID. True when it was news.
/// Inside a transaction of the caller.
common::Result<bool> remember_mapping(
    storage::Storage& storage, signal::Cipher& cipher, const events::Mapping& mapping
);

/// Address under which the session with that device is kept: its LID where that is known, whatever the stanza says
/// (protocol part 2, section 1.2). Inside a transaction of the caller.
common::Result<Jid> session_address(storage::Storage& storage, const Jid& device);

}  // namespace bridge::whatsapp::messages
