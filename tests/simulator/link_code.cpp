#include "tests/simulator/link_code.hpp"

#include "tests/simulator/pairing.hpp"

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr unsigned iterations = 2U << 16;
constexpr std::size_t wrapped_size = 32 + 16 + 32;
constexpr std::size_t bundle_size = 32 + 12 + 96 + 16;

/// AES-CTR both wraps and unwraps.
Bytes crypt(const std::string& code, ByteView salt, ByteView iv, ByteView key) {
    const auto secret = crypto::pbkdf2_sha256(common::as_bytes(code), salt, iterations, 32);
    return crypto::aes_ctr(secret.view(), iv, key);
}

}  // namespace

common::Result<LinkCodeRequest> parse_companion_hello(const Node& request) {
    const auto jid = request.jid("jid");
    const Node* wrapped = request.child("link_code_pairing_wrapped_companion_ephemeral_pub");
    const Node* display = request.child("companion_platform_display");
    const Node* platform = request.child("companion_platform_id");
    if (!jid || wrapped == nullptr || wrapped->bytes().size() != wrapped_size) return common::Errc::invalid_argument;
    if (platform == nullptr || platform->bytes().empty()) return common::Errc::invalid_argument;
    // "Browser (OS)"
    const std::string shown = display == nullptr ? "" : common::to_string(display->bytes());
    if (shown.find(" (") == std::string::npos || !shown.ends_with(')')) return common::Errc::invalid_argument;
    return LinkCodeRequest{jid->user, "", common::to_bytes(wrapped->bytes())};
}

LinkCodeAnswer answer_link_code(const LinkCodeRequest& request, const std::string& code) {
    const ByteView wrapped = request.wrapped;
    LinkCodeAnswer answer;
    answer.ephemeral = crypto::KeyPair::generate();
    const Bytes theirs = crypt(code, wrapped.first(32), wrapped.subspan(32, 16), wrapped.subspan(48, 32));
    std::copy(theirs.begin(), theirs.end(), answer.companion_ephemeral.begin());
    const Bytes salt = crypto::random_bytes(32);
    const Bytes iv = crypto::random_bytes(16);
    answer.wrapped = common::concat({salt, iv, crypt(code, salt, iv, answer.ephemeral.public_key)});
    return answer;
}

common::Result<common::SecretBytes> open_key_bundle(
    const LinkCodeAnswer& answer,
    const Node& finish,
    const crypto::KeyPair& phone_identity,
    const crypto::PublicKey& companion_identity
) {
    const Node* wrapped = finish.child("link_code_pairing_wrapped_key_bundle");
    const Node* named = finish.child("companion_identity_public");
    if (wrapped == nullptr || wrapped->bytes().size() != bundle_size) return PairingErrc::wrong_code;
    const auto secret = crypto::x25519(answer.ephemeral.private_key, answer.companion_ephemeral);
    const auto shared = crypto::x25519(phone_identity.private_key, companion_identity);
    if (!secret || !shared) return PairingErrc::wrong_code;
    const ByteView bytes = wrapped->bytes();
    const auto key = crypto::hkdf_sha256(
        secret->view(), bytes.first(32), common::as_bytes("link_code_pairing_key_bundle_encryption_key"), 32
    );
    const auto bundle = crypto::aes_gcm_open(key.view(), bytes.subspan(32, 12), {}, bytes.subspan(44));
    if (!bundle || bundle->size() != 96) return PairingErrc::wrong_code;
    const ByteView plain = *bundle;
    const bool companion_agrees = common::equal_secret(plain.first(32), companion_identity) && named != nullptr &&
                                  common::equal_secret(named->bytes(), companion_identity);
    if (!companion_agrees || !common::equal_secret(plain.subspan(32, 32), phone_identity.public_key)) {
        return PairingErrc::key_mismatch;
    }
    const Bytes input = common::concat({secret->view(), shared->view(), plain.subspan(64, 32)});
    return crypto::hkdf_sha256(input, {}, common::as_bytes("adv_secret"), 32);
}

}  // namespace simulator
