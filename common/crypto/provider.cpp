#include "common/crypto/provider.hpp"

#include "common/crypto/detail/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace common::crypto {

using detail::require;

struct Hmac::State {
    detail::MacContext context;
};

Hmac::Hmac() : state_{std::make_unique<State>()} {
    // Fetched once a process, and the digest set once an object: both cost more than hashing a short message.
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    require(algorithm != nullptr);
    state_->context.reset(EVP_MAC_CTX_new(algorithm));
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
    require(state_->context && EVP_MAC_CTX_set_params(state_->context.get(), parameters) == 1);
}

Hmac::~Hmac() = default;

void Hmac::start(ByteView key) {
    static constexpr std::uint8_t none{};
    // A null key would mean "the key of the last call" to OpenSSL.
    const std::uint8_t* const first = key.empty() ? &none : key.data();
    require(EVP_MAC_init(state_->context.get(), first, key.size(), nullptr) == 1);
}

void Hmac::update(ByteView data) { require(EVP_MAC_update(state_->context.get(), data.data(), data.size()) == 1); }

Sha256 Hmac::finish() {
    Sha256 out;
    std::size_t written = 0;
    require(EVP_MAC_final(state_->context.get(), out.data(), &written, out.size()) == 1 && written == out.size());
    return out;
}

struct Sha512Stream::State {
    detail::DigestContext context{EVP_MD_CTX_new()};

    void start() {
        static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA512", nullptr);
        require(algorithm && context && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
    }
};

Sha512Stream::Sha512Stream() : state_{std::make_unique<State>()} { state_->start(); }
Sha512Stream::~Sha512Stream() = default;

void Sha512Stream::update(ByteView data) {
    require(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1);
}

Sha512 Sha512Stream::finish() {
    Sha512 out;
    require(EVP_DigestFinal_ex(state_->context.get(), out.data(), nullptr) == 1);
    state_->start();
    return out;
}

}  // namespace common::crypto
