/// Values the client emits: what happened on the account, in the field's words. No behaviour.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bridge::whatsapp::events {

/// Why a message is a stub: it arrived, but could not be opened (yet).
enum class Undecryptable { no, waiting_for_retry, unavailable };

/// A message as it arrived, opened: committed to the inbox before anybody hears of it.
struct IncomingMessage {
    std::int64_t inbox_id{0};  ///< row of the inbox; 0 until stored
    Jid chat;                  ///< bare address as used in the stanza (PN or LID)
    Jid chat_alt;    ///< the chat's other form (LID or PN) where the stanza or the mapping knows it; else empty
    Jid sender;      ///< device that wrote it
    Jid sender_alt;  ///< bare other form of the sender; else empty
    std::string id;
    common::UnixTime time{};  ///< server time
    bool from_me{false};
    std::string push_name;  ///< as the sender calls themselves; may be empty
    common::Bytes content;  ///< wa.e2e.Message (unpadded, deviceSentMessage already taken off); empty for stubs
    Undecryptable undecryptable{Undecryptable::no};
    bool offline{false};  ///< delivered from the offline queue

    friend bool operator==(const IncomingMessage&, const IncomingMessage&) = default;
};

enum class ReceiptType { delivered, read, played, sender, other };

/// Somebody's device got, read or played messages.
struct Receipt {
    Jid chat;             ///< bare
    Jid chat_alt;         ///< other form where known; else empty
    Jid who;              ///< device or user whose receipt it is
    bool from_me{false};  ///< another device of the own account (read-self)
    ReceiptType type{ReceiptType::delivered};
    std::vector<std::string> ids;
    common::UnixTime time{};

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// One person's two addresses.
struct Mapping {
    Jid pn;   ///< bare, s.whatsapp.net
    Jid lid;  ///< bare, lid
    friend bool operator==(const Mapping&, const Mapping&) = default;
};

/// What became of a message we sent.
struct SendOutcome {
    Jid chat;
    std::string id;
    bool acknowledged{false};
    int error{0};                    ///< ack error code; 0 when acknowledged or on a local failure
    std::string reason;              ///< a sentence, for failures
    common::UnixTime server_time{};  ///< of the acknowledgement
};

/// A send that was accepted: it is in the outbox, and a row from now on.
struct QueuedSend {
    Jid chat;  ///< bare, as the caller addressed it
    Jid chat_alt;
    std::string id;
    common::UnixTime time{};
    common::Bytes content;  ///< wa.e2e.Message
};

/// How somebody calls themselves; `source` is "push", "business" or "verified".
struct NameLearned {
    Jid who;  ///< bare
    std::string name;
    std::string source;
};

/// What the client hands to its sink, in the order in which it happened.
using Happening = std::variant<IncomingMessage, Receipt, QueuedSend, SendOutcome, Mapping, NameLearned>;

/// States of the link, as `/api/session` names them.
enum class LinkState { unlinked, linking, connecting, online, offline, logged_out, refused };
std::string_view name(LinkState state) noexcept;

}  // namespace bridge::whatsapp::events
