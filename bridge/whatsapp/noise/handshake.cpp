#include "bridge/whatsapp/noise/handshake.hpp"

#include "bridge/whatsapp/noise/certificate.hpp"
#include "proto/handshake.pb.h"

#include <stdexcept>

namespace bridge::whatsapp::noise {

namespace crypto = common::crypto;
using wa::handshake::HandshakeMessage;

namespace {

void require_stage(bool right) {
    if (!right) throw std::logic_error{"handshake step out of order"};
}

Result<HandshakeMessage> parse(ByteView bytes) {
    HandshakeMessage message;
    if (bytes.size() >= 1U << 24 || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return Errc::malformed_message;
    }
    return message;
}

Bytes serialised(const HandshakeMessage& message) {
    Bytes out(message.ByteSizeLong());
    message.SerializeWithCachedSizesToArray(out.data());
    return out;
}

Result<crypto::PublicKey> key_of(ByteView bytes) {
    const auto key = common::to_array<32>(bytes);
    if (!key) return Errc::bad_key;
    return *key;
}

/// MixKey of an agreement.
Status mix_agreement(SymmetricState& state, const crypto::PrivateKey& mine, const crypto::PublicKey& theirs) {
    const auto secret = crypto::x25519(mine, theirs);
    if (!secret) return Errc::bad_key;
    state.mix_key(secret->view());
    return {};
}

}  // namespace

Initiator::Initiator(crypto::KeyPair ephemeral) : ephemeral_{std::move(ephemeral)} {}

Bytes Initiator::client_hello() {
    require_stage(stage_ == Stage::start);
    stage_ = Stage::hello_sent;
    state_.mix_hash(ephemeral_.public_key);
    HandshakeMessage message;
    message.mutable_client_hello()->set_ephemeral(common::to_string(ephemeral_.public_key));
    return serialised(message);
}

Result<Bytes> Initiator::client_finish(
    ByteView server_hello,
    const crypto::PublicKey& root,
    const crypto::KeyPair& noise_static,
    ByteView client_payload,
    common::UnixTime now
) {
    require_stage(stage_ == Stage::hello_sent);
    auto message = finish(server_hello, root, noise_static, client_payload, now);
    stage_ = message ? Stage::finished : Stage::failed;
    return message;
}

Result<Bytes> Initiator::finish(
    ByteView server_hello,
    const crypto::PublicKey& root,
    const crypto::KeyPair& noise_static,
    ByteView client_payload,
    common::UnixTime now
) {
    const auto answer = parse(server_hello);
    if (!answer) return answer.error();
    const auto& hello = answer->server_hello();
    if (!hello.has_static_() || !hello.has_payload()) return Errc::malformed_message;
    const auto server_ephemeral = key_of(common::as_bytes(hello.ephemeral()));
    if (!server_ephemeral) return server_ephemeral.error();
    state_.mix_hash(*server_ephemeral);
    if (auto mixed = mix_agreement(state_, ephemeral_.private_key, *server_ephemeral); !mixed) return mixed.error();

    const auto static_bytes = state_.decrypt_and_hash(common::as_bytes(hello.static_()));
    if (!static_bytes) return static_bytes.error().within("server key");
    const auto server_static = key_of(*static_bytes);
    if (!server_static) return server_static.error();
    if (auto mixed = mix_agreement(state_, ephemeral_.private_key, *server_static); !mixed) return mixed.error();

    const auto chain = state_.decrypt_and_hash(common::as_bytes(hello.payload()));
    if (!chain) return chain.error().within("server certificate");
    if (auto trusted = verify_certificate(*chain, root, *server_static, now); !trusted) return trusted.error();

    HandshakeMessage message;
    auto& last = *message.mutable_client_finish();
    last.set_static_(common::to_string(state_.encrypt_and_hash(noise_static.public_key)));
    if (auto mixed = mix_agreement(state_, noise_static.private_key, *server_ephemeral); !mixed) return mixed.error();
    last.set_payload(common::to_string(state_.encrypt_and_hash(client_payload)));
    return serialised(message);
}

TransportKeys Initiator::split() const {
    require_stage(stage_ == Stage::finished);
    auto [write, read] = state_.split();
    return {std::move(write), std::move(read)};
}

Responder::Responder(crypto::KeyPair ephemeral) : ephemeral_{std::move(ephemeral)} {}

Result<Bytes> Responder::server_hello(
    ByteView client_hello, const crypto::KeyPair& server_static, ByteView certificate_chain
) {
    require_stage(stage_ == Stage::start);
    const auto message = parse(client_hello);
    if (!message) return message.error();
    if (!message->has_client_hello() || message->client_hello().has_static_()) return Errc::malformed_message;
    const auto client_ephemeral = key_of(common::as_bytes(message->client_hello().ephemeral()));
    if (!client_ephemeral) return client_ephemeral.error();
    state_.mix_hash(*client_ephemeral);
    state_.mix_hash(ephemeral_.public_key);
    if (auto mixed = mix_agreement(state_, ephemeral_.private_key, *client_ephemeral); !mixed) return mixed.error();

    HandshakeMessage answer;
    auto& hello = *answer.mutable_server_hello();
    hello.set_ephemeral(common::to_string(ephemeral_.public_key));
    hello.set_static_(common::to_string(state_.encrypt_and_hash(server_static.public_key)));
    if (auto mixed = mix_agreement(state_, server_static.private_key, *client_ephemeral); !mixed) return mixed.error();
    hello.set_payload(common::to_string(state_.encrypt_and_hash(certificate_chain)));
    stage_ = Stage::hello_sent;
    return serialised(answer);
}

Result<Responder::Client> Responder::accept_finish(ByteView client_finish) {
    require_stage(stage_ == Stage::hello_sent);
    const auto message = parse(client_finish);
    if (!message) return message.error();
    const auto& last = message->client_finish();
    if (!last.has_static_() || !last.has_payload()) return Errc::malformed_message;
    const auto static_bytes = state_.decrypt_and_hash(common::as_bytes(last.static_()));
    if (!static_bytes) return static_bytes.error().within("client key");
    const auto client_static = key_of(*static_bytes);
    if (!client_static) return client_static.error();
    if (auto mixed = mix_agreement(state_, ephemeral_.private_key, *client_static); !mixed) return mixed.error();
    auto payload = state_.decrypt_and_hash(common::as_bytes(last.payload()));
    if (!payload) return payload.error().within("client payload");
    stage_ = Stage::finished;
    return Client{*client_static, std::move(*payload)};
}

TransportKeys Responder::split() const {
    require_stage(stage_ == Stage::finished);
    auto [read, write] = state_.split();
    return {std::move(write), std::move(read)};
}

}  // namespace bridge::whatsapp::noise
