/// What phones write and read: message ids, padding, wrappers of plaintexts. No keys, no sending.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <string>

namespace simulator {

using bridge::whatsapp::Jid;

/// The form of phones' ids, so that clients that guess the platform are served.
std::string fresh_message_id();

/// With 1 to 15 bytes that tell how many they are (protocol part 2, section 4.2).
common::Bytes padded(common::ByteView message);
/// Accepts 1 to 16 of them.
common::Result<common::ByteView> unpadded(common::ByteView plaintext);

/// A `wa.e2e.Message` that is a text.
common::Bytes text_message(const std::string& text);
/// `message` with the sender key beside its content; an empty message brings the key alone.
common::Result<common::Bytes> with_sender_key(common::ByteView message, const Jid& group, common::ByteView key);

}  // namespace simulator
