/// Proofs that go with a message: the reporting token over its content (protocol part 2, section 4.9), and the token
/// for people who gave us none (section 4.8).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"

#include <optional>
#include <string_view>

namespace bridge::whatsapp::addons {

/// Of the `<reporting_token v="2">`.
inline constexpr int reporting_token_version = 2;
using ReportingToken = common::ByteArray<16>;

/// What the reporting token is over: the fields of a serialised message that the token covers, sorted by number, byte
/// for byte; empty when there are none.
common::Bytes reported_content(common::ByteView message);

common::SecretBytes reporting_key(
    common::ByteView message_secret, std::string_view message_id, const Jid& sender, const Jid& remote
);

/// Nothing when no field is covered or the secret is none of 32 bytes. `sender`: our own identity as the stanza uses
/// it; `remote`: the chat, in the stanza's address form. `message`: unpadded, wrappers on.
std::optional<ReportingToken> reporting_token(
    common::ByteView message,
    common::ByteView message_secret,
    std::string_view message_id,
    const Jid& sender,
    const Jid& remote
);

/// `<cstoken>`: to a recipient whose trusted-contact token we do not have. `salt` is the account's NCT salt.
common::ByteArray<32> contact_token(common::ByteView salt, const Jid& recipient_lid);

}  // namespace bridge::whatsapp::addons
