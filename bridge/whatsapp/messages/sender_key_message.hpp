/// Sender keys inside messages (protocol part 2, section 5.1).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <string>

namespace bridge::whatsapp::messages {

/// A `wa.e2e.Message` that carries nothing but our sender key of `group`.
common::Bytes make_sender_key_message(const std::string& group, common::ByteView distribution);

/// `content` with the sender key beside it: what a device gets that asks for a group message again.
common::Result<common::Bytes> add_sender_key(
    common::ByteView content, const std::string& group, common::ByteView distribution
);

}  // namespace bridge::whatsapp::messages
