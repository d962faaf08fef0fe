/// Seals a content for the devices of a 1:1 conversation and builds the stanza (protocol part 2, sections 4.2 to 4.5);
/// the answer to a retry receipt too, also for groups (section 6.10).
///
/// Synchronous, on the storage executor, inside the caller's transaction: the ratchet step is committed before the
/// frame leaves.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/messages/outgoing.hpp"
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

/// Those of `devices` without a session, under either address.
common::Result<std::vector<Jid>> without_session(
    storage::Storage& storage, signal::Cipher& cipher, const std::vector<Jid>& devices
);

struct Sealed {
    Node stanza;
    std::vector<Jid> skipped;  ///< devices that could not be encrypted for
};

/// The `<message>` for all devices. `no_recipient_device` when none of the other side's devices has a session (a note
/// to oneself needs own devices only).
common::Result<Sealed> seal_direct(
    storage::Storage& storage,
    signal::Cipher& cipher,
    const storage::Account& account,
    const Audience& audience,
    const Outgoing& message
);

/// One device that asked for a message again.
struct Resend {
    Jid session;   ///< address of its session
    int count{1};  ///< of the request
    Jid chat;      ///< whose conversation it is
    bool own_device{false};
    common::Bytes sender_key;          ///< in groups: our distribution message, sent along
    std::string_view addressing_mode;  ///< in groups: "lid" or "pn"
};

/// The answer to a retry receipt: the same content, for one device, pairwise also in groups.
common::Result<Node> seal_retry(
    signal::Cipher& cipher,
    const storage::Account& account,
    const Node& receipt,
    const Resend& resend,
    const Outgoing& message
);

}  // namespace bridge::whatsapp::messages
