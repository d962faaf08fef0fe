#include "common/crypto/stream.hpp"

#include "common/crypto/detail/openssl.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <cstddef>

namespace common::crypto {
namespace {

using detail::require;

constexpr std::size_t block_size = 16;
/// OpenSSL counts in int: longer pieces are given to it in parts.
constexpr std::size_t largest_part = 1U << 30;

const EVP_CIPHER* cbc_algorithm() {
    static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

/// A cipher context that appends what it makes.
class Cbc {
public:
    Cbc(ByteView key, ByteView iv, bool sealing) {
        detail::require_size(key.size(), 32);
        detail::require_size(iv.size(), block_size);
        const int way = sealing ? 1 : 0;
        require(context_ != nullptr);
        require(EVP_CipherInit_ex2(context_.get(), cbc_algorithm(), key.data(), iv.data(), way, nullptr) == 1);
    }
    void no_padding() { require(EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1); }
    void update(ByteView in, Bytes& out) {
        while (!in.empty()) {
            const ByteView part = in.first(std::min(in.size(), largest_part));
            const std::size_t before = out.size();
            out.resize(before + part.size() + block_size);
            int made = 0;
            const int size = static_cast<int>(part.size());
            require(EVP_CipherUpdate(context_.get(), out.data() + before, &made, part.data(), size) == 1);
            out.resize(before + static_cast<std::size_t>(made));
            in = in.subspan(part.size());
        }
    }
    bool finish(Bytes& out) {
        const std::size_t before = out.size();
        out.resize(before + block_size);
        int made = 0;
        const bool good = EVP_CipherFinal_ex(context_.get(), out.data() + before, &made) == 1;
        if (!good) ERR_clear_error();
        out.resize(before + (good ? static_cast<std::size_t>(made) : 0));
        return good;
    }

private:
    detail::CipherContext context_{EVP_CIPHER_CTX_new()};
};

}  // namespace

struct Sha256Stream::State {
    detail::DigestContext context{EVP_MD_CTX_new()};

    void start() const {
        static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        require(algorithm && context && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
    }
};

Sha256Stream::Sha256Stream() : state_{std::make_unique<State>()} { state_->start(); }
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(ByteView data) {
    require(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1);
}

Sha256 Sha256Stream::finish() {
    Sha256 out;
    require(EVP_DigestFinal_ex(state_->context.get(), out.data(), nullptr) == 1);
    state_->start();
    return out;
}

struct CbcEncryptor::State {
    State(ByteView key, ByteView iv) : cipher{key, iv, true} {}
    Cbc cipher;
};

CbcEncryptor::CbcEncryptor(ByteView key32, ByteView iv16) : state_{std::make_unique<State>(key32, iv16)} {}
CbcEncryptor::CbcEncryptor(CbcEncryptor&&) noexcept = default;
CbcEncryptor& CbcEncryptor::operator=(CbcEncryptor&&) noexcept = default;
CbcEncryptor::~CbcEncryptor() = default;

void CbcEncryptor::update(ByteView plain, Bytes& out) { state_->cipher.update(plain, out); }
void CbcEncryptor::finish(Bytes& out) { require(state_->cipher.finish(out)); }

struct CbcDecryptor::State {
    State(ByteView key, ByteView iv, bool pads) : cipher{key, iv, false}, padded{pads} {
        if (!padded) cipher.no_padding();
    }
    Cbc cipher;
    bool padded;
    std::uint64_t taken{0};
};

CbcDecryptor::CbcDecryptor(ByteView key32, ByteView iv16, Padding padding)
    : state_{std::make_unique<State>(key32, iv16, padding == Padding::pkcs7)} {}
CbcDecryptor::CbcDecryptor(CbcDecryptor&&) noexcept = default;
CbcDecryptor& CbcDecryptor::operator=(CbcDecryptor&&) noexcept = default;
CbcDecryptor::~CbcDecryptor() = default;

void CbcDecryptor::update(ByteView sealed, Bytes& out) {
    state_->taken += sealed.size();
    state_->cipher.update(sealed, out);
}

Status CbcDecryptor::finish(Bytes& out) {
    if (state_->taken % block_size != 0 || (state_->padded && state_->taken == 0)) return Errc::bad_length;
    if (!state_->cipher.finish(out)) return Errc::bad_padding;
    return {};
}

}  // namespace common::crypto
