#include "bridge/whatsapp/signal/detail/provider.hpp"

#include "common/bytes/bytes.hpp"

namespace bridge::whatsapp::signal::detail {

namespace {

using common::Bytes;
using common::ByteView;
namespace crypto = common::crypto;

// All of them are noexcept: an exception must not unwind through C. They fail only when memory or OpenSSL is missing.

Provider& provider(void* user_data) noexcept { return *static_cast<Provider*>(user_data); }
crypto::Hmac& hmac(void* context) noexcept { return *static_cast<crypto::Hmac*>(context); }
crypto::Sha512Stream& sha512(void* context) noexcept { return *static_cast<crypto::Sha512Stream*>(context); }

int hand_over(signal_buffer** output, ByteView bytes) noexcept {
    *output = signal_buffer_create(bytes.data(), bytes.size());
    return *output ? SG_SUCCESS : SG_ERR_NOMEM;
}

int random(std::uint8_t* data, std::size_t size, void* user_data) noexcept {
    provider(user_data).fill({data, size});
    return SG_SUCCESS;
}

int hmac_init(void** context, const std::uint8_t* key, std::size_t size, void* user_data) noexcept {
    crypto::Hmac* const taken = provider(user_data).take_hmac();
    taken->start({key, size});
    *context = taken;
    return SG_SUCCESS;
}
int hmac_update(void* context, const std::uint8_t* data, std::size_t size, void*) noexcept {
    hmac(context).update({data, size});
    return SG_SUCCESS;
}
int hmac_final(void* context, signal_buffer** output, void*) noexcept {
    return hand_over(output, hmac(context).finish());
}
void hmac_cleanup(void* context, void* user_data) noexcept {
    if (context) provider(user_data).give_back(&hmac(context));
}

int sha512_init(void** context, void*) noexcept {
    *context = new crypto::Sha512Stream;
    return SG_SUCCESS;
}
int sha512_update(void* context, const std::uint8_t* data, std::size_t size, void*) noexcept {
    sha512(context).update({data, size});
    return SG_SUCCESS;
}
int sha512_final(void* context, signal_buffer** output, void*) noexcept {
    return hand_over(output, sha512(context).finish());
}
void sha512_cleanup(void* context, void*) noexcept { delete static_cast<crypto::Sha512Stream*>(context); }

bool sizes_fit(std::size_t key_size, std::size_t iv_size) noexcept { return key_size == 32 && iv_size == 16; }

int encrypt(signal_buffer** output, int cipher, const std::uint8_t* key, std::size_t key_size, const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* plain, std::size_t plain_size, void*) noexcept {
    // Counter mode was for version 2 messages, which are refused before they get here.
    if (cipher != SG_CIPHER_AES_CBC_PKCS5 || !sizes_fit(key_size, iv_size)) return SG_ERR_INVAL;
    return hand_over(output, crypto::aes_cbc_encrypt({key, key_size}, {iv, iv_size}, {plain, plain_size}));
}

int decrypt(signal_buffer** output, int cipher, const std::uint8_t* key, std::size_t key_size, const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* sealed, std::size_t sealed_size, void*) noexcept {
    if (cipher != SG_CIPHER_AES_CBC_PKCS5 || !sizes_fit(key_size, iv_size)) return SG_ERR_INVAL;
    auto plain = crypto::aes_cbc_decrypt({key, key_size}, {iv, iv_size}, {sealed, sealed_size});
    if (!plain) return SG_ERR_INVALID_MESSAGE;
    const int handed = hand_over(output, *plain);
    common::wipe(*plain);
    return handed;
}

}  // namespace

crypto::Hmac* Provider::take_hmac() {
    if (hmacs_.empty()) return new crypto::Hmac;
    crypto::Hmac* const taken = hmacs_.back().release();
    hmacs_.pop_back();
    return taken;
}

int Provider::install(signal_context* context) {
    const signal_crypto_provider functions{
        .random_func = random,
        .hmac_sha256_init_func = hmac_init,
        .hmac_sha256_update_func = hmac_update,
        .hmac_sha256_final_func = hmac_final,
        .hmac_sha256_cleanup_func = hmac_cleanup,
        .sha512_digest_init_func = sha512_init,
        .sha512_digest_update_func = sha512_update,
        .sha512_digest_final_func = sha512_final,
        .sha512_digest_cleanup_func = sha512_cleanup,
        .encrypt_func = encrypt,
        .decrypt_func = decrypt,
        .user_data = this,
    };
    return signal_context_set_crypto_provider(context, &functions);
}

}  // namespace bridge::whatsapp::signal::detail
