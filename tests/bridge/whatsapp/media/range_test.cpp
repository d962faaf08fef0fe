#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace media_test;

namespace {

/// What a host gives for the range.
Bytes served(const Bytes& body, const media::BodyRange& range) {
    const std::size_t begin = std::min<std::size_t>(range.begin, body.size());
    const std::size_t end = std::min<std::size_t>(range.end, body.size());
    return {body.begin() + static_cast<std::ptrdiff_t>(begin), body.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

TEST_CASE("ranges: every part of a file can be read without the rest", "[media]") {
    const auto keys = some_keys();
    for (const std::size_t size : {1U, 15U, 16U, 17U, 47U, 48U, 70U}) {
        const Bytes plain = counting(size);
        const Bytes body = seal(keys, plain).body;
        for (std::size_t begin = 0; begin < size + 20; ++begin) {
            for (std::size_t end = begin + 1; end <= size + 20; ++end) {
                const auto range = media::body_range(begin, end);
                CHECK(range.begin % 16 == 0);
                const auto content = media::open_range(keys, range, served(body, range), body.size());
                const std::size_t from = std::min(begin, size);
                const std::size_t to = std::min(end, size);
                INFO(size << " bytes, [" << begin << ", " << end << ")");
                REQUIRE(content.has_value());
                CHECK(
                    *content == Bytes(
                                    plain.begin() + static_cast<std::ptrdiff_t>(from),
                                    plain.begin() + static_cast<std::ptrdiff_t>(to)
                                )
                );
            }
        }
    }
}

TEST_CASE("ranges: no more than two blocks are asked for besides the wanted ones", "[media]") {
    const auto range = media::body_range(1000, 1001);
    CHECK(range.end - range.begin == 32);
    const auto first = media::body_range(0, 10);
    CHECK(first.begin == 0);
    CHECK(first.end == 16);
    CHECK(first.starts_at_zero);
}

TEST_CASE("ranges: without the length of the body, blocks before its end can be read", "[media]") {
    const auto keys = some_keys();
    const Bytes plain = counting(100);
    const Bytes body = seal(keys, plain).body;
    const auto range = media::body_range(20, 90);
    CHECK(
        media::open_range(keys, range, served(body, range), 0).value() == Bytes(plain.begin() + 20, plain.begin() + 90)
    );
}

TEST_CASE("ranges: fewer bytes than asked for are refused, never read past", "[media]") {
    const auto keys = some_keys();
    const Bytes body = seal(keys, counting(100)).body;
    const auto range = media::body_range(20, 60);
    const Bytes part = served(body, range);
    for (std::size_t size = 0; size < part.size(); ++size) {
        CHECK(
            media::open_range(keys, range, ByteView{part}.first(size), body.size()).error() == media::Errc::too_short
        );
        CHECK(media::open_range(keys, range, ByteView{part}.first(size), 0).error() == media::Errc::too_short);
    }
    for (std::size_t length = 1; length < 60; ++length) {
        const auto content = media::open_range(keys, range, part, length);
        if ((length - 10) % 16 != 0 || length <= 10) CHECK(content.error() == media::Errc::too_short);
    }
}
