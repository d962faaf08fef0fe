/// Padding of Signal plaintexts (`enc v="2"`): n bytes of value n (protocol part 2, section 4.2).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

namespace bridge::whatsapp::messages {

enum class Errc { bad_padding = 1, bad_stanza, no_recipient_device };
common::ErrcInfo describe(Errc code) noexcept;

/// `random` decides the length: 1 to 15 bytes are added.
common::Bytes pad(common::ByteView plain, std::uint8_t random);
/// Accepts 1 to 255 bytes of padding, all equal; the view borrows from `padded`.
common::Result<common::ByteView> unpad(common::ByteView padded);

}  // namespace bridge::whatsapp::messages
