/// The running state of a Noise handshake: hash, chaining key, cipher key, counter (protocol part 1, section 2.1).
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"
#include "common/crypto/crypto.hpp"

#include <cstdint>
#include <utility>

namespace bridge::whatsapp::noise {

/// Eight zero bytes and the counter as four.
common::ByteArray<12> nonce(std::uint32_t counter) noexcept;

class SymmetricState {
public:
    /// Noise_XX_25519_AESGCM_SHA256, the prologue mixed in.
    SymmetricState();

    void mix_hash(ByteView data);
    void mix_key(ByteView secret);
    Bytes encrypt_and_hash(ByteView plain);
    /// Changes the hash only when the tag was good.
    Result<Bytes> decrypt_and_hash(ByteView sealed);
    /// First the client's writing key, then the server's.
    std::pair<SecretBytes, SecretBytes> split() const;

    const common::crypto::Sha256& hash() const noexcept { return hash_; }
    const SecretBytes& chaining_key() const noexcept { return chaining_key_; }
    const SecretBytes& key() const noexcept { return key_; }
    std::uint32_t counter() const noexcept { return counter_; }

private:
    common::crypto::Sha256 hash_;
    SecretBytes chaining_key_;
    SecretBytes key_;
    std::uint32_t counter_{0};
};

}  // namespace bridge::whatsapp::noise
