/// Message content: making texts and own-device copies, and saying what an opened message is.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>

namespace bridge::whatsapp::messages {

/// A `wa.e2e.Message` with text and a 32-byte message secret (protocol part 2, section 4.2), serialised.
common::Bytes make_text(std::string_view text, common::ByteView message_secret);

/// The copy for own devices: deviceSentMessage around `content`, messageContextInfo repeated outside.
common::Result<common::Bytes> make_device_sent(const Jid& chat, common::ByteView content);

/// What a content is, for lists and search. Kinds other than text are named ("image", "poll" ...), with no text of
/// their own yet.
struct Description {
    enum class Kind { text, other, protocol, nothing };
    Kind kind{Kind::nothing};
    std::string text;        ///< for text
    std::string media_type;  ///< "" for text
};
Description describe(common::ByteView content);

/// An opened plaintext, taken apart: wrappers off, side effects named.
struct Unwrapped {
    common::Bytes content;         ///< the innermost message with its messageContextInfo, serialised
    bool device_sent{false};       ///< was a copy of an own device
    Jid destination;               ///< of deviceSentMessage; empty otherwise
    std::string sender_key_group;  ///< "" when there is no SKDM
    common::Bytes sender_key;      ///< the SKDM
    bool has_content{false};       ///< something besides SKDM and context info
    bool is_protocol{false};       ///< a protocolMessage: never shown
};
/// `bad_content` when it does not parse or wraps deeper than 8.
common::Result<Unwrapped> unwrap(common::ByteView plain);

}  // namespace bridge::whatsapp::messages
