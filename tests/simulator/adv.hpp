/// The phone's signatures over its companions (protocol part 1, sections 6.6 and 9.4). Pure.
#pragma once

#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"
#include "tests/simulator/registry.hpp"

namespace simulator {

/// What a companion gets at linking: the signed identity inside the container that only its ADV secret opens.
struct SignedCompanion {
    Bytes signed_identity;  ///< ADVSignedDeviceIdentity without the device's signature
    Bytes container;        ///< ADVSignedDeviceIdentityHMAC
    Bytes details;          ///< the inner ADVDeviceIdentity
};

SignedCompanion sign_companion(
    const Account& account,
    const common::crypto::PublicKey& companion,
    std::uint32_t key_index,
    std::uint64_t timestamp,
    ByteView adv_secret,
    bool tamper
);

/// The companion's answer completed with the account's key, if its signature holds.
common::Result<Bytes> accept_device_signature(
    const Account& account, const common::crypto::PublicKey& companion, const SignedCompanion& offered, ByteView answer
);

/// Whether `record` (ADVSignedDeviceIdentity) proves that the account's phone vouches for that identity key.
bool proves_companion(
    ByteView record, const common::crypto::PublicKey& account_key, const common::crypto::PublicKey& companion
);

}  // namespace simulator
