/// The phone's cryptography of code pairing (protocol part 1, section 7). Pure, but slow: PBKDF2.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <string>

namespace simulator {

/// What a companion sent with `companion_hello`.
struct LinkCodeRequest {
    std::string phone;
    std::string ref;
    common::Bytes wrapped;  ///< salt, IV, its encrypted ephemeral key
};

/// What the phone made of the code its user typed.
struct LinkCodeAnswer {
    common::crypto::KeyPair ephemeral;
    common::crypto::PublicKey companion_ephemeral{};  ///< garbage if the code was wrong
    common::Bytes wrapped;
};

common::Result<LinkCodeRequest> parse_companion_hello(const bridge::whatsapp::Node& request);
LinkCodeAnswer answer_link_code(const LinkCodeRequest& request, const std::string& code);
/// The ADV secret both sides derive; fails on a wrong code.
common::Result<common::SecretBytes> open_key_bundle(
    const LinkCodeAnswer& answer,
    const bridge::whatsapp::Node& finish,
    const common::crypto::KeyPair& phone_identity,
    const common::crypto::PublicKey& companion_identity
);

}  // namespace simulator
