/// Encryption of frames after the handshake (protocol part 1, section 2.5).
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"
#include "common/crypto/crypto.hpp"

#include <cstdint>

namespace bridge::whatsapp::noise {

/// Counts frames in both directions: `seal` in the order of sending, `open` in the order of arrival. There is no
/// rekeying.
class TransportCipher {
public:
    explicit TransportCipher(const TransportKeys& keys);

    Result<Bytes> seal(ByteView plain);
    /// A frame that does not open ends the connection: nothing after it can be trusted to be in step.
    Result<Bytes> open(ByteView sealed);

private:
    common::crypto::GcmKey write_;
    common::crypto::GcmKey read_;
    std::uint64_t written_{0};
    std::uint64_t opened_{0};
};

}  // namespace bridge::whatsapp::noise
