/// Keys that both sides of code pairing derive (protocol part 1, sections 7.2 and 7.3).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"

#include <span>
#include <string_view>

namespace bridge::whatsapp::pairing::detail {

using common::ByteView;

/// Salt, IV, encrypted key. Slow.
common::ByteArray<80> wrap_ephemeral(
    std::string_view code, const common::crypto::PublicKey& key, ByteView salt32, ByteView iv16
);
/// Nothing tells whether the code was right. Slow.
common::crypto::PublicKey unwrap_ephemeral(std::string_view code, std::span<const std::uint8_t, 80> wrapped);
common::SecretBytes bundle_key(const common::SecretBytes& ephemeral_secret, ByteView salt);
common::SecretBytes shared_adv_secret(
    const common::SecretBytes& ephemeral_secret, const common::SecretBytes& identity_secret, ByteView random
);

}  // namespace bridge::whatsapp::pairing::detail
