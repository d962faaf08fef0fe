/// The cryptography everything else stands on: hashes, HKDF, AES, X25519, XEdDSA, random bytes. Over OpenSSL and
/// libsodium.
///
/// EVP objects are fetched once per process. Functions are thread-safe and never throw on bad input of other sizes than
/// their types say; what can be wrong returns `Result`.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace common::crypto {

enum class Errc { bad_tag = 1, bad_padding, bad_length, low_order_point, bad_key };
ErrcInfo describe(Errc code) noexcept;

using Sha256 = ByteArray<32>;
using PublicKey = ByteArray<32>;     ///< X25519, Montgomery u, without the 0x05 prefix
using PrivateKey = SecretArray<32>;  ///< X25519, clamped
using Signature = ByteArray<64>;     ///< XEdDSA

Sha256 sha256(ByteView data);
/// Of the parts one after the other.
Sha256 sha256(std::initializer_list<ByteView> parts);
ByteArray<20> sha1(std::initializer_list<ByteView> parts);
ByteArray<16> md5(ByteView data);
Sha256 hmac_sha256(ByteView key, ByteView data);
Sha256 hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);
/// HKDF-SHA256 (RFC 5869); an empty salt means 32 zero bytes; size at most 255*32.
SecretBytes hkdf_sha256(ByteView input, ByteView salt, ByteView info, std::size_t size);
SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, unsigned iterations, std::size_t size);

/// AES-256-GCM, 12-byte nonce, tag appended.
Bytes aes_gcm_seal(ByteView key32, ByteView nonce12, ByteView aad, ByteView plain);
Result<Bytes> aes_gcm_open(ByteView key32, ByteView nonce12, ByteView aad, ByteView sealed);
/// AES-256-CBC with PKCS#7.
Bytes aes_cbc_encrypt(ByteView key32, ByteView iv16, ByteView plain);
Result<Bytes> aes_cbc_decrypt(ByteView key32, ByteView iv16, ByteView sealed);
/// AES-256-CTR, both directions; `iv16` is the first counter block.
Bytes aes_ctr(ByteView key32, ByteView iv16, ByteView data);

/// A reusable AES-256-GCM context for one key (transport frames: no per-call key schedule).
class GcmKey {
public:
    explicit GcmKey(ByteView key32);
    GcmKey(GcmKey&&) noexcept;
    GcmKey& operator=(GcmKey&&) noexcept;
    ~GcmKey();
    Bytes seal(ByteView nonce12, ByteView aad, ByteView plain);
    Result<Bytes> open(ByteView nonce12, ByteView aad, ByteView sealed);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// From the system's generator; failure of it ends the process.
void random_bytes(std::span<std::uint8_t> out);
Bytes random_bytes(std::size_t size);
std::uint64_t random_below(std::uint64_t bound);

struct KeyPair {
    PublicKey public_key{};
    PrivateKey private_key;

    static KeyPair generate();
    /// Clamps (docs/protocol: trap T1) and derives the public key.
    static KeyPair from_private(std::span<const std::uint8_t, 32> scalar);
};

/// X25519; an all-zero result is `low_order_point`.
Result<SecretBytes> x25519(const PrivateKey& mine, const PublicKey& theirs);

/// XEdDSA as libsignal does it; `random64` fixes the nonce for known-answer tests.
Signature xeddsa_sign(const PrivateKey& key, ByteView message);
Signature xeddsa_sign(const PrivateKey& key, ByteView message, std::span<const std::uint8_t, 64> random64);
bool xeddsa_verify(const PublicKey& key, ByteView message, ByteView signature);

/// 0x05 before the key: the Signal serialisation (33 bytes).
Bytes prefixed(const PublicKey& key);

}  // namespace common::crypto
