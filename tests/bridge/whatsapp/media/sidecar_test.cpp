#include "bridge/whatsapp/media/sidecar.hpp"

#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace media_test;
using media::Errc;

TEST_CASE("sidecar: ten bytes for each begun piece of the body", "[media]") {
    const auto keys = some_keys();
    // The body is padded to whole blocks and ten bytes longer: 65,510 is the last size of one piece.
    for (const auto& [size, pieces] :
         {std::pair{0U, 1U}, {65'510U, 1U}, {65'520U, 2U}, {131'056U, 3U}, {131'000U, 2U}}) {
        const auto [sealed, body] = seal(keys, counting(size), 7777, true);
        CHECK(sealed.sidecar.size() == 10 * pieces);
        CHECK((body.size() + 65'535) / 65'536 == pieces);
    }
}

TEST_CASE("sidecar: it does not depend on the chunks", "[media]") {
    const auto keys = some_keys();
    const Bytes plain = counting(200'000);
    const Bytes once = seal(keys, plain, plain.size(), true).sealed.sidecar;
    for (const std::size_t chunk : {17U, 65'536U, 65'537U})
        CHECK(seal(keys, plain, chunk, true).sealed.sidecar == once);
}

TEST_CASE("sidecar: a changed piece, a piece in another place and a missing one are refused", "[media]") {
    const auto keys = some_keys();
    const auto [sealed, body] = seal(keys, counting(150'000), 50'000, true);
    const ByteView all{body};
    const Bytes& sidecar = sealed.sidecar;
    const ByteView second = all.subspan(65'536, 65'536);
    const ByteView before = all.subspan(65'520, 16);
    CHECK(media::check_sidecar(keys, sidecar, 1, before, second));
    Bytes changed{second.begin(), second.end()};
    changed[40'000] ^= 1;
    CHECK(media::check_sidecar(keys, sidecar, 1, before, changed).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, sidecar, 1, all.first(16), second).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, sidecar, 1, {}, second).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, sidecar, 2, before, second).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, sidecar, 3, before, second).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, sidecar, 1, before, {}).error() == Errc::wrong_sidecar);
    CHECK(media::check_sidecar(keys, ByteView{sidecar}.first(19), 1, before, second).error() == Errc::wrong_sidecar);
}

TEST_CASE("sidecar: the first frame's covers whole blocks of the ciphertext", "[media]") {
    const auto keys = some_keys(media::Type::sticker);
    const Bytes body = seal(keys, counting(100)).body;
    const auto whole = media::first_frame_sidecar(keys, body, 32).value();
    CHECK(whole.size() == 10);
    CHECK(media::first_frame_sidecar(keys, body, 17).value() == whole);
    CHECK(media::first_frame_sidecar(keys, body, 33).value() != whole);
    CHECK(media::first_frame_sidecar(keys, body, body.size() + 1).error() == Errc::too_short);
    CHECK(media::first_frame_sidecar(keys, body, ~std::size_t{0}).error() == Errc::too_short);
    CHECK(media::first_frame_sidecar(keys, ByteView{body}.first(20), 20).error() == Errc::too_short);
}
