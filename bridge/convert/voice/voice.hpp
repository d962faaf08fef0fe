/// Voice notes as a phone makes them: Opus in Ogg, 16 kHz mono, three frames of 20 ms a packet, with the length and the
/// waveform that go into the message. Also reads what needs no foreign decoder: WAV and Ogg Opus.
///
/// Everything runs in pieces, so an hour of sound needs no more memory than a second. Blocking work for a worker
/// thread. Other formats are decoded by bridge/convert/worker.
#pragma once

#include "bridge/convert/formats/source.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bridge::convert::voice {

using common::ByteView;
using common::Result;
using common::Status;

enum class Errc { unsupported = 1, damaged, no_sound, too_long, codec_failed };
common::ErrcInfo describe(Errc code) noexcept;

/// What every part of this room counts in: samples a second, one channel.
inline constexpr std::uint32_t sample_rate = 16'000;

using Samples = std::span<const std::int16_t>;
/// Takes the next samples (16 kHz, mono); its failure ends the work.
using TakeSamples = std::function<Status(Samples)>;
/// Takes the next bytes of the file that is being made.
using TakeBytes = std::function<Status(ByteView)>;

/// The bars that a phone draws under a voice note: 64 values from 0 to 100, each the mean loudness of its share of the
/// note relative to the loudest (protocol part 2, section 7.4).
using Bars = std::array<std::uint8_t, 64>;

/// Collects a waveform without knowing the length beforehand. Exact up to half a second; beyond that, bars begin and
/// end within 1/128 of their width of where they should.
class Waveform {
public:
    void add(Samples samples);
    Bars bars() const;

private:
    void halve();

    std::vector<std::uint64_t> bins_;  ///< sums of absolute values
    std::uint64_t width_{1};           ///< samples a bin
    std::uint64_t samples_{0};
};

struct Note {
    std::chrono::milliseconds duration{0};
    Bars waveform{};
    /// As the message says it: rounded, at least 1.
    std::uint32_t seconds() const noexcept;
};

struct Options {
    std::int32_t bits_a_second{24'000};
    int complexity{8};  ///< 0 to 10
    std::chrono::seconds longest{std::chrono::hours{2}};
    std::uint32_t serial{0};  ///< of the Ogg stream; random in practice
};

class Encoder {
public:
    /// Writes the headers with the first samples.
    Encoder(Options options, TakeBytes write);
    ~Encoder();
    Encoder(Encoder&&) noexcept;
    Encoder& operator=(Encoder&&) noexcept;

    /// `too_long` beyond `longest`; after an error only destruction is left.
    Status add(Samples samples);
    /// Writes what is left. `no_sound` when there was none.
    Result<Note> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Any rate and number of channels to 16 kHz mono. The length is kept: out is in, times 16,000, over the rate, rounded.
class Resampler {
public:
    /// `rate` from 1,000 to 768,000.
    Resampler(std::uint32_t rate, TakeSamples take);
    ~Resampler();
    Resampler(Resampler&&) noexcept;
    Resampler& operator=(Resampler&&) noexcept;

    /// One channel, full scale is 1.
    Status add(std::span<const float> samples);
    Status finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The sound of a WAV file (PCM of 8 to 32 bits, float) or of an Ogg Opus file, until `take` fails. `unsupported` for
/// all else, `damaged` for what breaks off before the first sample.
Status decode(formats::Source& file, const TakeSamples& take);

}  // namespace bridge::convert::voice
