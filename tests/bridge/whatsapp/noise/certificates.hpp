/// Certificates of an invented server.
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "proto/handshake.pb.h"

namespace tests {

inline void sign(
    wa::handshake::CertChain::NoiseCertificate& certificate,
    std::uint32_t serial,
    std::uint32_t issuer,
    const common::crypto::PublicKey& key,
    const common::crypto::PrivateKey& signer
) {
    wa::handshake::CertChain::NoiseCertificate::Details details;
    details.set_serial(serial);
    details.set_issuer_serial(issuer);
    details.set_key(common::to_string(key));
    details.set_not_before(1'000);
    details.set_not_after(2'000);
    certificate.set_details(details.SerializeAsString());
    const auto signature = common::crypto::xeddsa_sign(signer, common::as_bytes(certificate.details()));
    certificate.set_signature(common::to_string(signature));
}

/// A chain for `server_static`, valid from 1000 to 2000.
inline common::Bytes make_chain(const common::crypto::KeyPair& root, const common::crypto::PublicKey& server_static) {
    const auto intermediate = common::crypto::KeyPair::generate();
    wa::handshake::CertChain chain;
    sign(*chain.mutable_intermediate(), 7, 0, intermediate.public_key, root.private_key);
    sign(*chain.mutable_leaf(), 8, 7, server_static, intermediate.private_key);
    return common::to_bytes(chain.SerializeAsString());
}

inline constexpr common::UnixTime valid_time{std::chrono::seconds{1'500}};

}  // namespace tests
