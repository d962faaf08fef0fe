/// Who the server is: a chain of two certificates under a pinned root (protocol part 1, section 2.4).
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::whatsapp::noise {

/// The first check that failed.
enum class CertificateErrc {
    malformed = 1,
    missing,
    signature_length,
    intermediate_signature,
    intermediate_issuer_serial,
    intermediate_key_length,
    leaf_signature,
    intermediate_not_yet_valid,
    intermediate_expired,
    leaf_issuer_serial,
    leaf_key,
    leaf_not_yet_valid,
    leaf_expired
};
common::ErrcInfo describe(CertificateErrc code) noexcept;

/// WhatsApp's own root, "WhatsAppLongTerm1".
inline constexpr common::crypto::PublicKey whatsapp_root{
    0x14, 0x23, 0x75, 0x57, 0x4d, 0x0a, 0x58, 0x71, 0x66, 0xaa, 0xe7, 0x1e, 0xbe, 0x51, 0x64, 0x37,
    0xc4, 0xa2, 0x8b, 0x73, 0xe3, 0x69, 0x5c, 0x6c, 0xe1, 0xf7, 0xf9, 0x54, 0x5d, 0xa8, 0xee, 0x6b};

/// Accepts `chain` (a serialised CertChain) only when `root` vouches for `server_static` at `now`.
Status verify_certificate(
    ByteView chain,
    const common::crypto::PublicKey& root,
    const common::crypto::PublicKey& server_static,
    common::UnixTime now
);

}  // namespace bridge::whatsapp::noise
