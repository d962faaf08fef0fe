#include "common/crypto/stream.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace common;
using namespace common::crypto;

namespace {

const Bytes key = Bytes(32, 0x11);
const Bytes iv = Bytes(16, 0x33);

Bytes counting(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8));
    return out;
}

/// `take` with the data in pieces of `size`.
template <class Take>
void in_pieces(ByteView data, std::size_t size, Take take) {
    while (!data.empty()) {
        const auto piece = data.first(std::min(size, data.size()));
        take(piece);
        data = data.subspan(piece.size());
    }
}

}  // namespace

TEST_CASE("streams: SHA-256 in pieces is SHA-256 at once, also a second time", "[crypto]") {
    const Bytes data = counting(1000);
    Sha256Stream stream;
    for (const std::size_t size : {1U, 16U, 63U, 64U, 65U, 1000U}) {
        in_pieces(data, size, [&](ByteView piece) { stream.update(piece); });
        CHECK(stream.finish() == sha256(data));
    }
    CHECK(stream.finish() == sha256(ByteView{}));
}

TEST_CASE("streams: AES-CBC in pieces of any size is AES-CBC at once", "[crypto]") {
    for (std::size_t size = 0; size < 70; ++size) {
        const Bytes plain = counting(size);
        const Bytes sealed = aes_cbc_encrypt(key, iv, plain);
        for (const std::size_t piece_size : {1U, 15U, 16U, 17U, 48U, 100U}) {
            CbcEncryptor encryptor{key, iv};
            Bytes made;
            in_pieces(plain, piece_size, [&](ByteView piece) { encryptor.update(piece, made); });
            encryptor.finish(made);
            CHECK(made == sealed);
            CbcDecryptor decryptor{key, iv};
            Bytes opened;
            in_pieces(sealed, piece_size, [&](ByteView piece) { decryptor.update(piece, opened); });
            REQUIRE(decryptor.finish(opened));
            CHECK(opened == plain);
        }
    }
}

TEST_CASE("streams: a ciphertext that is cut off or was padded wrongly is refused", "[crypto]") {
    const Bytes sealed = aes_cbc_encrypt(key, iv, counting(40));
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CbcDecryptor decryptor{key, iv};
        Bytes opened;
        decryptor.update(ByteView{sealed}.first(size), opened);
        const auto ended = decryptor.finish(opened);
        REQUIRE_FALSE(ended);
        CHECK((ended.error() == crypto::Errc::bad_padding) == (size != 0 && size % 16 == 0));
    }
}

TEST_CASE("streams: blocks from the middle are opened with the block before as the IV", "[crypto]") {
    const Bytes plain = counting(100);
    const Bytes sealed = aes_cbc_encrypt(key, iv, plain);
    const ByteView all{sealed};
    CbcDecryptor decryptor{key, all.subspan(16, 16), CbcDecryptor::Padding::none};
    Bytes opened;
    decryptor.update(all.subspan(32, 48), opened);
    REQUIRE(decryptor.finish(opened));
    CHECK(opened == Bytes(plain.begin() + 32, plain.begin() + 80));
}
