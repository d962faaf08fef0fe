/// The outside of an incoming message stanza: who, where, when; before anything is opened (protocol part 2,
/// section 6.1).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/clock/clock.hpp"
#include "common/result/result.hpp"

#include <optional>
#include <string>

namespace bridge::whatsapp::messages {

/// Own addresses, to tell own copies from foreign messages.
struct OwnIdentity {
    Jid pn;   ///< with device
    Jid lid;  ///< with device; may be empty

    bool is_me(const Jid& jid) const noexcept {
        return jid.user == (jid.is_lid() || jid.server == server::hosted_lid ? lid.user : pn.user) && jid.is_user();
    }
};

struct Envelope {
    std::string id;
    common::UnixTime time{};
    Jid chat;        ///< bare, hosted servers normalised
    Jid chat_alt;    ///< other form of the chat, bare; empty when unknown
    Jid sender;      ///< device
    Jid sender_alt;  ///< other form of the sender, bare; empty when unknown
    bool from_me{false};
    bool is_group{false};
    bool is_peer{false};  ///< category="peer"
    bool offline{false};
    std::string push_name;
    std::string edit;
    int retry_count{0};  ///< largest `count` among the encs

    /// PN and LID of the sender, when the stanza shows both.
    std::optional<std::pair<Jid, Jid>> mapping() const;
};

/// `bad_stanza` when id, time or addresses are missing or contradict each other.
common::Result<Envelope> parse_envelope(const Node& stanza, const OwnIdentity& own);

}  // namespace bridge::whatsapp::messages
