/// Sidecars: MACs of 64 KiB pieces of a body, with which parts of it can be trusted before all has arrived (protocol
/// part 2, section 9.6).
#pragma once

#include "bridge/whatsapp/media/media.hpp"
#include "common/crypto/provider.hpp"

#include <memory>

namespace bridge::whatsapp::media {

inline constexpr std::size_t sidecar_piece = 65536;

/// Makes a sidecar from a body in chunks of any size.
class Sidecar {
public:
    explicit Sidecar(const Keys& keys);
    void update(ByteView body);
    /// Ten bytes for each piece. Once.
    Bytes finish();

private:
    void start_piece();
    void end_piece();

    SecretArray<32> mac_key_;
    std::unique_ptr<common::crypto::Hmac> mac_;
    ByteArray<block_size> before_;  ///< the last bytes so far; the IV at first
    std::size_t in_piece_{0};
    bool open_{false};
    Bytes made_;
};

/// Whether piece number `index` of a body is what was sent. `before` are the 16 bytes of the body in front of the piece
/// (ignored for the first, which begins with the IV); `piece` has 65,536 bytes, or fewer at the end of the body.
/// `wrong_sidecar` also when the sidecar has no such piece.
Status check_sidecar(const Keys& keys, ByteView sidecar, std::size_t index, ByteView before, ByteView piece);

/// `firstFrameSidecar` of an animated sticker whose first frame is in the first `first_frame_length` bytes: a MAC over
/// the IV and the ciphertext of these, whole blocks. `ciphertext` holds at least that much; `too_short` else.
Result<Bytes> first_frame_sidecar(const Keys& keys, ByteView ciphertext, std::size_t first_frame_length);

}  // namespace bridge::whatsapp::media
