/// The Noise handshake over a WebSocket.
#pragma once

#include "bridge/whatsapp/noise/frames.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "bridge/whatsapp/transport/connection.hpp"

namespace bridge::whatsapp::transport::detail {

/// Sends intro and ClientHello, reads the answer, sends ClientFinish. `frames` keeps what the server sent after its
/// answer. References outlive the call.
asio::awaitable<Result<noise::TransportCipher>> shake_hands(
    common::http::WebSocket& socket,
    noise::FrameReader& frames,
    const ConnectionOptions& options,
    const common::crypto::KeyPair& noise_key,
    const Bytes& client_payload,
    const common::Clock& clock
);

/// Whether the connection is encrypted by TLS or does not leave this machine.
bool is_safe_url(std::string_view url) noexcept;

}  // namespace bridge::whatsapp::transport::detail
