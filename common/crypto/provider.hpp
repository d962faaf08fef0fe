/// Hashes that take their input piece by piece, made for many short inputs: what the Signal library asks of its host.
#pragma once

#include "common/crypto/crypto.hpp"

#include <memory>

namespace common::crypto {

using Sha512 = ByteArray<64>;

/// HMAC-SHA256 of input in pieces. `start` begins anew, so one object serves many messages without allocating.
class Hmac {
public:
    Hmac();
    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;
    ~Hmac();
    void start(ByteView key);
    void update(ByteView data);
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-512 of input in pieces; ready for the next input after `finish`.
class Sha512Stream {
public:
    Sha512Stream();
    Sha512Stream(const Sha512Stream&) = delete;
    Sha512Stream& operator=(const Sha512Stream&) = delete;
    ~Sha512Stream();
    void update(ByteView data);
    Sha512 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace common::crypto
