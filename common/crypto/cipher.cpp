#include "common/crypto/crypto.hpp"
#include "common/crypto/detail/openssl.hpp"

#include <openssl/err.h>

namespace common::crypto {

namespace {

using detail::require;
using detail::require_size;

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t block_size = 16;

enum class Direction : int { open = 0, seal = 1 };

const EVP_CIPHER* fetch_cipher(const char* name) {
    const EVP_CIPHER* algorithm = EVP_CIPHER_fetch(nullptr, name, nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

const EVP_CIPHER* gcm_algorithm() {
    static const EVP_CIPHER* const algorithm = fetch_cipher("AES-256-GCM");
    return algorithm;
}

const EVP_CIPHER* cbc_algorithm() {
    static const EVP_CIPHER* const algorithm = fetch_cipher("AES-256-CBC");
    return algorithm;
}

const EVP_CIPHER* ctr_algorithm() {
    static const EVP_CIPHER* const algorithm = fetch_cipher("AES-256-CTR");
    return algorithm;
}

EVP_CIPHER_CTX* start(const EVP_CIPHER* algorithm, ByteView key, ByteView iv, Direction direction) {
    thread_local const detail::CipherContext context{EVP_CIPHER_CTX_new()};
    const int way = static_cast<int>(direction);
    require(EVP_CipherInit_ex2(context.get(), algorithm, key.data(), iv.data(), way, nullptr) == 1);
    return context.get();
}

/// OpenSSL counts in int; a frame or a media chunk is far smaller.
int int_size(ByteView data) {
    if (data.size() > 1U << 30) throw std::length_error{"too much for one call"};
    return static_cast<int>(data.size());
}

/// `context` has key and nonce.
Bytes gcm_seal(EVP_CIPHER_CTX* context, ByteView aad, ByteView plain) {
    Bytes out(plain.size() + tag_size);
    int written = 0;
    if (!aad.empty()) require(EVP_EncryptUpdate(context, nullptr, &written, aad.data(), int_size(aad)) == 1);
    require(EVP_EncryptUpdate(context, out.data(), &written, plain.data(), int_size(plain)) == 1);
    std::uint8_t* const tag = out.data() + plain.size();
    require(EVP_EncryptFinal_ex(context, tag, &written) == 1);
    require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), tag) == 1);
    return out;
}

Result<Bytes> gcm_open(EVP_CIPHER_CTX* context, ByteView aad, ByteView sealed) {
    const ByteView data = sealed.first(sealed.size() - tag_size);
    ByteArray<tag_size> tag;
    std::copy_n(sealed.last(tag_size).begin(), tag_size, tag.begin());
    Bytes out(data.size());
    int written = 0;
    if (!aad.empty()) require(EVP_DecryptUpdate(context, nullptr, &written, aad.data(), int_size(aad)) == 1);
    require(EVP_DecryptUpdate(context, out.data(), &written, data.data(), int_size(data)) == 1);
    require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1);
    if (EVP_DecryptFinal_ex(context, nullptr, &written) != 1) {
        ERR_clear_error();
        return Errc::bad_tag;
    }
    return out;
}

}  // namespace

Bytes aes_gcm_seal(ByteView key32, ByteView nonce12, ByteView aad, ByteView plain) {
    require_size(key32.size(), key_size);
    require_size(nonce12.size(), nonce_size);
    return gcm_seal(start(gcm_algorithm(), key32, nonce12, Direction::seal), aad, plain);
}

Result<Bytes> aes_gcm_open(ByteView key32, ByteView nonce12, ByteView aad, ByteView sealed) {
    if (key32.size() != key_size || nonce12.size() != nonce_size) return Errc::bad_key;
    if (sealed.size() < tag_size) return Errc::bad_length;
    return gcm_open(start(gcm_algorithm(), key32, nonce12, Direction::open), aad, sealed);
}

Bytes aes_cbc_encrypt(ByteView key32, ByteView iv16, ByteView plain) {
    require_size(key32.size(), key_size);
    require_size(iv16.size(), block_size);
    EVP_CIPHER_CTX* const context = start(cbc_algorithm(), key32, iv16, Direction::seal);
    Bytes out(plain.size() + block_size);
    int body = 0;
    int last = 0;
    require(EVP_EncryptUpdate(context, out.data(), &body, plain.data(), int_size(plain)) == 1);
    require(EVP_EncryptFinal_ex(context, out.data() + body, &last) == 1);
    out.resize(static_cast<std::size_t>(body + last));
    return out;
}

Result<Bytes> aes_cbc_decrypt(ByteView key32, ByteView iv16, ByteView sealed) {
    if (key32.size() != key_size || iv16.size() != block_size) return Errc::bad_key;
    if (sealed.empty() || sealed.size() % block_size != 0) return Errc::bad_length;
    EVP_CIPHER_CTX* const context = start(cbc_algorithm(), key32, iv16, Direction::open);
    Bytes out(sealed.size() + block_size);
    int body = 0;
    int last = 0;
    require(EVP_DecryptUpdate(context, out.data(), &body, sealed.data(), int_size(sealed)) == 1);
    if (EVP_DecryptFinal_ex(context, out.data() + body, &last) != 1) {
        ERR_clear_error();
        return Errc::bad_padding;
    }
    out.resize(static_cast<std::size_t>(body + last));
    return out;
}

Bytes aes_ctr(ByteView key32, ByteView iv16, ByteView data) {
    require_size(key32.size(), key_size);
    require_size(iv16.size(), block_size);
    EVP_CIPHER_CTX* const context = start(ctr_algorithm(), key32, iv16, Direction::seal);
    Bytes out(data.size());
    int written = 0;
    require(EVP_EncryptUpdate(context, out.data(), &written, data.data(), int_size(data)) == 1);
    return out;
}

struct GcmKey::State {
    detail::CipherContext context{EVP_CIPHER_CTX_new()};

    void next(ByteView nonce, Direction direction) const {
        const int way = static_cast<int>(direction);
        require(EVP_CipherInit_ex2(context.get(), nullptr, nullptr, nonce.data(), way, nullptr) == 1);
    }
};

GcmKey::GcmKey(ByteView key32) : state_{std::make_unique<State>()} {
    require_size(key32.size(), key_size);
    EVP_CIPHER_CTX* const context = state_->context.get();
    require(EVP_CipherInit_ex2(context, gcm_algorithm(), key32.data(), nullptr, 1, nullptr) == 1);
}

GcmKey::GcmKey(GcmKey&&) noexcept = default;
GcmKey& GcmKey::operator=(GcmKey&&) noexcept = default;
GcmKey::~GcmKey() = default;

Bytes GcmKey::seal(ByteView nonce12, ByteView aad, ByteView plain) {
    require_size(nonce12.size(), nonce_size);
    state_->next(nonce12, Direction::seal);
    return gcm_seal(state_->context.get(), aad, plain);
}

Result<Bytes> GcmKey::open(ByteView nonce12, ByteView aad, ByteView sealed) {
    if (nonce12.size() != nonce_size) return Errc::bad_key;
    if (sealed.size() < tag_size) return Errc::bad_length;
    state_->next(nonce12, Direction::open);
    return gcm_open(state_->context.get(), aad, sealed);
}

}  // namespace common::crypto
