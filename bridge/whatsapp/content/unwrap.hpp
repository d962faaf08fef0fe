/// An opened plaintext taken apart, and the copy for own devices put together (protocol part 2, sections 4.2 and 6.4).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>

namespace bridge::whatsapp::content {

/// Wrappers inside each other that we follow.
inline constexpr int max_wrappers = 8;

/// An opened plaintext, taken apart: wrappers off, side effects named.
struct Unwrapped {
    common::Bytes content;         ///< the innermost message with its messageContextInfo, serialised
    bool device_sent{false};       ///< was a copy of an own device
    Jid destination;               ///< of deviceSentMessage; empty otherwise
    std::string sender_key_group;  ///< "" when there is no SKDM
    common::Bytes sender_key;      ///< the SKDM
    bool has_content{false};       ///< something besides SKDM and context info
    bool is_protocol{false};       ///< a protocolMessage (also edits and revokes): never a message of its own
    bool view_once{false};         ///< was wrapped as view-once; the medium inside is marked so too
    bool group_status{false};      ///< was wrapped as a status for one group
};
/// `not_a_message` when it does not parse, `too_deep` when it wraps deeper than `max_wrappers`.
common::Result<Unwrapped> unwrap(common::ByteView plain);

/// The copy for own devices: deviceSentMessage around `content`, messageContextInfo repeated outside.
common::Result<common::Bytes> make_device_sent(const Jid& chat, common::ByteView content);

/// A `wa.e2e.Message` with text and a 32-byte message secret, serialised.
common::Bytes make_text(std::string_view text, common::ByteView message_secret);

}  // namespace bridge::whatsapp::content
