// What a server can put into its handshake answer: the certificate chain, and the message around it.
#include "bridge/whatsapp/noise/certificate.hpp"
#include "bridge/whatsapp/noise/handshake.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace noise = bridge::whatsapp::noise;
    using common::crypto::KeyPair;
    static const KeyPair client = KeyPair::generate();
    static const KeyPair server = KeyPair::generate();
    const common::ByteView bytes{data, size};
    const common::UnixTime now{std::chrono::seconds{1'780'207'773}};

    // Nobody here knows the root's private key: nothing may pass.
    if (noise::verify_certificate(bytes, noise::whatsapp_root, server.public_key, now)) std::abort();

    noise::Initiator alone{client};
    alone.client_hello();
    if (alone.client_finish(bytes, noise::whatsapp_root, client, {}, now)) std::abort();

    // The same bytes as a chain inside a handshake that is right up to there.
    noise::Initiator initiator{client};
    noise::Responder responder{server};
    const auto hello = responder.server_hello(initiator.client_hello(), server, bytes);
    if (!hello || initiator.client_finish(*hello, noise::whatsapp_root, client, {}, now)) std::abort();

    noise::Responder receiver{server};
    (void)receiver.server_hello(bytes, server, {});
    return 0;
}
