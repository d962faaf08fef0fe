#include "tests/simulator/noise.hpp"

#include "proto/handshake.pb.h"

#include <string_view>

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr std::string_view pattern{"Noise_XX_25519_AESGCM_SHA256\0\0\0\0", 32};
constexpr common::ByteArray<4> prologue{'W', 'A', 6, 3};
constexpr std::uint64_t year = 365ULL * 24 * 3600;

Bytes nonce(std::uint32_t counter) {
    Bytes bytes(8, 0);
    common::append_be(bytes, counter, 4);
    return bytes;
}

/// Serialises and signs one certificate.
void fill(
    wa::handshake::CertChain::NoiseCertificate& certificate,
    std::uint32_t serial,
    std::uint32_t issuer,
    const crypto::PublicKey& key,
    std::uint64_t from,
    std::uint64_t until,
    const crypto::PrivateKey& signer
) {
    wa::handshake::CertChain::NoiseCertificate::Details details;
    details.set_serial(serial);
    details.set_issuer_serial(issuer);
    details.set_key(common::to_string(ByteView{key}));
    details.set_not_before(from);
    details.set_not_after(until);
    certificate.set_details(details.SerializeAsString());
    const auto signature = crypto::xeddsa_sign(signer, common::as_bytes(certificate.details()));
    certificate.set_signature(common::to_string(ByteView{signature}));
}

}  // namespace

common::ErrcInfo describe(HandshakeErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case HandshakeErrc::bad_intro: return {Kind::invalid, "the stream does not start like a WhatsApp client"};
        case HandshakeErrc::bad_message: return {Kind::invalid, "handshake message missing or malformed"};
        case HandshakeErrc::bad_key: return {Kind::invalid, "handshake key of wrong size or low order"};
        case HandshakeErrc::not_authentic: return {Kind::unauthorized, "a frame does not decrypt"};
    }
    return {Kind::internal, "unknown handshake error"};
}

NoiseIdentity NoiseIdentity::generate() {
    return {crypto::KeyPair::generate(), crypto::KeyPair::generate(), crypto::KeyPair::generate()};
}

Bytes NoiseIdentity::certificate_chain(common::UnixTime now, BadCertificate fault) const {
    const auto today = static_cast<std::uint64_t>(now.time_since_epoch().count());
    const std::uint64_t until = fault == BadCertificate::expired ? today - 3600 : today + year;
    const crypto::KeyPair stranger = crypto::KeyPair::generate();
    const auto& signer = fault == BadCertificate::wrong_root ? stranger.private_key : root.private_key;
    const auto& named = fault == BadCertificate::wrong_leaf ? stranger.public_key : leaf.public_key;
    wa::handshake::CertChain chain;
    fill(*chain.mutable_intermediate(), 1, 0, intermediate.public_key, today - year, today + year, signer);
    fill(*chain.mutable_leaf(), 2, 1, named, today - year, until, intermediate.private_key);
    return common::to_bytes(chain.SerializeAsString());
}

NoiseResponder::NoiseResponder() : chain_{common::as_bytes(pattern)}, key_{common::as_bytes(pattern)} {
    std::copy(pattern.begin(), pattern.end(), hash_.begin());
    mix_hash(prologue);
    ephemeral_ = crypto::KeyPair::generate();
}

void NoiseResponder::mix_hash(ByteView data) { hash_ = crypto::sha256({ByteView{hash_}, data}); }

void NoiseResponder::mix_key(ByteView secret) {
    const auto keys = crypto::hkdf_sha256(secret, chain_.view(), {}, 64);
    chain_ = common::SecretBytes{keys.view().first(32)};
    key_ = common::SecretBytes{keys.view().last(32)};
    counter_ = 0;
}

Bytes NoiseResponder::encrypt_and_hash(ByteView plain) {
    Bytes sealed = crypto::aes_gcm_seal(key_.view(), nonce(counter_++), hash_, plain);
    mix_hash(sealed);
    return sealed;
}

Result<Bytes> NoiseResponder::decrypt_and_hash(ByteView sealed) {
    auto plain = crypto::aes_gcm_open(key_.view(), nonce(counter_++), hash_, sealed);
    if (!plain) return HandshakeErrc::not_authentic;
    mix_hash(sealed);
    return plain;
}

Result<Bytes> NoiseResponder::accept_hello(
    ByteView client_hello, const NoiseIdentity& identity, ByteView certificate_chain
) {
    wa::handshake::HandshakeMessage message;
    if (!message.ParseFromArray(client_hello.data(), static_cast<int>(client_hello.size()))) {
        return HandshakeErrc::bad_message;
    }
    // A static key here would be the IK resumption, which this server does not offer.
    if (!message.has_client_hello() || message.client_hello().has_static_()) return HandshakeErrc::bad_message;
    const auto theirs = common::to_array<32>(common::as_bytes(message.client_hello().ephemeral()));
    if (!theirs) return HandshakeErrc::bad_key;
    mix_hash(*theirs);
    mix_hash(ephemeral_.public_key);
    const auto both_ephemeral = crypto::x25519(ephemeral_.private_key, *theirs);
    const auto with_static = crypto::x25519(identity.leaf.private_key, *theirs);
    if (!both_ephemeral || !with_static) return HandshakeErrc::bad_key;
    mix_key(both_ephemeral->view());
    wa::handshake::HandshakeMessage answer;
    auto& hello = *answer.mutable_server_hello();
    hello.set_ephemeral(common::to_string(ByteView{ephemeral_.public_key}));
    hello.set_static_(common::to_string(encrypt_and_hash(identity.leaf.public_key)));
    mix_key(with_static->view());
    hello.set_payload(common::to_string(encrypt_and_hash(certificate_chain)));
    return common::to_bytes(answer.SerializeAsString());
}

Result<Bytes> NoiseResponder::accept_finish(ByteView client_finish) {
    wa::handshake::HandshakeMessage message;
    if (!message.ParseFromArray(client_finish.data(), static_cast<int>(client_finish.size()))) {
        return HandshakeErrc::bad_message;
    }
    if (!message.has_client_finish()) return HandshakeErrc::bad_message;
    const auto key = decrypt_and_hash(common::as_bytes(message.client_finish().static_()));
    if (!key) return key.error();
    const auto theirs = common::to_array<32>(*key);
    if (!theirs) return HandshakeErrc::bad_key;
    client_static_ = *theirs;
    const auto secret = crypto::x25519(ephemeral_.private_key, *theirs);
    if (!secret) return HandshakeErrc::bad_key;
    mix_key(secret->view());
    auto payload = decrypt_and_hash(common::as_bytes(message.client_finish().payload()));
    if (!payload) return payload.error();
    const auto keys = crypto::hkdf_sha256({}, chain_.view(), {}, 64);
    read_key_.emplace(keys.view().first(32));  // the client writes with the first half
    write_key_.emplace(keys.view().last(32));
    return payload;
}

Bytes NoiseResponder::seal(ByteView plaintext) { return write_key_->seal(nonce(write_counter_++), {}, plaintext); }

Result<Bytes> NoiseResponder::open(ByteView frame) {
    auto plain = read_key_->open(nonce(read_counter_++), {}, frame);
    if (!plain) return HandshakeErrc::not_authentic;
    return plain;
}

}  // namespace simulator
