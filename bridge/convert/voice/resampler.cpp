#include "bridge/convert/voice/voice.hpp"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <cmath>

namespace bridge::convert::voice {
namespace {

constexpr int quality = 5;  // of 10; what speexdsp calls good enough for a sound card
constexpr std::size_t block = 4096;

std::int16_t to_sample(float value) noexcept {
    if (!(value > -1.0F)) return value <= -1.0F ? INT16_MIN : std::int16_t{0};  // not a number is silence
    return value >= 1.0F ? INT16_MAX : static_cast<std::int16_t>(std::lrintf(value * 32767.0F));
}

struct Deleter {
    void operator()(SpeexResamplerState* handle) const noexcept { speex_resampler_destroy(handle); }
};

}  // namespace

struct Resampler::State {
    State(std::uint32_t r, TakeSamples t) : rate{r}, take{std::move(t)} {
        if (rate < 1000 || rate > 768'000) return;
        int failure = RESAMPLER_ERR_SUCCESS;
        handle.reset(speex_resampler_init(1, rate, sample_rate, quality, &failure));
        if (handle) speex_resampler_skip_zeros(handle.get());
    }

    Status add(std::span<const float> samples) {
        if (!handle) return Errc::unsupported;
        taken += samples.size();
        return convert(samples);
    }

    Status convert(std::span<const float> samples) {
        while (!samples.empty()) {
            auto in = static_cast<spx_uint32_t>(std::min(samples.size(), block));
            auto out = static_cast<spx_uint32_t>(converted.size());
            if (speex_resampler_process_float(handle.get(), 0, samples.data(), &in, converted.data(), &out) != 0 ||
                (in == 0 && out == 0)) {
                return Errc::codec_failed;
            }
            samples = samples.subspan(in);
            if (auto done = hand_over(out); !done) return done;
        }
        return {};
    }

    Status hand_over(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) rounded[i] = to_sample(converted[i]);
        given += count;
        return count == 0 ? Status{} : take(Samples{rounded}.first(count));
    }

    Status finish() {
        if (!handle) return Errc::unsupported;
        // Silence pushes out what the filter still holds; what it adds is cut off.
        const std::uint64_t due = (taken * sample_rate + rate / 2) / rate;
        const std::vector<float> silence(block, 0.0F);
        for (int rounds = 0; given < due && rounds < 1024; ++rounds) {
            auto in = static_cast<spx_uint32_t>(silence.size());
            auto out = static_cast<spx_uint32_t>(std::min<std::uint64_t>(converted.size(), due - given));
            if (speex_resampler_process_float(handle.get(), 0, silence.data(), &in, converted.data(), &out) != 0) {
                return Errc::codec_failed;
            }
            if (auto done = hand_over(out); !done) return done;
        }
        return {};
    }

    std::uint32_t rate;
    TakeSamples take;
    std::unique_ptr<SpeexResamplerState, Deleter> handle;
    std::uint64_t taken{0};
    std::uint64_t given{0};
    std::array<float, block> converted;
    std::array<std::int16_t, block> rounded;
};

Resampler::Resampler(std::uint32_t rate, TakeSamples take) : state_{std::make_unique<State>(rate, std::move(take))} {}
Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;
Status Resampler::add(std::span<const float> samples) { return state_->add(samples); }
Status Resampler::finish() { return state_->finish(); }

}  // namespace bridge::convert::voice
