#include "common/crypto/crypto.hpp"
#include "common/crypto/detail/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <stdexcept>

namespace common::crypto {

namespace {

using detail::require;

template <std::size_t N>
ByteArray<N> digest(const EVP_MD* algorithm, std::initializer_list<ByteView> parts) {
    thread_local const detail::DigestContext context{EVP_MD_CTX_new()};
    require(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
    for (const ByteView part : parts) require(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
    ByteArray<N> out;
    require(EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1);
    return out;
}

const EVP_MD* fetch_digest(const char* name) {
    const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = fetch_digest("SHA256");
    return algorithm;
}

detail::MacContext make_hmac_context() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    require(algorithm != nullptr);
    detail::MacContext context{EVP_MAC_CTX_new(algorithm)};
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
    require(context && EVP_MAC_CTX_set_params(context.get(), parameters) == 1);
    return context;
}

}  // namespace

Sha256 sha256(ByteView data) { return sha256({data}); }

Sha256 sha256(std::initializer_list<ByteView> parts) { return digest<32>(sha256_algorithm(), parts); }

ByteArray<20> sha1(std::initializer_list<ByteView> parts) {
    static const EVP_MD* const algorithm = fetch_digest("SHA1");
    return digest<20>(algorithm, parts);
}

ByteArray<16> md5(ByteView data) {
    static const EVP_MD* const algorithm = fetch_digest("MD5");
    return digest<16>(algorithm, {data});
}

Sha256 hmac_sha256(ByteView key, ByteView data) { return hmac_sha256(key, {data}); }

Sha256 hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    // One context a thread: setting it up costs more than hashing a short message.
    thread_local const detail::MacContext context = make_hmac_context();
    static constexpr std::uint8_t none{};
    // A null key would mean "the key of the last call" to OpenSSL.
    const std::uint8_t* const key_start = key.empty() ? &none : key.data();
    require(EVP_MAC_init(context.get(), key_start, key.size(), nullptr) == 1);
    for (const ByteView part : parts) require(EVP_MAC_update(context.get(), part.data(), part.size()) == 1);
    Sha256 out;
    std::size_t written = 0;
    require(EVP_MAC_final(context.get(), out.data(), &written, out.size()) == 1 && written == out.size());
    return out;
}

SecretBytes hkdf_sha256(ByteView input, ByteView salt, ByteView info, std::size_t size) {
    if (size > 255 * Sha256{}.size()) throw std::length_error{"HKDF-SHA256 makes at most 8160 bytes"};
    static constexpr Sha256 no_salt{};
    Sha256 pseudo_random_key = hmac_sha256(salt.empty() ? ByteView{no_salt} : salt, input);
    Bytes out(size);
    Sha256 block;
    std::uint8_t counter = 0;
    for (std::size_t done = 0; done < size; done += block.size()) {
        ++counter;
        const ByteView previous = counter == 1 ? ByteView{} : ByteView{block};
        block = hmac_sha256(pseudo_random_key, {previous, info, ByteView{&counter, 1}});
        const std::size_t taken = std::min(block.size(), size - done);
        std::copy_n(block.begin(), taken, out.begin() + static_cast<std::ptrdiff_t>(done));
    }
    wipe(block);
    wipe(pseudo_random_key);
    return SecretBytes{std::move(out)};
}

SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, unsigned iterations, std::size_t size) {
    Bytes out(size);
    const int made = PKCS5_PBKDF2_HMAC(
        as_text(password).data(),
        static_cast<int>(password.size()),
        salt.data(),
        static_cast<int>(salt.size()),
        static_cast<int>(iterations),
        sha256_algorithm(),
        static_cast<int>(size),
        out.data()
    );
    require(made == 1);
    return SecretBytes{std::move(out)};
}

}  // namespace common::crypto
