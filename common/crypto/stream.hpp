/// Hashes and ciphers that take input of any length piece by piece: for files that do not fit into memory. HMAC-SHA256
/// in pieces is `Hmac` in provider.hpp.
#pragma once

#include "common/crypto/crypto.hpp"

#include <memory>

namespace common::crypto {

/// SHA-256 of input in pieces; ready for the next input after `finish`.
class Sha256Stream {
public:
    Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;
    ~Sha256Stream();
    void update(ByteView data);
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// AES-256-CBC of input in pieces, with PKCS#7. Output is appended; a piece may give up to 15 bytes more or fewer than
/// it has. One use: nothing may follow `finish`.
class CbcEncryptor {
public:
    CbcEncryptor(ByteView key32, ByteView iv16);
    CbcEncryptor(CbcEncryptor&&) noexcept;
    CbcEncryptor& operator=(CbcEncryptor&&) noexcept;
    ~CbcEncryptor();
    void update(ByteView plain, Bytes& out);
    /// The last block.
    void finish(Bytes& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The way back. `Padding::none` is for pieces from the middle of a ciphertext: whole blocks, nothing removed.
class CbcDecryptor {
public:
    enum class Padding { pkcs7, none };
    CbcDecryptor(ByteView key32, ByteView iv16, Padding padding = Padding::pkcs7);
    CbcDecryptor(CbcDecryptor&&) noexcept;
    CbcDecryptor& operator=(CbcDecryptor&&) noexcept;
    ~CbcDecryptor();
    /// With PKCS#7 the last block so far is held back until more comes.
    void update(ByteView sealed, Bytes& out);
    /// The last block without its padding; `bad_length` when blocks are not whole, `bad_padding` when it is wrong.
    Status finish(Bytes& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace common::crypto
