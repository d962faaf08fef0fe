#include "common/crypto/crypto.hpp"
#include "common/crypto/detail/openssl.hpp"

#include <openssl/bn.h>
#include <sodium.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace common::crypto {

namespace {

constexpr std::uint8_t sign_bit = 0x80;

void ensure_sodium() {
    // Picks the fastest implementation for this processor; harmless when already done.
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error{"libsodium failed to start"};
}

using Number = std::unique_ptr<BIGNUM, detail::Freer<BN_free>>;
using NumberContext = std::unique_ptr<BN_CTX, detail::Freer<BN_CTX_free>>;

Number field_prime() {
    Number prime{BN_new()};
    detail::require(BN_set_word(prime.get(), 1) && BN_lshift(prime.get(), prime.get(), 255));
    detail::require(BN_sub_word(prime.get(), 19));
    return prime;
}

/// The Edwards y of a Montgomery u: (u - 1) / (u + 1) mod 2^255 - 19, little-endian; nothing for u = -1. Public values
/// only, so OpenSSL's variable-time numbers will do.
std::optional<ByteArray<32>> edwards_y(const PublicKey& key) {
    static const Number prime = field_prime();
    thread_local const NumberContext context{BN_CTX_new()};
    PublicKey masked = key;
    masked[31] &= static_cast<std::uint8_t>(~sign_bit);
    const Number above{BN_lebin2bn(masked.data(), static_cast<int>(masked.size()), nullptr)};
    const Number below{BN_dup(above.get())};
    detail::require(above && below && BN_add_word(below.get(), 1) && BN_add(above.get(), above.get(), prime.get()));
    detail::require(BN_sub_word(above.get(), 1) == 1);
    const Number inverse{BN_mod_inverse(nullptr, below.get(), prime.get(), context.get())};
    if (!inverse) return std::nullopt;
    const Number y{BN_new()};
    detail::require(BN_mod_mul(y.get(), above.get(), inverse.get(), prime.get(), context.get()) == 1);
    ByteArray<32> out;
    detail::require(BN_bn2lebinpad(y.get(), out.data(), static_cast<int>(out.size())) == 32);
    return out;
}

/// SHA-512 of the parts, reduced modulo the order of the base point.
ByteArray<32> hash_to_scalar(std::initializer_list<ByteView> parts) {
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    for (const ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
    ByteArray<64> hash;
    crypto_hash_sha512_final(&state, hash.data());
    ByteArray<32> scalar;
    crypto_core_ed25519_scalar_reduce(scalar.data(), hash.data());
    wipe(hash);
    return scalar;
}

ByteArray<32> times_base(ByteView scalar) {
    ByteArray<32> point;
    if (crypto_scalarmult_ed25519_base_noclamp(point.data(), scalar.data()) != 0) {
        throw std::runtime_error{"scalar is zero"};
    }
    return point;
}

}  // namespace

KeyPair KeyPair::generate() {
    PrivateKey scalar;
    random_bytes(scalar.writable());
    return from_private(scalar.writable());
}

KeyPair KeyPair::from_private(std::span<const std::uint8_t, 32> scalar) {
    ensure_sodium();
    KeyPair pair;
    pair.private_key = PrivateKey{scalar};
    const auto key = pair.private_key.writable();
    key[0] &= 0xF8;
    key[31] &= 0x7F;
    key[31] |= 0x40;
    crypto_scalarmult_curve25519_base(pair.public_key.data(), key.data());
    return pair;
}

Result<SecretBytes> x25519(const PrivateKey& mine, const PublicKey& theirs) {
    ensure_sodium();
    Bytes shared(32);
    if (crypto_scalarmult_curve25519(shared.data(), mine.view().data(), theirs.data()) != 0)
        return Errc::low_order_point;
    return SecretBytes{std::move(shared)};
}

Signature xeddsa_sign(const PrivateKey& key, ByteView message) {
    ByteArray<64> random64;
    random_bytes(random64);
    return xeddsa_sign(key, message, random64);
}

// Names and steps as in protocol part 1, section 0.1.
Signature xeddsa_sign(const PrivateKey& key, ByteView message, std::span<const std::uint8_t, 64> random64) {
    ensure_sodium();
    const ByteArray<32> A = times_base(key.view());
    ByteArray<32> label;
    label.fill(0xFF);
    label[0] = 0xFE;
    ByteArray<32> r = hash_to_scalar({label, key.view(), message, random64});
    const ByteArray<32> R = times_base(r);
    const ByteArray<32> h = hash_to_scalar({R, A, message});
    // The multiplication needs its factors reduced; the clamped key is not.
    ByteArray<64> wide{};
    std::copy_n(key.view().begin(), 32, wide.begin());
    ByteArray<32> a;
    crypto_core_ed25519_scalar_reduce(a.data(), wide.data());
    ByteArray<32> product;
    crypto_core_ed25519_scalar_mul(product.data(), h.data(), a.data());
    ByteArray<32> s;
    crypto_core_ed25519_scalar_add(s.data(), r.data(), product.data());
    Signature signature;
    std::copy(R.begin(), R.end(), signature.begin());
    std::copy(s.begin(), s.end(), signature.begin() + 32);
    signature[63] = static_cast<std::uint8_t>((signature[63] & 0x7F) | (A[31] & sign_bit));
    wipe(r);
    wipe(a);
    wipe(product);
    wipe(wide);
    return signature;
}

bool xeddsa_verify(const PublicKey& key, ByteView message, ByteView signature) {
    ensure_sodium();
    if (signature.size() != std::tuple_size_v<Signature>) return false;
    auto edwards = edwards_y(key);
    if (!edwards) return false;
    Signature plain;
    std::copy(signature.begin(), signature.end(), plain.begin());
    (*edwards)[31] = static_cast<std::uint8_t>((*edwards)[31] | (plain[63] & sign_bit));
    plain[63] &= static_cast<std::uint8_t>(~sign_bit);
    return crypto_sign_ed25519_verify_detached(plain.data(), message.data(), message.size(), edwards->data()) == 0;
}

}  // namespace common::crypto
