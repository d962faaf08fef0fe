/// OpenSSL objects with owners, and what to do when OpenSSL itself fails.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace common::crypto::detail {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freer<EVP_MAC_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;

/// OpenSSL fails on valid arguments only when memory or the provider is missing: that ends the process.
inline void require(bool good) {
    if (!good) throw std::runtime_error{"OpenSSL failed"};
}

/// Sizes that the caller's types already promise.
inline void require_size(std::size_t is, std::size_t must_be) {
    if (is != must_be) throw std::length_error{"key or nonce of a wrong size"};
}

}  // namespace common::crypto::detail
