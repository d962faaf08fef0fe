/// The server's side of the Noise XX handshake and of the encrypted stream (protocol part 1, section 2). Pure.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"
#include "tests/simulator/faults.hpp"

#include <optional>

namespace simulator {

using common::Bytes;
using common::ByteView;
using common::Result;

enum class HandshakeErrc { bad_intro = 1, bad_message, bad_key, not_authentic };
common::ErrcInfo describe(HandshakeErrc code) noexcept;

/// The simulator's own certificate chain; clients trust `root.public_key`.
struct NoiseIdentity {
    common::crypto::KeyPair root;
    common::crypto::KeyPair intermediate;
    common::crypto::KeyPair leaf;

    static NoiseIdentity generate();
    /// CertChain protobuf, valid for a year around `now`, with the fault asked for.
    Bytes certificate_chain(common::UnixTime now, BadCertificate fault) const;
};

/// One handshake: `accept_hello`, then `accept_finish`, then `seal` and `open`.
class NoiseResponder {
public:
    NoiseResponder();
    /// Answers ClientHello with ServerHello (both without length).
    Result<Bytes> accept_hello(ByteView client_hello, const NoiseIdentity& identity, ByteView certificate_chain);
    /// The plaintext of ClientFinish: ClientPayload bytes.
    Result<Bytes> accept_finish(ByteView client_finish);
    const common::crypto::PublicKey& client_static() const noexcept { return client_static_; }

    Bytes seal(ByteView plaintext);
    Result<Bytes> open(ByteView frame);

private:
    void mix_hash(ByteView data);
    void mix_key(ByteView secret);
    Bytes encrypt_and_hash(ByteView plain);
    Result<Bytes> decrypt_and_hash(ByteView sealed);

    common::crypto::Sha256 hash_{};
    common::SecretBytes chain_;
    common::SecretBytes key_;
    std::uint32_t counter_{0};
    common::crypto::KeyPair ephemeral_;
    common::crypto::PublicKey client_static_{};
    std::optional<common::crypto::GcmKey> read_key_;
    std::optional<common::crypto::GcmKey> write_key_;
    std::uint32_t read_counter_{0};
    std::uint32_t write_counter_{0};
};

}  // namespace simulator
