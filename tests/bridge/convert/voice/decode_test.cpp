#include "tests/bridge/convert/voice/sounds.hpp"

#include <catch2/catch.hpp>

namespace voice = sounds::voice;

TEST_CASE("voice: WAV of any width, rate and number of channels comes out at 16 kHz", "[convert]") {
    const auto expected = sounds::tone(1, 440);
    struct Case {
        std::uint32_t rate;
        std::uint16_t channels, bits, tag;
    };
    for (const Case& c :
         {Case{16'000, 1, 16, 1},
          {16'000, 2, 8, 1},
          {48'000, 2, 24, 1},
          {44'100, 1, 32, 1},
          {8'000, 1, 16, 1},
          {96'000, 6, 32, 3},
          {11'025, 1, 16, 1}}) {
        CAPTURE(c.rate, c.channels, c.bits, c.tag);
        const auto sound = sounds::tone(
            1, 440, [](double) { return 1.0; }, c.rate
        );
        const auto decoded = sounds::decode(sounds::wav(sound, c.rate, c.channels, c.bits, c.tag));
        REQUIRE(decoded);
        CHECK(decoded->size() == 16'000);
        CHECK(sounds::likeness(expected, *decoded) > 0.99);
        CHECK(sounds::loudness(*decoded) == Approx(sounds::loudness(expected)).epsilon(0.03));
    }
}

TEST_CASE("voice: broken WAV files end in an error or early, never worse", "[convert]") {
    const auto file = sounds::wav(sounds::tone(0.01), 48'000, 2, 24);
    for (std::size_t size = 0; size < file.size(); ++size) {
        const auto decoded = sounds::decode(sounds::ByteView{file}.first(size));
        if (decoded) CHECK(decoded->size() <= 160);
    }
    auto broken = file;
    for (std::size_t bit = 0; bit < 44 * 8; ++bit) {
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        if (const auto decoded = sounds::decode(broken)) CHECK(decoded->size() < 400'000);
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
    const auto law = sounds::wav(sounds::tone(0.1), 8'000, 1, 8, 7);
    CHECK(sounds::decode(law).error() == voice::Errc::unsupported);
}

TEST_CASE("voice: broken Ogg files end in an error or early, never worse", "[convert]") {
    const auto encoded = sounds::encode(sounds::tone(0.3));
    REQUIRE(encoded);
    for (std::size_t size = 0; size < encoded->file.size(); size += 7) {
        const auto decoded = sounds::decode(sounds::ByteView{encoded->file}.first(size));
        if (decoded) CHECK(decoded->size() <= 4'800 + 960);
    }
    auto broken = encoded->file;
    for (std::size_t bit = 0; bit < broken.size() * 8; bit += 5) {
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        (void)sounds::decode(broken);
        broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

TEST_CASE("voice: other files are left to the worker", "[convert]") {
    CHECK(sounds::decode(common::as_bytes("ID3\x03 not for us")).error() == voice::Errc::unsupported);
    CHECK(sounds::decode({}).error() == voice::Errc::unsupported);
}

TEST_CASE("voice: whoever takes the sound may stop it", "[convert]") {
    const auto file = sounds::wav(sounds::tone(10));
    bridge::convert::formats::MemorySource source{file};
    int taken = 0;
    const auto take = [&](voice::Samples) {
        return ++taken < 3 ? common::Status{} : common::Status{common::Errc::cancelled};
    };
    CHECK(voice::decode(source, take).error() == common::Errc::cancelled);
    CHECK(taken == 3);
}
