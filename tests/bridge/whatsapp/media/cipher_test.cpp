#include "bridge/whatsapp/media/cipher.hpp"

#include "common/async/fork_join.hpp"
#include "common/crypto/crypto.hpp"
#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/support/print.hpp"

#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

using namespace media_test;
using media::Errc;
using media::Type;

TEST_CASE("media keys: the type is part of the key, and a key has 32 bytes", "[media]") {
    CHECK(some_keys(Type::image).cipher_key == some_keys(Type::sticker).cipher_key);
    CHECK(some_keys(Type::video).cipher_key == some_keys(Type::gif).cipher_key);
    CHECK_FALSE(some_keys(Type::image).cipher_key == some_keys(Type::video).cipher_key);
    for (const std::size_t size : {0U, 31U, 33U}) {
        CHECK(media::Keys::derive(counting(size), Type::image).error() == Errc::bad_key);
    }
}

TEST_CASE("media cipher: what was sealed opens, whatever the size and the chunks", "[media]") {
    const auto keys = some_keys();
    for (std::size_t size = 0; size < 100; ++size) {
        const Bytes plain = counting(size);
        for (const std::size_t chunk : {1U, 9U, 10U, 11U, 16U, 26U, 1000U}) {
            const auto [sealed, body] = seal(keys, plain, chunk);
            CHECK(body.size() == media::body_size(size));
            CHECK(open(keys, expected(sealed), body, chunk).value() == plain);
        }
    }
}

TEST_CASE("media cipher: on several threads it makes the same bytes", "[media]") {
    boost::asio::thread_pool pool{3};
    const auto run = [&](std::span<const std::function<void()>> tasks) {
        common::fork_join(pool.get_executor(), tasks);
    };
    const auto keys = some_keys();
    const Bytes plain = counting(1'000'003);
    const auto alone = seal(keys, plain, 100'000, true);
    const auto together = seal(keys, plain, 100'000, true, run);
    CHECK(together.body == alone.body);
    CHECK(together.sealed.file_sha256 == alone.sealed.file_sha256);
    CHECK(together.sealed.file_enc_sha256 == alone.sealed.file_enc_sha256);
    CHECK(together.sealed.sidecar == alone.sealed.sidecar);
    CHECK(open(keys, expected(alone.sealed), alone.body, 100'000, run).value() == plain);
    Bytes changed = alone.body;
    changed[500'000] ^= 1;
    CHECK(open(keys, expected(alone.sealed), changed, 100'000, run).error() == Errc::body_hash_differs);
}

TEST_CASE("media cipher: a body that ends early is refused at every length", "[media]") {
    const auto keys = some_keys();
    const auto [sealed, body] = seal(keys, counting(100));
    for (std::size_t size = 0; size < body.size(); ++size) {
        const bool whole_blocks = size > 10 && (size - 10) % 16 == 0;
        const auto with_hash = open(keys, expected(sealed), ByteView{body}.first(size));
        REQUIRE_FALSE(with_hash);
        CHECK((with_hash.error() == (whole_blocks ? Errc::body_hash_differs : Errc::too_short)));
        const auto with_mac = open(keys, {}, ByteView{body}.first(size));
        REQUIRE_FALSE(with_mac);
        CHECK((with_mac.error() == (whole_blocks ? Errc::wrong_mac : Errc::too_short)));
    }
}

TEST_CASE("media cipher: the MAC counts although the message has no hashes", "[media]") {
    const auto keys = some_keys();
    const Bytes plain = counting(50);
    Bytes body = seal(keys, plain).body;
    CHECK(open(keys, {}, body).value() == plain);
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        body[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        CHECK(open(keys, {}, body).error() == Errc::wrong_mac);
        body[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

TEST_CASE("media cipher: content of another message under the right key is refused by its hash", "[media]") {
    const auto keys = some_keys();
    const auto [sealed, body] = seal(keys, counting(50));
    media::Expected wanted = expected(sealed);
    wanted.file_sha256 = Bytes(32, 0x55);
    CHECK(open(keys, wanted, body).error() == Errc::content_hash_differs);
}

TEST_CASE("media cipher: a MAC over wrong padding does not help", "[media]") {
    const auto keys = some_keys();
    // What a sender with the key could make: a good MAC over a block that is no padding.
    Bytes body = seal(keys, counting(16)).body;
    body.resize(16);
    const auto mac = common::crypto::hmac_sha256(keys.mac_key.view(), {ByteView{keys.iv}, ByteView{body}});
    common::append(body, ByteView{mac}.first(10));
    CHECK(open(keys, {}, body).error() == Errc::wrong_padding);
}

TEST_CASE("media cipher: hashes of a wrong size are refused before anything is read", "[media]") {
    const auto keys = some_keys();
    CHECK(media::Decryptor::create(keys, {Bytes(31, 0), {}}).error() == Errc::bad_hash);
    CHECK(media::Decryptor::create(keys, {{}, Bytes(33, 0)}).error() == Errc::bad_hash);
    CHECK(media::Decryptor::create_plain({Bytes(1, 0), {}}).error() == Errc::bad_hash);
}
