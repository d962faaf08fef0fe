/// Seals a content for the devices of a conversation and builds the stanza (protocol part 2, sections 4.2 to 4.5).
///
/// Synchronous, on the storage executor, inside the caller's transaction: the ratchet step is committed before the
/// frame leaves.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/result/result.hpp"

#include <string>
#include <vector>

namespace bridge::whatsapp::messages {

/// Whom a 1:1 message goes to. All addresses are in one space (LID where known, else PN).
struct Audience {
    Jid to;                       ///< bare chat address for the stanza
    Jid to_alt;                   ///< its PN when `to` is a LID; empty otherwise
    std::vector<Jid> recipients;  ///< devices of the other side
    std::vector<Jid> own;         ///< own other devices (never the sending one)
};

/// The devices of `audience` without a session.
common::Result<std::vector<Jid>> without_session(signal::Cipher& cipher, const Audience& audience);

struct Sealed {
    Node stanza;
    std::vector<Jid> skipped;  ///< devices that could not be encrypted for
};

/// The `<message>` for all devices. `no_recipient_device` when none of the other side's devices has a session (a note
/// to oneself needs own devices only).
common::Result<Sealed> seal_direct(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Audience& audience,
    const std::string& id,
    common::ByteView content
);

/// The answer to a retry receipt: the same content, for one device, with its `count`.
common::Result<Node> seal_retry(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Jid& session_address,
    const Node& receipt,
    int count,
    const Jid& chat,
    bool own_device,
    common::ByteView content
);

}  // namespace bridge::whatsapp::messages
