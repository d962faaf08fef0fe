/// Cutting the byte stream into frames: three bytes of length, then the payload (protocol part 1, section 1.1).
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"

#include <optional>

namespace bridge::whatsapp::noise {

/// Bytes that a payload must stay below.
inline constexpr std::size_t frame_limit = 1U << 24;

/// Starts the client's stream, once. `routing_info` is what the server sent on an earlier connection, or empty.
Result<Bytes> intro(ByteView routing_info);

/// Appends length and payload to `out`.
Status append_frame(Bytes& out, ByteView payload);

/// Collects a stream that arrives in pieces cut anywhere and gives back its frames. Holds at most one frame that is not
/// whole yet, besides what the last `feed` brought.
class FrameReader {
public:
    void feed(ByteView piece);
    /// The next whole frame, valid until the next `feed`; nothing while bytes are missing.
    std::optional<ByteView> next() noexcept;

private:
    Bytes buffer_;
    std::size_t read_{0};  // bytes of `buffer_` already given out
};

}  // namespace bridge::whatsapp::noise
