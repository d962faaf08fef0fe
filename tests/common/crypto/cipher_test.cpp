#include "common/crypto/crypto.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace common;
using namespace common::crypto;

namespace {
Bytes hex(std::string_view text) { return from_hex(text).value(); }
const Bytes key = Bytes(32, 0x11);
const Bytes nonce = Bytes(12, 0x22);
const Bytes iv = Bytes(16, 0x33);
}  // namespace

// The GCM specification's test case 16.
TEST_CASE("gcm: the specification's example with additional data", "[crypto]") {
    const Bytes k = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    const Bytes n = hex("cafebabefacedbaddecaf888");
    const Bytes aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const Bytes plain =
        hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
            "b16aedf5aa0de657ba637b39");
    const Bytes sealed =
        hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
            "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
    CHECK(aes_gcm_seal(k, n, aad, plain) == sealed);
    CHECK(aes_gcm_open(k, n, aad, sealed).value() == plain);
    GcmKey reused{k};
    CHECK(reused.seal(n, aad, plain) == sealed);
    CHECK(reused.open(n, aad, sealed).value() == plain);
    CHECK(reused.seal(n, aad, plain) == sealed);
}

TEST_CASE("gcm: a changed bit anywhere is refused, also by a reused key that then goes on", "[crypto]") {
    const Bytes sealed = aes_gcm_seal(key, nonce, as_bytes("aad"), as_bytes("attack at dawn"));
    GcmKey reused{key};
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        CHECK(aes_gcm_open(key, nonce, as_bytes("aad"), changed).error() == crypto::Errc::bad_tag);
        CHECK(reused.open(nonce, as_bytes("aad"), changed).error() == crypto::Errc::bad_tag);
    }
    CHECK(aes_gcm_open(key, nonce, as_bytes("AAD"), sealed).error() == crypto::Errc::bad_tag);
    CHECK(as_text(reused.open(nonce, as_bytes("aad"), sealed).value()) == "attack at dawn");
}

TEST_CASE("gcm: empty plaintext is a tag alone, and less than a tag is refused", "[crypto]") {
    const Bytes sealed = aes_gcm_seal(key, nonce, {}, {});
    CHECK(sealed.size() == 16);
    CHECK(aes_gcm_open(key, nonce, {}, sealed).value() == Bytes{});
    CHECK(aes_gcm_open(key, nonce, {}, ByteView{sealed}.first(15)).error() == crypto::Errc::bad_length);
    CHECK(aes_gcm_open(Bytes(16, 1), nonce, {}, sealed).error() == crypto::Errc::bad_key);
    CHECK(aes_gcm_open(key, Bytes(8, 1), {}, sealed).error() == crypto::Errc::bad_key);
    CHECK_THROWS(aes_gcm_seal(Bytes(31, 1), nonce, {}, {}));
}

// NIST SP 800-38A, F.2.5 (first block) and F.5.5.
TEST_CASE("cbc, ctr: the published AES-256 examples", "[crypto]") {
    const Bytes k = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    const Bytes plain = hex("6bc1bee22e409f96e93d7e117393172a");
    const Bytes cbc = aes_cbc_encrypt(k, hex("000102030405060708090a0b0c0d0e0f"), plain);
    CHECK(to_hex(ByteView{cbc}.first(16)) == "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
    CHECK(to_hex(aes_ctr(k, hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), plain)) == "601ec313775789a5b7a7f504bbf3d228");
}

TEST_CASE("cbc: every size comes back, and broken input is an error", "[crypto]") {
    for (std::size_t size = 0; size < 50; ++size) {
        const Bytes plain = random_bytes(size);
        const Bytes sealed = aes_cbc_encrypt(key, iv, plain);
        CHECK(sealed.size() == (size / 16 + 1) * 16);
        CHECK(aes_cbc_decrypt(key, iv, sealed).value() == plain);
    }
    const Bytes sealed = aes_cbc_encrypt(key, iv, Bytes(16, 'A'));
    CHECK(aes_cbc_decrypt(key, iv, ByteView{sealed}.first(16)).error() == crypto::Errc::bad_padding);
    CHECK(aes_cbc_decrypt(key, iv, ByteView{sealed}.first(31)).error() == crypto::Errc::bad_length);
    CHECK(aes_cbc_decrypt(key, iv, {}).error() == crypto::Errc::bad_length);
    CHECK(aes_cbc_decrypt(key, nonce, sealed).error() == crypto::Errc::bad_key);
}

TEST_CASE("ctr: both directions are the same", "[crypto]") {
    const Bytes plain = random_bytes(100);
    CHECK(aes_ctr(key, iv, aes_ctr(key, iv, plain)) == plain);
    CHECK(aes_ctr(key, iv, {}).empty());
}
