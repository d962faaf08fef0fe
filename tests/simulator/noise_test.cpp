#include "tests/simulator/noise.hpp"

#include "bridge/whatsapp/noise/certificate.hpp"
#include "bridge/whatsapp/noise/handshake.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "tests/simulator/frames.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace simulator;
namespace crypto = common::crypto;
namespace noise = bridge::whatsapp::noise;

namespace {
const common::UnixTime now{std::chrono::seconds{1'790'000'000}};
}

TEST_CASE("noise: the bridge's client and the simulator agree on keys and read each other", "[simulator]") {
    const NoiseIdentity identity = NoiseIdentity::generate();
    NoiseResponder server;
    noise::Initiator client{crypto::KeyPair::generate()};
    const crypto::KeyPair client_static = crypto::KeyPair::generate();
    const Bytes payload = common::to_bytes("who I am");

    const auto hello =
        server.accept_hello(client.client_hello(), identity, identity.certificate_chain(now, BadCertificate::none));
    REQUIRE(hello);
    const auto finish = client.client_finish(*hello, identity.root.public_key, client_static, payload, now);
    REQUIRE(finish);
    const auto seen = server.accept_finish(*finish);
    REQUIRE(seen);
    CHECK(*seen == payload);
    CHECK(server.client_static() == client_static.public_key);

    const noise::TransportKeys keys = client.split();
    const Bytes nonce(12, 0);
    const Bytes up = crypto::aes_gcm_seal(keys.write.view(), nonce, {}, common::as_bytes("up"));
    const auto opened = server.open(up);
    REQUIRE(opened);
    CHECK(common::as_text(*opened) == "up");
    const auto down = crypto::aes_gcm_open(keys.read.view(), nonce, {}, server.seal(common::as_bytes("down")));
    REQUIRE(down);
    CHECK(common::as_text(*down) == "down");
}

TEST_CASE("noise: each broken certificate is refused by the bridge for its own reason", "[simulator]") {
    const NoiseIdentity identity = NoiseIdentity::generate();
    const auto verdict = [&](BadCertificate fault) {
        const Bytes chain = identity.certificate_chain(now, fault);
        return noise::verify_certificate(chain, identity.root.public_key, identity.leaf.public_key, now);
    };
    CHECK(verdict(BadCertificate::none));
    CHECK(verdict(BadCertificate::wrong_root).error() == noise::CertificateErrc::intermediate_signature);
    CHECK(verdict(BadCertificate::expired).error() == noise::CertificateErrc::leaf_expired);
    CHECK(verdict(BadCertificate::wrong_leaf).error() == noise::CertificateErrc::leaf_key);
}

TEST_CASE("frames: a stream is cut into the same frames wherever it is split", "[simulator]") {
    const Bytes wire{'E', 'D', 0, 1, 0, 0, 2, 9, 9, 'W', 'A', 6, 3, 0, 0, 1, 0xAA, 0, 0, 0, 0, 0, 2, 0xBB, 0xCC};
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        FrameReader reader;
        std::vector<Bytes> frames;
        for (const ByteView part : {ByteView{wire}.first(cut), ByteView{wire}.subspan(cut)}) {
            reader.feed(part);
            while (true) {
                auto frame = reader.next();
                REQUIRE(frame);
                if (!*frame) break;
                frames.push_back(**frame);
            }
        }
        CHECK(frames == std::vector<Bytes>{{0xAA}, {}, {0xBB, 0xCC}});
    }
}

TEST_CASE("frames: a stream that starts otherwise is refused", "[simulator]") {
    FrameReader reader;
    reader.feed(common::as_bytes("GET / HTTP/1.1"));
    CHECK(reader.next().error() == HandshakeErrc::bad_intro);
}
