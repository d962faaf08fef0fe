#include "common/crypto/crypto.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace common;
using namespace common::crypto;
using namespace tests::support;

namespace {

PublicKey public_key(json::Value at, std::string_view key) { return to_array<32>(hex(at, key)).value(); }
KeyPair key_pair(json::Value at, std::string_view key) {
    const auto scalar = to_array<32>(hex(at, key)).value();
    return KeyPair::from_private(scalar);
}

}  // namespace

// RFC 7748, section 6.1.
TEST_CASE("x25519: two people agree on the published secret", "[crypto]") {
    const auto pair_of = [](std::string_view scalar) {
        return KeyPair::from_private(to_array<32>(from_hex(scalar).value()).value());
    };
    const KeyPair alice = pair_of("77076d0a7318a57d3c16c17251b26645df4ce9be0e1db8d3d1e9b0e1c0a5b2a5");
    const KeyPair bob = pair_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    CHECK(to_hex(bob.public_key) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    CHECK(x25519(alice.private_key, bob.public_key).value() == x25519(bob.private_key, alice.public_key).value());
}

TEST_CASE("x25519: points of low order are refused", "[crypto]") {
    const auto mine = KeyPair::generate();
    PublicKey one{};
    one[0] = 1;
    CHECK(x25519(mine.private_key, PublicKey{}).error() == crypto::Errc::low_order_point);
    CHECK(x25519(mine.private_key, one).error() == crypto::Errc::low_order_point);
}

TEST_CASE("xeddsa: a signature holds for its key and message only", "[crypto]") {
    for (int round = 0; round < 16; ++round) {  // both values of the sign bit
        const auto key = KeyPair::generate();
        const Bytes message = random_bytes(static_cast<std::size_t>(round) * 7);
        const Signature signature = xeddsa_sign(key.private_key, message);
        CHECK(xeddsa_verify(key.public_key, message, signature));
        CHECK_FALSE(xeddsa_verify(KeyPair::generate().public_key, message, signature));
        CHECK_FALSE(xeddsa_verify(key.public_key, concat({message, Bytes{1}}), signature));
        CHECK_FALSE(xeddsa_verify(key.public_key, message, ByteView{signature}.first(63)));
        for (std::size_t bit = 0; bit < 512; ++bit) {
            Signature changed = signature;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            if (xeddsa_verify(key.public_key, message, changed)) FAIL("bit " << bit << " does not matter");
        }
    }
}

TEST_CASE("xeddsa: keys that are no points are refused, not crashed on", "[crypto]") {
    const Signature signature = xeddsa_sign(KeyPair::generate().private_key, as_bytes("m"));
    PublicKey minus_one;  // u = -1 has no Edwards form
    minus_one.fill(0xFF);
    minus_one[0] = 0xEC;
    minus_one[31] = 0x7F;
    CHECK_FALSE(xeddsa_verify(minus_one, as_bytes("m"), signature));
    CHECK_FALSE(xeddsa_verify(PublicKey{}, as_bytes("m"), signature));
    PublicKey all_ones;
    all_ones.fill(0xFF);
    CHECK_FALSE(xeddsa_verify(all_ones, as_bytes("m"), signature));
    for (int round = 0; round < 64; ++round) {
        CHECK_FALSE(xeddsa_verify(to_array<32>(random_bytes(32)).value(), as_bytes("m"), random_bytes(64)));
    }
}

TEST_CASE("prekeys.json: signatures with fixed randomness are libsignal's", "[vectors]") {
    const auto file = load_vectors("prekeys.json");
    const auto cases = member(file.root(), "xeddsa");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto each = cases.at(i);
        const auto key = key_pair(each, "private_hex");
        CHECK(key.public_key == public_key(each, "public_hex"));
        const auto random64 = to_array<64>(hex(each, "random64_hex")).value();
        const Signature signature = xeddsa_sign(key.private_key, hex(each, "message_hex"), random64);
        CHECK(to_hex(signature) == text(each, "signature_hex"));
        CHECK(xeddsa_verify(key.public_key, hex(each, "message_hex"), signature));
    }
}

TEST_CASE("prekeys.json: signed pre-keys verify or not as said", "[vectors]") {
    const auto file = load_vectors("prekeys.json");
    const auto cases = member(file.root(), "signed_prekeys");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto each = cases.at(i);
        INFO(text(each, "name"));
        const PublicKey identity = public_key(each, "identity_public_hex");
        const bool good = xeddsa_verify(identity, hex(each, "message_hex"), hex(each, "signature_hex"));
        CHECK(good == flag(each, "valid"));
        if (flag(each, "valid")) CHECK(prefixed(public_key(each, "prekey_public_hex")) == hex(each, "message_hex"));
    }
}

TEST_CASE("prekeys.json: private keys are clamped when imported", "[vectors]") {
    const auto file = load_vectors("prekeys.json");
    const auto cases = member(file.root(), "clamping");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto key = key_pair(cases.at(i), "raw_hex");
        CHECK(to_hex(key.private_key.view()) == text(cases.at(i), "clamped_hex"));
        CHECK(to_hex(key.public_key) == text(cases.at(i), "public_hex"));
    }
}

TEST_CASE("prekeys.json: the digest is SHA-1 over identity, signed key, signature and one-time keys", "[vectors]") {
    const auto file = load_vectors("prekeys.json");
    const auto upload = member(file.root(), "upload");
    const auto signed_key = member(upload, "signed_prekey");
    Bytes all =
        concat({hex(upload, "identity_public_hex"), hex(signed_key, "public_hex"), hex(signed_key, "signature_hex")});
    const auto keys = member(upload, "prekeys");
    for (std::size_t i = 0; i < keys.size(); ++i) append(all, hex(keys.at(i), "public_hex"));
    CHECK(to_hex(sha1({all})) == text(upload, "digest_sha1_hex"));
}
