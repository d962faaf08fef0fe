/// Add-ons sealed with a key from the secret of the message they belong to: votes, answers to events, reactions,
/// comments, edits, words of bots (protocol part 2, section 8). Pure: secrets, addresses and random bytes come in as
/// arguments; finding the secret of a message is the storage's.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::whatsapp::addons {

enum class Errc { bad_secret = 1, bad_seal, does_not_open, malformed };
common::ErrcInfo describe(Errc code) noexcept;

enum class UseCase {
    poll_vote,
    event_response,
    reaction,
    comment,
    message_edit,
    event_edit,
    poll_edit,
    poll_add_option,
    bot,
};
/// As it goes into the key: "Poll Vote" ...; empty for bots.
std::string_view name(UseCase use) noexcept;
/// Of a sealed edit; nothing for kinds that we do not open.
std::optional<UseCase> use_case_of(content::SecretKind kind) noexcept;

/// Whose message is changed by whom. Both sides must write the addresses alike (section 8.2).
struct Parties {
    std::string message_id;  ///< of the original message
    Jid author;              ///< of the original message; devices are ignored
    Jid modifier;            ///< who wrote the add-on

    friend bool operator==(const Parties&, const Parties&) = default;
};

/// The 32-byte key of one add-on. `bad_secret` unless the message secret has 32 bytes.
common::Result<common::SecretBytes> key_for(UseCase use, common::ByteView secret, const Parties& parties);

/// `iv12`: 12 random bytes.
common::Result<content::Sealed> seal(
    UseCase use, common::ByteView secret, const Parties& parties, common::ByteView plain, common::ByteView iv12
);

/// `does_not_open` with a wrong secret, address or message id.
common::Result<common::Bytes> open(
    UseCase use, common::ByteView secret, const Parties& parties, const content::Sealed& sealed
);

/// The addresses that somebody may have been written with; empty ones are unknown.
struct Names {
    Jid lid;
    Jid pn;
    Jid found;  ///< as the stanza or the key says it
};

/// In the order in which they are likely: both LID, both PN, as found, then the mixtures. No pair twice.
std::vector<Parties> attempts(const std::string& message_id, const Names& author, const Names& modifier);

struct Opened {
    common::Bytes plain;
    Parties parties;  ///< that opened it
};
/// Tries all of `attempts`, and for added poll options the key that some clients take from "Poll Edit".
common::Result<Opened> open_any(
    UseCase use,
    common::ByteView secret,
    const std::string& message_id,
    const Names& author,
    const Names& modifier,
    const content::Sealed& sealed
);

/// Whom to name when sealing: the author as the message was stored, and the modifier in the same form where known.
Parties for_sealing(std::string message_id, const Jid& author, const Names& modifier);

/// What the sealed part of a bot's message says ("msmsg" `enc`).
common::Result<content::Sealed> parse_bot_envelope(common::ByteView body);

}  // namespace bridge::whatsapp::addons
