/// Trusted-contact tokens: the proof, in 1:1 messages, that the recipient knows us (protocol part 2, section 4.8).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/clock/clock.hpp"

namespace bridge::whatsapp::messages {

/// Tokens live four buckets of a week.
bool is_valid_token(const storage::PrivacyToken& token, common::UnixTime now) noexcept;
/// Once a week, after a message went to them, the recipient gets a token of ours.
bool is_time_to_issue(const storage::PrivacyToken& token, common::UnixTime now) noexcept;

/// Wire: <iq xmlns="privacy" type="set"><tokens><token jid t type="trusted_contact"/></tokens></iq>
Node issue_token_request(const Jid& user, common::UnixTime now);

}  // namespace bridge::whatsapp::messages
