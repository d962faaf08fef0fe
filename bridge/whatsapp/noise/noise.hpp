/// The secure channel under everything: Noise XX handshake (both roles), certificates, transport frames. Bytes in,
/// bytes out; sockets are `transport`'s, what the frames say is `binary`'s (protocol part 1, sections 1.1 and 2).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

namespace bridge::whatsapp::noise {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::SecretBytes;
using common::Status;

enum class Errc { malformed_message = 1, bad_key, not_authentic, frame_too_large, counter_exhausted };
common::ErrcInfo describe(Errc code) noexcept;

/// "WA", protocol value 6, token dictionary version 3: starts the client's stream and is the Noise prologue.
inline constexpr common::ByteArray<4> prologue{0x57, 0x41, 0x06, 0x03};

/// What both sides agree on in the end, from the view of one of them.
struct TransportKeys {
    SecretBytes write;
    SecretBytes read;
};

}  // namespace bridge::whatsapp::noise
