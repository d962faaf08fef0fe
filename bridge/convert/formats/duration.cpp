#include "bridge/convert/formats/detail/guess.hpp"
#include "bridge/convert/formats/detail/reader.hpp"

#include <algorithm>
#include <array>

namespace bridge::convert::formats {
namespace {

using detail::four;
using detail::Reader;

constexpr std::uint64_t longest_s = 315'360'000;  // ten years: more is a broken header

std::optional<std::chrono::milliseconds> to_time(std::uint64_t units, std::uint64_t a_second) noexcept {
    if (a_second == 0 || units / a_second > longest_s) return std::nullopt;
    return std::chrono::milliseconds{units / a_second * 1000 + units % a_second * 1000 / a_second};
}

std::optional<std::chrono::milliseconds> wav_duration(Source& file) noexcept {
    constexpr int most_chunks = 256;
    Reader reader{file, 12};
    std::uint32_t bytes_a_second = 0;
    for (int i = 0; i < most_chunks; ++i) {
        const std::uint32_t type = reader.be32();
        const std::uint32_t size = reader.le32();
        const std::uint64_t start = reader.position();
        if (!reader.ok()) return std::nullopt;
        if (type == four("fmt ")) {
            reader.skip(8);
            bytes_a_second = reader.le32();
        }
        // What writes to a pipe does not know the size: then the data goes on to the end.
        if (type == four("data")) return to_time(std::min<std::uint64_t>(size, file.size() - start), bytes_a_second);
        reader.seek(start);
        reader.skip(std::uint64_t{size} + size % 2);
    }
    return std::nullopt;
}

/// The position in the last page of the stream (RFC 3533), in samples of the codec's clock.
std::optional<std::uint64_t> last_position(Source& file, std::uint32_t serial) noexcept {
    std::array<std::uint8_t, 2048> block;
    constexpr std::uint64_t reach = 256U << 10;  // pages are at most 64 KiB
    constexpr std::uint64_t header = 27;
    std::uint64_t end = file.size();
    const std::uint64_t low = end - std::min(end, reach);
    while (end > low) {
        const std::uint64_t start = end - std::min<std::uint64_t>(end - low, block.size() - header);
        const std::string_view text = common::as_text(ByteView{block}.first(file.read(start, block)));
        for (std::size_t at = text.rfind("OggS"); at != text.npos;
             at = at > 0 ? text.rfind("OggS", at - 1) : text.npos) {
            Reader page{file, start + at + 6};
            const std::uint64_t position = page.le64();
            if (page.le32() == serial && page.ok() && position != UINT64_MAX) return position;
        }
        end = start;
    }
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> ogg_duration(Source& file, Type type) noexcept {
    Reader reader{file, 14};
    const std::uint32_t serial = reader.le32();
    reader.skip(8);
    const std::uint8_t segments = reader.u8();
    reader.skip(segments);
    const std::uint64_t packet = reader.position();
    const auto position = last_position(file, serial);
    if (!position) return std::nullopt;
    if (type == Type::ogg_opus) {
        reader.seek(packet + 10);
        const std::uint16_t skipped = reader.le16();  // RFC 7845, section 5.1: samples before the sound begins
        if (!reader.ok() || *position < skipped) return std::nullopt;
        return to_time(*position - skipped, 48'000);
    }
    reader.seek(packet + 12);
    const std::uint32_t rate = reader.le32();
    return reader.ok() ? to_time(*position, rate) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> find_audio_duration(Source& file) noexcept {
    switch (const Type type = identify(file).type; type) {
        case Type::wav: return wav_duration(file);
        case Type::ogg_opus:
        case Type::ogg_vorbis: return ogg_duration(file, type);
        default: return std::nullopt;
    }
}

}  // namespace bridge::convert::formats
