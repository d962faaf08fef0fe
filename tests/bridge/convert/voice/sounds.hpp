/// Sounds to test with, and what our encoder makes of them.
#pragma once

#include "bridge/convert/formats/formats.hpp"
#include "bridge/convert/voice/voice.hpp"
#include "common/bytes/bytes.hpp"
#include "tests/support/print.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace sounds {

namespace voice = bridge::convert::voice;
using common::Bytes;
using common::ByteView;
using Pcm = std::vector<std::int16_t>;

/// A sine; `loudness(t)` from 0 to 1 for t from 0 to 1 over the whole length.
template <class Loudness>
Pcm tone(double seconds, double hertz, Loudness loudness, double rate = voice::sample_rate) {
    Pcm out(static_cast<std::size_t>(std::lround(seconds * rate)));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double at = static_cast<double>(i) / static_cast<double>(out.size());
        const double wave = std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate);
        out[i] = static_cast<std::int16_t>(std::lround(30'000 * loudness(at) * wave));
    }
    return out;
}

inline Pcm tone(double seconds, double hertz = 440) {
    return tone(seconds, hertz, [](double) { return 1.0; });
}

struct Encoded {
    Bytes file;
    voice::Note note;
};

inline common::Result<Encoded> encode(
    const Pcm& pcm, voice::Options options = {.serial = 99}, std::size_t piece = 1000
) {
    Encoded out;
    const auto write = [&](ByteView bytes) {
        common::append(out.file, bytes);
        return common::Status{};
    };
    voice::Encoder encoder{options, write};
    for (std::size_t at = 0; at < pcm.size(); at += piece) {
        const auto taken = encoder.add(voice::Samples{pcm}.subspan(at, std::min(piece, pcm.size() - at)));
        if (!taken) return taken.error();
    }
    auto note = encoder.finish();
    if (!note) return note.error();
    out.note = *note;
    return out;
}

inline common::Result<Pcm> decode(ByteView file) {
    Pcm out;
    bridge::convert::formats::MemorySource source{file};
    const auto take = [&](voice::Samples samples) {
        out.insert(out.end(), samples.begin(), samples.end());
        return common::Status{};
    };
    const auto done = voice::decode(source, take);
    if (!done) return done.error();
    return out;
}

/// A WAV file; `bits` also as said by `tag` 3 for floats.
inline Bytes wav(
    const Pcm& pcm,
    std::uint32_t rate = voice::sample_rate,
    std::uint16_t channels = 1,
    std::uint16_t bits = 16,
    std::uint16_t tag = 1
) {
    Bytes data;
    const auto le = [](Bytes& out, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    };
    for (const std::int16_t sample : pcm) {
        for (std::uint16_t channel = 0; channel < channels; ++channel) {
            const auto wide = static_cast<std::uint32_t>(std::int32_t{sample} * 65'536);
            if (tag == 3)
                le(data, std::bit_cast<std::uint32_t>(static_cast<float>(sample) / 32768.0F), 4);
            else if (bits == 8)
                data.push_back(static_cast<std::uint8_t>((wide >> 24) + 128));
            else
                le(data, wide >> (32 - bits), bits / 8);
        }
    }
    Bytes out = common::to_bytes("RIFF");
    le(out, 36 + data.size(), 4);
    common::append(out, common::as_bytes("WAVEfmt "));
    le(out, 16, 4);
    le(out, tag, 2);
    le(out, channels, 2);
    le(out, rate, 4);
    le(out, std::uint64_t{rate} * channels * bits / 8, 4);
    le(out, channels * bits / 8, 2);
    le(out, bits, 2);
    common::append(out, common::as_bytes("data"));
    le(out, data.size(), 4);
    common::append(out, data);
    return out;
}

/// Root of the mean square of a stretch.
inline double loudness(voice::Samples samples) {
    double sum = 0;
    for (const std::int16_t sample : samples) sum += static_cast<double>(sample) * sample;
    return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

/// How alike two sounds are, 1 for the same, whatever their loudness.
inline double likeness(voice::Samples a, voice::Samples b) {
    double product = 0;
    const std::size_t count = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < count; ++i) product += static_cast<double>(a[i]) * b[i];
    return product / (loudness(a.first(count)) * loudness(b.first(count)) * static_cast<double>(count));
}

/// The same, moving `b` by up to half a millisecond: codecs shift phases.
inline double likeness_nearby(voice::Samples a, voice::Samples b) {
    double best = -1;
    for (std::size_t shift = 0; shift <= voice::sample_rate / 2000; ++shift) {
        best = std::max({best, likeness(a.subspan(shift), b), likeness(a, b.subspan(shift))});
    }
    return best;
}

}  // namespace sounds
