#include "bridge/whatsapp/noise/certificate.hpp"
#include "bridge/whatsapp/noise/frames.hpp"
#include "bridge/whatsapp/noise/handshake.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp::noise;
using namespace tests::support;
using common::crypto::KeyPair;
using common::json::Value;

namespace {

KeyPair key_pair(Value inputs, const std::string& name) {
    const auto scalar = common::to_array<32>(hex(inputs, name + "_private_hex")).value();
    const KeyPair pair = KeyPair::from_private(scalar);
    CHECK(common::to_hex(pair.public_key) == text(inputs, name + "_public_hex"));
    return pair;
}

common::crypto::PublicKey public_key(Value object, std::string_view key) {
    return common::to_array<32>(hex(object, key)).value();
}

common::UnixTime time_of(Value object) { return common::UnixTime{std::chrono::seconds{number(object, "now")}}; }

void check_state(const SymmetricState& state, Value after) {
    CHECK(common::to_hex(state.hash()) == text(after, "hash"));
    CHECK(common::to_hex(state.chaining_key().view()) == text(after, "salt"));
    CHECK(common::to_hex(state.key().view()) == text(after, "key"));
    CHECK(state.counter() == number(after, "counter"));
}

/// Both sides of one recorded step.
void check_step(SymmetricState& writer, SymmetricState& reader, Value step) {
    const std::string op = text(step, "op");
    if (op == "mix_hash") {
        writer.mix_hash(hex(step, "data_hex"));
        reader.mix_hash(hex(step, "data_hex"));
    } else if (op == "mix_key") {
        writer.mix_key(hex(step, "shared_secret_hex"));
        reader.mix_key(hex(step, "shared_secret_hex"));
    } else if (op == "encrypt_and_hash") {
        CHECK(writer.encrypt_and_hash(hex(step, "plaintext_hex")) == hex(step, "out_hex"));
        CHECK(reader.decrypt_and_hash(hex(step, "out_hex")).value() == hex(step, "plaintext_hex"));
    } else if (op == "split") {
        const auto [client_write, client_read] = writer.split();
        CHECK(common::to_hex(client_write.view()) == text(step, "client_write_key_hex"));
        CHECK(common::to_hex(client_read.view()) == text(step, "client_read_key_hex"));
        return;
    }
    check_state(writer, member(step, "after"));
    check_state(reader, member(step, "after"));
}

Bytes framed(ByteView payload) {
    Bytes out;
    append_frame(out, payload).value();
    return out;
}

void check_frames(TransportCipher& from, TransportCipher& to, Value frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const Bytes plain = hex(frames.at(i), "plaintext_hex");
        const Bytes sealed = from.seal(plain).value();
        CHECK(sealed == hex(frames.at(i), "ciphertext_hex"));
        CHECK(framed(sealed) == hex(frames.at(i), "frame_hex"));
        CHECK(to.open(sealed).value() == plain);
    }
}

std::string_view check_name(CertificateErrc code) {
    switch (code) {
        case CertificateErrc::malformed: return "malformed";
        case CertificateErrc::missing: return "missing";
        case CertificateErrc::signature_length: return "signature_length";
        case CertificateErrc::intermediate_signature: return "intermediate_signature";
        case CertificateErrc::intermediate_issuer_serial: return "intermediate_issuer_serial";
        case CertificateErrc::intermediate_key_length: return "intermediate_key_length";
        case CertificateErrc::leaf_signature: return "leaf_signature";
        case CertificateErrc::intermediate_not_yet_valid: return "intermediate_not_yet_valid";
        case CertificateErrc::intermediate_expired: return "intermediate_expired";
        case CertificateErrc::leaf_issuer_serial: return "leaf_issuer_serial";
        case CertificateErrc::leaf_key: return "leaf_key";
        case CertificateErrc::leaf_not_yet_valid: return "leaf_not_yet_valid";
        case CertificateErrc::leaf_expired: return "leaf_expired";
    }
    return "";
}

std::string outcome(const Status& verified) {
    if (verified) return "ok";
    for (int code = 1; code <= static_cast<int>(CertificateErrc::leaf_expired); ++code) {
        if (verified.error() == CertificateErrc{code}) return std::string{check_name(CertificateErrc{code})};
    }
    return verified.error().message();
}

}  // namespace

TEST_CASE("noise_handshake.json: every step leaves the recorded state", "[vectors]") {
    const auto file = load_vectors("noise_handshake.json");
    const Value cases = member(file.root(), "cases");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        SymmetricState writer;
        SymmetricState reader;
        const Value steps = member(cases.at(i), "steps");
        for (std::size_t s = 0; s < steps.size(); ++s) check_step(writer, reader, steps.at(s));
    }
}

TEST_CASE("noise_handshake.json: both roles write the recorded messages and frames", "[vectors]") {
    const auto file = load_vectors("noise_handshake.json");
    const Value cases = member(file.root(), "cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Value each = cases.at(i);
        INFO(text(each, "name"));
        const Value inputs = member(each, "inputs");
        const Value messages = member(each, "messages");
        const KeyPair client_static = key_pair(inputs, "client_static");
        Initiator client{key_pair(inputs, "client_ephemeral")};
        Responder server{key_pair(inputs, "server_ephemeral")};

        const Bytes routing = inputs["routing_info_hex"].is_string() ? hex(inputs, "routing_info_hex") : Bytes{};
        const Bytes client_hello = client.client_hello();
        CHECK(client_hello == hex(messages, "client_hello_hex"));
        const Bytes first_message = common::concat({intro(routing).value(), framed(client_hello)});
        CHECK(first_message == hex(messages, "client_hello_wire_hex"));

        const Bytes server_hello =
            server
                .server_hello(
                    client_hello, key_pair(inputs, "server_static"), hex(member(each, "certificate"), "chain_hex")
                )
                .value();
        CHECK(server_hello == hex(messages, "server_hello_hex"));
        const Bytes client_finish = client
                                        .client_finish(
                                            server_hello,
                                            public_key(inputs, "root_public_hex"),
                                            client_static,
                                            hex(inputs, "client_payload_hex"),
                                            time_of(inputs)
                                        )
                                        .value();
        CHECK(client_finish == hex(messages, "client_finish_hex"));
        const auto proved = server.accept_finish(client_finish).value();
        CHECK(proved.noise_static == client_static.public_key);
        CHECK(proved.payload == hex(inputs, "client_payload_hex"));

        const Value transport = member(each, "transport");
        TransportCipher here{client.split()};
        TransportCipher there{server.split()};
        check_frames(here, there, member(transport, "client_to_server"));
        check_frames(there, here, member(transport, "server_to_client"));
    }
}

TEST_CASE("noise_handshake.json: certificate chains pass or fail at the recorded check", "[vectors]") {
    const auto file = load_vectors("noise_handshake.json");
    const Value chains = member(file.root(), "certificates");
    REQUIRE(chains.size() > 0);
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const Value each = chains.at(i);
        INFO(text(each, "name"));
        const Status verified = verify_certificate(
            hex(each, "chain_hex"),
            public_key(each, "root_public_hex"),
            public_key(each, "server_static_public_hex"),
            time_of(each)
        );
        CHECK(outcome(verified) == text(each, "expect"));
    }
}

TEST_CASE("noise_handshake.json: streams are cut into the recorded frames", "[vectors]") {
    const auto file = load_vectors("noise_handshake.json");
    const Value cases = member(file.root(), "framing");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        FrameReader reader;
        std::vector<std::string> frames;
        const Value chunks = member(cases.at(i), "chunks_hex");
        for (std::size_t c = 0; c < chunks.size(); ++c) {
            reader.feed(common::from_hex(chunks.at(c).string_or("")).value());
            while (const auto frame = reader.next()) frames.push_back(common::to_hex(*frame));
        }
        const Value expected = member(cases.at(i), "frames_hex");
        REQUIRE(frames.size() == expected.size());
        for (std::size_t f = 0; f < frames.size(); ++f) CHECK(frames[f] == expected.at(f).string_or("?"));
    }
}
