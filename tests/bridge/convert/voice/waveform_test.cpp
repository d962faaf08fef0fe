#include "tests/bridge/convert/voice/sounds.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using sounds::voice::Bars;
using sounds::voice::Waveform;

namespace {

Bars bars_of(const sounds::Pcm& pcm, std::size_t piece = 777) {
    Waveform waveform;
    for (std::size_t at = 0; at < pcm.size(); at += piece) {
        waveform.add(sounds::voice::Samples{pcm}.subspan(at, std::min(piece, pcm.size() - at)));
    }
    return waveform.bars();
}

/// As protocol part 2, section 7.4 says it, over everything at once.
Bars plain_bars(const sounds::Pcm& pcm) {
    std::array<double, 64> means{};
    const std::size_t block = pcm.size() / 64;
    for (std::size_t bar = 0; bar < 64; ++bar) {
        for (std::size_t i = 0; i < block; ++i) means[bar] += std::abs(int{pcm[bar * block + i]});
    }
    const double most = *std::max_element(means.begin(), means.end());
    Bars out{};
    for (std::size_t bar = 0; bar < 64; ++bar)
        out[bar] = static_cast<std::uint8_t>(std::floor(100 * means[bar] / most));
    return out;
}

}  // namespace

TEST_CASE("voice: short waveforms are exactly the published sum", "[convert]") {
    const auto rising = sounds::tone(0.4, 440, [](double at) { return at; });
    CHECK(bars_of(rising) == plain_bars(rising));
    CHECK(bars_of(rising).back() == 100);
}

TEST_CASE("voice: long waveforms follow the sound within a bar's edge", "[convert]") {
    for (const double seconds : {1.0, 7.3, 63.0, 700.0}) {
        const auto rising = sounds::tone(seconds, 200, [](double at) { return at; });
        const Bars bars = bars_of(rising);
        const Bars plain = plain_bars(rising);
        for (std::size_t i = 0; i < 64; ++i) CHECK(std::abs(bars[i] - plain[i]) <= 1);
    }
}

TEST_CASE("voice: the waveform of little or nothing", "[convert]") {
    CHECK(bars_of({}) == Bars{});
    CHECK(bars_of(sounds::Pcm(5000, 0)) == Bars{});
    const Bars one = bars_of({-32768});
    CHECK(std::all_of(one.begin(), one.end(), [](std::uint8_t bar) { return bar == 100; }));
    sounds::Pcm click(64'000, 0);
    click[32'000 + 10] = 20'000;
    Bars expected{};
    expected[32] = 100;
    CHECK(bars_of(click) == expected);
}

TEST_CASE("voice: how pieces come in makes no difference", "[convert]") {
    const auto sound = sounds::tone(3, 300, [](double at) { return at < 0.5 ? at : 1 - at; });
    CHECK(bars_of(sound, 1) == bars_of(sound, 50'000));
}
