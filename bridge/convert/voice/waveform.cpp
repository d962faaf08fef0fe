#include "bridge/convert/voice/voice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace bridge::convert::voice {
namespace {

constexpr std::size_t most_bins = 64 * 128;

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::unsupported: return {Kind::invalid, "this kind of sound file needs the media worker"};
        case Errc::damaged: return {Kind::invalid, "the sound file is damaged"};
        case Errc::no_sound: return {Kind::invalid, "the file holds no sound"};
        case Errc::too_long: return {Kind::invalid, "the sound is too long for a voice note"};
        case Errc::codec_failed: return {Kind::internal, "the sound could not be encoded"};
    }
    return {Kind::internal, "unknown voice error"};
}

void Waveform::add(Samples samples) {
    for (const std::int16_t sample : samples) {
        if (samples_ % width_ == 0) {
            if (bins_.size() == most_bins) halve();
            // Halving doubles the width; the number of samples so far is a multiple of the new one as well.
            bins_.push_back(0);
        }
        bins_.back() += static_cast<std::uint64_t>(std::abs(int{sample}));
        ++samples_;
    }
}

void Waveform::halve() {
    for (std::size_t i = 0; i < bins_.size() / 2; ++i) bins_[i] = bins_[2 * i] + bins_[2 * i + 1];
    bins_.resize(bins_.size() / 2);
    width_ *= 2;
}

Bars Waveform::bars() const {
    Bars out{};
    std::array<double, 64> means{};
    const double width = static_cast<double>(width_);
    const double share = static_cast<double>(samples_) / static_cast<double>(out.size());
    for (std::size_t bar = 0; bar < out.size() && samples_ > 0; ++bar) {
        const double begin = share * static_cast<double>(bar);
        const double end = share * static_cast<double>(bar + 1);
        double sum = 0;
        for (auto i = static_cast<std::size_t>(begin / width); i < bins_.size(); ++i) {
            const double low = static_cast<double>(i) * width;
            if (low >= end) break;
            // The last bin may be filled in part only.
            const double high = std::min(low + width, static_cast<double>(samples_));
            const double covered = std::min(high, end) - std::max(low, begin);
            if (covered > 0) sum += static_cast<double>(bins_[i]) * covered / (high - low);
        }
        means[bar] = sum / share;
    }
    const double loudest = *std::max_element(means.begin(), means.end());
    if (loudest <= 0) return out;
    for (std::size_t bar = 0; bar < out.size(); ++bar) {
        out[bar] = static_cast<std::uint8_t>(std::clamp(std::floor(100 * means[bar] / loudest), 0.0, 100.0));
    }
    return out;
}

std::uint32_t Note::seconds() const noexcept {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(1, (duration.count() + 500) / 1000));
}

}  // namespace bridge::convert::voice
