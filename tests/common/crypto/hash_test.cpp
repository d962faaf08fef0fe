#include "common/crypto/crypto.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace common;
using namespace common::crypto;

namespace {
Bytes hex(std::string_view text) { return from_hex(text).value(); }
}  // namespace

// FIPS 180 and RFC 1321 examples.
TEST_CASE("hash: digests of abc are the published ones", "[crypto]") {
    const ByteView abc = as_bytes("abc");
    CHECK(to_hex(sha256(abc)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256({as_bytes("a"), as_bytes(""), as_bytes("bc")})) == to_hex(sha256(abc)));
    CHECK(to_hex(sha1({abc})) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(to_hex(md5(abc)) == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(to_hex(sha256(ByteView{})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, cases 1, 2 and 6.
TEST_CASE("hash: HMAC takes keys shorter and longer than a block", "[crypto]") {
    CHECK(
        to_hex(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    CHECK(
        to_hex(hmac_sha256(as_bytes("Jefe"), {as_bytes("what do ya want "), as_bytes("for nothing?")})) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    CHECK(
        to_hex(hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

TEST_CASE("hash: an empty HMAC key is not the key of the call before", "[crypto]") {
    const Sha256 empty = hmac_sha256(ByteView{}, as_bytes("data"));
    hmac_sha256(as_bytes("another key"), as_bytes("data"));
    CHECK(hmac_sha256(ByteView{}, as_bytes("data")) == empty);
}

// RFC 5869, cases 1 and 3.
TEST_CASE("hash: HKDF expands with and without salt and info", "[crypto]") {
    const SecretBytes first =
        hkdf_sha256(Bytes(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42);
    CHECK(
        to_hex(first.view()) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    const SecretBytes third = hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42);
    CHECK(
        to_hex(third.view()) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
    CHECK(hkdf_sha256(as_bytes("x"), {}, {}, 255 * 32).size() == 255 * 32);
    CHECK_THROWS(hkdf_sha256(as_bytes("x"), {}, {}, 255 * 32 + 1));
}

// RFC 7914, section 11.
TEST_CASE("hash: PBKDF2 stretches a password", "[crypto]") {
    const SecretBytes key = pbkdf2_sha256(as_bytes("passwd"), as_bytes("salt"), 1, 64);
    CHECK(
        to_hex(key.view()) ==
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
    );
}

TEST_CASE("random: numbers stay below their bound and reach all of it", "[crypto]") {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_below(7));
    CHECK(seen == std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6});
    CHECK(random_below(1) == 0);
    CHECK(random_below(0) == 0);
    CHECK(random_bytes(32) != random_bytes(32));
}
