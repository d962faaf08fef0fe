#include "bridge/convert/formats/formats.hpp"
#include "bridge/convert/voice/detail/decoders.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace bridge::convert::voice {
namespace detail {
namespace {

std::uint64_t le(ByteView bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

struct Layout {
    bool is_float{false};
    std::size_t channels{0};
    std::uint32_t rate{0};
    std::size_t sample_bytes{0};
    std::uint64_t begin{0};
    std::uint64_t end{0};

    std::size_t frame_bytes() const noexcept { return channels * sample_bytes; }
    bool is_known() const noexcept {
        const bool known = is_float ? sample_bytes == 4 || sample_bytes == 8 : sample_bytes >= 1 && sample_bytes <= 4;
        return known && channels >= 1 && channels <= 32;
    }
};

/// RIFF chunks up to the data.
std::optional<Layout> find_layout(formats::Source& file) noexcept {
    constexpr int most_chunks = 256;
    std::optional<Layout> layout;
    std::uint64_t at = 12;
    for (int i = 0; i < most_chunks; ++i) {
        std::array<std::uint8_t, 8> header;
        if (file.read(at, header) < header.size()) return std::nullopt;
        const std::string_view type = common::as_text(header).substr(0, 4);
        const std::uint64_t size = le(ByteView{header}.subspan(4));
        at += header.size();
        if (type == "fmt ") {
            std::array<std::uint8_t, 40> fields{};
            const ByteView format = ByteView{fields};
            if (file.read(at, std::span{fields}.first(std::min<std::size_t>(size, 40))) < 16) return std::nullopt;
            // 0xFFFE: the true format is the start of a GUID.
            const std::uint64_t tag = le(format.first(2)) == 0xFFFE ? le(format.subspan(24, 2)) : le(format.first(2));
            const std::uint64_t bits = le(format.subspan(14, 2));
            if ((tag != 1 && tag != 3) || bits % 8 != 0) return std::nullopt;
            layout = Layout{
                tag == 3, le(format.subspan(2, 2)), static_cast<std::uint32_t>(le(format.subspan(4, 4))), bits / 8};
        }
        if (type == "data") {
            if (!layout || !layout->is_known()) return std::nullopt;
            layout->begin = at;
            layout->end = at + std::min(size, file.size() - std::min(at, file.size()));
            return layout;
        }
        at += size + size % 2;
    }
    return std::nullopt;
}

float sample_at(ByteView bytes, bool is_float) noexcept {
    const std::uint64_t raw = le(bytes);
    if (is_float && bytes.size() == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(raw));
    if (is_float) return static_cast<float>(std::bit_cast<double>(raw));
    if (bytes.size() == 1) return (static_cast<float>(raw) - 128.0F) / 128.0F;  // bytes alone are unsigned
    const int unused = 32 - static_cast<int>(bytes.size()) * 8;
    return static_cast<float>(static_cast<std::int32_t>(static_cast<std::uint32_t>(raw) << unused)) / 2147483648.0F;
}

}  // namespace

Status decode_wav(formats::Source& file, const TakeSamples& take) {
    const auto layout = find_layout(file);
    if (!layout) return Errc::unsupported;
    Resampler resampler{layout->rate, take};
    const std::size_t frame_bytes = layout->frame_bytes();
    std::vector<std::uint8_t> bytes(4096 * frame_bytes);
    std::vector<float> mono;
    for (std::uint64_t at = layout->begin; at < layout->end;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), layout->end - at));
        const std::size_t frames = file.read(at, std::span{bytes}.first(wanted)) / frame_bytes;
        if (frames == 0) break;
        mono.assign(frames, 0.0F);
        for (std::size_t i = 0; i < frames * layout->channels; ++i) {
            const ByteView sample = ByteView{bytes}.subspan(i * layout->sample_bytes, layout->sample_bytes);
            mono[i / layout->channels] += sample_at(sample, layout->is_float) / static_cast<float>(layout->channels);
        }
        if (auto done = resampler.add(mono); !done) return done;
        at += frames * frame_bytes;
    }
    return resampler.finish();
}

}  // namespace detail

Status decode(formats::Source& file, const TakeSamples& take) {
    switch (formats::identify(file).type) {
        case formats::Type::wav: return detail::decode_wav(file, take);
        case formats::Type::ogg_opus: return detail::decode_opus(file, take);
        default: return Errc::unsupported;
    }
}

}  // namespace bridge::convert::voice
