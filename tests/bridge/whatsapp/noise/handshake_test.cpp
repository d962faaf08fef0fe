#include "bridge/whatsapp/noise/handshake.hpp"

#include "bridge/whatsapp/noise/certificate.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "tests/bridge/whatsapp/noise/certificates.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp::noise;
using common::as_bytes;
using common::crypto::KeyPair;

namespace {

struct Server {
    KeyPair root{KeyPair::generate()};
    KeyPair server_static{KeyPair::generate()};
    Bytes chain{tests::make_chain(root, server_static.public_key)};
    Responder responder{KeyPair::generate()};

    Result<Bytes> answer(ByteView hello) { return responder.server_hello(hello, server_static, chain); }
};

struct Client {
    KeyPair noise_static{KeyPair::generate()};
    Initiator initiator{KeyPair::generate()};

    Result<Bytes> finish(ByteView hello, const KeyPair& root, common::UnixTime now = tests::valid_time) {
        return initiator.client_finish(hello, root.public_key, noise_static, as_bytes("payload"), now);
    }
};

}  // namespace

TEST_CASE("handshake: both roles meet and frames pass both ways in order", "[noise]") {
    Server server;
    Client client;
    const Bytes hello = server.answer(client.initiator.client_hello()).value();
    const auto proved = server.responder.accept_finish(client.finish(hello, server.root).value()).value();
    CHECK(proved.noise_static == client.noise_static.public_key);
    CHECK(common::as_text(proved.payload) == "payload");

    TransportCipher here{client.initiator.split()};
    TransportCipher there{server.responder.split()};
    for (int i = 0; i < 3; ++i) {
        CHECK(there.open(here.seal(as_bytes("up")).value()).value() == common::to_bytes("up"));
        CHECK(here.open(there.seal(as_bytes("down")).value()).value() == common::to_bytes("down"));
    }
    const Bytes first = here.seal(as_bytes("1")).value();
    const Bytes second = here.seal(as_bytes("2")).value();
    CHECK(there.open(second).error() == Errc::not_authentic);
    CHECK(here.open(first).error() == Errc::not_authentic);
}

TEST_CASE("handshake: another root, another time, another server key are refused", "[noise]") {
    const auto refused = [](auto change) {
        Server server;
        Client client;
        common::UnixTime now = tests::valid_time;
        change(server, now);
        return client.finish(server.answer(client.initiator.client_hello()).value(), server.root, now).error();
    };
    CHECK(refused([](Server& server, auto&) {
              server.root = KeyPair::generate();
          }) == CertificateErrc::intermediate_signature);
    CHECK(refused([](Server&, auto& now) {
              now = common::UnixTime{std::chrono::seconds{999}};
          }) == CertificateErrc::intermediate_not_yet_valid);
    CHECK(refused([](Server&, auto& now) {
              now = common::UnixTime{std::chrono::seconds{2'001}};
          }) == CertificateErrc::intermediate_expired);
    CHECK(refused([](Server&, auto& now) {
              now = common::UnixTime{std::chrono::seconds{-5}};
          }) == CertificateErrc::intermediate_not_yet_valid);
    CHECK(refused([](Server& server, auto&) {
              server.server_static = KeyPair::generate();
          }) == CertificateErrc::leaf_key);
    CHECK(refused([](Server& server, auto&) {
              server.chain = common::to_bytes("no protobuf");
          }) == CertificateErrc::malformed);
    CHECK(refused([](Server& server, auto&) { server.chain.clear(); }) == CertificateErrc::missing);
}

TEST_CASE("handshake: every prefix and every flipped bit of the server's answer is refused", "[noise]") {
    const KeyPair ephemeral = KeyPair::generate();
    Server server;
    Initiator original{ephemeral};
    const Bytes hello = server.answer(original.client_hello()).value();
    const auto attempt = [&](ByteView changed) {
        Initiator initiator{ephemeral};
        initiator.client_hello();
        const KeyPair noise_static = ephemeral;
        return initiator.client_finish(changed, server.root.public_key, noise_static, {}, tests::valid_time);
    };
    REQUIRE(attempt(hello).has_value());
    for (std::size_t size = 0; size < hello.size(); ++size) CHECK(attempt(ByteView{hello}.first(size)).has_error());
    std::size_t unnoticed = 0;
    for (std::size_t bit = 0; bit < hello.size() * 8; ++bit) {
        Bytes changed = hello;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        if (attempt(changed)) ++unnoticed;
    }
    // X25519 ignores the top bit of a key, but the transcript hash does not.
    CHECK(unnoticed == 0);
}

TEST_CASE("handshake: the server refuses what is no ClientHello, resumption and low-order keys", "[noise]") {
    const auto answered = [](ByteView hello) {
        Server server;
        return server.answer(hello);
    };
    CHECK(answered(as_bytes("no protobuf")).error() == Errc::malformed_message);
    CHECK(answered({}).error() == Errc::malformed_message);
    wa::handshake::HandshakeMessage message;
    message.mutable_client_hello()->set_ephemeral(std::string(31, 'x'));
    CHECK(answered(as_bytes(message.SerializeAsString())).error() == Errc::bad_key);
    message.mutable_client_hello()->set_ephemeral(std::string(32, '\0'));
    CHECK(answered(as_bytes(message.SerializeAsString())).error() == Errc::bad_key);
    message.mutable_client_hello()->set_static_(std::string(48, 'x'));
    CHECK(answered(as_bytes(message.SerializeAsString())).error() == Errc::malformed_message);
}

TEST_CASE("handshake: a changed last message is refused by the server", "[noise]") {
    Server server;
    Client client;
    Bytes last = client.finish(server.answer(client.initiator.client_hello()).value(), server.root).value();
    last.back() ^= 1;
    CHECK(server.responder.accept_finish(last).error() == Errc::not_authentic);
}

TEST_CASE("handshake: steps out of order are our bug", "[noise]") {
    Client client;
    Server server;
    CHECK_THROWS_AS(client.finish({}, server.root), std::logic_error);
    CHECK_THROWS_AS(client.initiator.split(), std::logic_error);
    CHECK_THROWS_AS(server.responder.accept_finish({}), std::logic_error);
    const Bytes hello = client.initiator.client_hello();
    CHECK_THROWS_AS(client.initiator.client_hello(), std::logic_error);
    CHECK(client.finish(hello, server.root).error() == Errc::malformed_message);
    CHECK_THROWS_AS(client.finish(hello, server.root), std::logic_error);
}
