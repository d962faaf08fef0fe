/// Opens incoming message stanzas: decrypts, unwraps, keeps the result in the inbox, and says what to answer.
///
/// Synchronous, on the storage executor, inside the caller's transaction: ratchet step and opened message commit
/// together.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/events/events.hpp"
#include "bridge/whatsapp/messages/envelope.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/clock/clock.hpp"

#include <optional>
#include <vector>

namespace bridge::whatsapp::messages {

struct Opened {
    std::optional<events::IncomingMessage>
        message;                             ///< in the inbox now; nothing for duplicates, protocol and key messages
    std::vector<Node> replies;               ///< to send once the message store has it: receipt, retry receipt, ack
    std::optional<events::Mapping> mapping;  ///< news
    std::optional<std::pair<Jid, std::string>> push_name;
    bool failed{false};  ///< could not be decrypted
};

struct OpenerCounters {
    std::uint64_t opened{0};
    std::uint64_t duplicates{0};
    std::uint64_t failed{0};
    std::uint64_t refused_protocol{0};  ///< "own devices only" messages from somebody else (design section 7.8)
};

class Opener {
public:
    /// `account` must be linked; it is copied by `refresh`.
    Opener(storage::Storage& storage, signal::Cipher& cipher) : storage_{storage}, cipher_{cipher} {}
    /// Own addresses and keys, again after they changed.
    void refresh(const storage::Account& account);

    /// An error means that storage failed: roll back and close the connection. Everything else is inside `Opened`.
    /// `active`: presence is available, so delivery receipts have no `inactive`.
    common::Result<Opened> open(const Node& stanza, common::UnixTime now, bool active);

    const OpenerCounters& counters() const noexcept { return counters_; }
    const OwnIdentity& own() const noexcept { return own_; }

private:
    struct Decrypted {
        std::vector<common::Bytes> plains;
        std::optional<common::Error> failure;
        bool duplicate{false};
        bool pairwise{false};
    };
    common::Result<Decrypted> decrypt_all(const Node& stanza, const Envelope& envelope);
    common::Result<common::Bytes> decrypt_one(const Node& enc, const Envelope& envelope, const Jid& address);
    common::Status take(const common::Bytes& plain, const Envelope& envelope, Opened& out);
    common::Status ask_again(const Node& stanza, const Envelope& envelope, const Decrypted& result, Opened& out);
    common::Result<Jid> address_of(const Jid& device, const Jid& alt);
    common::Status put_stub(const Envelope& envelope, events::Undecryptable why, Opened& out);
    common::Status learn(const Envelope& envelope, Opened& out);

    storage::Storage& storage_;
    signal::Cipher& cipher_;
    storage::Account account_;
    OwnIdentity own_;
    OpenerCounters counters_;
    bool active_{false};
    common::UnixTime now_{};
};

}  // namespace bridge::whatsapp::messages
