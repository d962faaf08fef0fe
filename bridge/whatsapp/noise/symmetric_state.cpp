#include "bridge/whatsapp/noise/symmetric_state.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace bridge::whatsapp::noise {

namespace crypto = common::crypto;

namespace {

// Padded with zeros to the size of a hash, which is why it is not hashed itself.
constexpr std::string_view pattern{"Noise_XX_25519_AESGCM_SHA256\0\0\0\0", 32};

std::pair<SecretBytes, SecretBytes> two_keys(ByteView input, ByteView salt) {
    const SecretBytes both = crypto::hkdf_sha256(input, salt, {}, 64);
    return {SecretBytes{both.view().first(32)}, SecretBytes{both.view().last(32)}};
}

}  // namespace

common::ByteArray<12> nonce(std::uint32_t counter) noexcept {
    common::ByteArray<12> bytes{};
    for (unsigned i = 0; i < 4; ++i) bytes[11 - i] = static_cast<std::uint8_t>(counter >> 8 * i);
    return bytes;
}

SymmetricState::SymmetricState() : chaining_key_{common::as_bytes(pattern)}, key_{common::as_bytes(pattern)} {
    std::copy(pattern.begin(), pattern.end(), hash_.begin());
    mix_hash(prologue);
}

void SymmetricState::mix_hash(ByteView data) { hash_ = crypto::sha256({ByteView{hash_}, data}); }

void SymmetricState::mix_key(ByteView secret) {
    std::tie(chaining_key_, key_) = two_keys(secret, chaining_key_.view());
    counter_ = 0;
}

Bytes SymmetricState::encrypt_and_hash(ByteView plain) {
    Bytes sealed = crypto::aes_gcm_seal(key_.view(), nonce(counter_++), hash_, plain);
    mix_hash(sealed);
    return sealed;
}

Result<Bytes> SymmetricState::decrypt_and_hash(ByteView sealed) {
    auto plain = crypto::aes_gcm_open(key_.view(), nonce(counter_++), hash_, sealed);
    if (!plain) return Errc::not_authentic;
    mix_hash(sealed);
    return plain;
}

std::pair<SecretBytes, SecretBytes> SymmetricState::split() const { return two_keys({}, chaining_key_.view()); }

}  // namespace bridge::whatsapp::noise
