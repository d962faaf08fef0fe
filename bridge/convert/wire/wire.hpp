/// What the bridge and its media worker say to each other: a job in the worker's arguments, the file as its standard
/// input, records on its standard output.
///
/// A record is a letter, the length of what follows (4 bytes, big-endian), and that. The worker includes nothing else
/// of the project, and this header nothing but the standard library.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>

namespace bridge::convert::wire {

enum class Job : std::uint8_t {
    probe,     ///< info
    sound,     ///< info, then samples
    pictures,  ///< info, then pictures
    fence      ///< tries what the confinement must forbid; prints a line for each thing that worked
};

struct Request {
    Job job{Job::probe};
    std::uint32_t cpu_s{30};
    std::uint32_t memory_mib{1024};
    std::uint64_t most_pixels{100'000'000};  ///< of one picture, as coded
    std::uint64_t longest_ms{0};             ///< pictures: end after this; sound: fail beyond this; 0: no limit
    std::uint32_t side{0};                   ///< pictures: longer side at most this
    std::uint32_t count{1};                  ///< pictures: at most this many
    std::uint32_t interval_ms{0};            ///< pictures: leave out what is closer to the one before
    friend bool operator==(const Request&, const Request&) = default;
};

/// One record at most, header aside; a picture of 1,024 by 1,024 fits.
inline constexpr std::uint32_t most_record_bytes = 12 + 4 * 1024 * 1024;
inline constexpr std::uint32_t longest_side = 1024;
inline constexpr std::size_t header_bytes = 5;

enum class Record : std::uint8_t {
    info = 'I',     ///< `Info`, 20 bytes
    sound = 'S',    ///< samples: 16-bit little-endian, 16 kHz, mono
    picture = 'P',  ///< width, height, milliseconds shown (4 bytes each), then RGBA rows from the top
    failure = 'E',  ///< `Failure`, 1 byte; the last record
    done = 'Z'      ///< empty; the last record
};

enum class Failure : std::uint8_t {
    unreadable = 1,  ///< no format that is known, or damaged
    nothing_there,   ///< no sound, or no picture
    too_large,       ///< more pixels than allowed
    too_long,
    out_of_memory,
    unconfined  ///< the fence could not be put up, so nothing was read
};

struct Info {
    std::uint32_t width{0};  ///< as shown, so after `orientation`; 0 without pictures
    std::uint32_t height{0};
    std::uint64_t duration_ms{0};  ///< 0: not known
    bool has_sound{false};
    bool has_pictures{false};
    std::uint8_t orientation{1};  ///< as in EXIF: how pictures have to be turned
    friend bool operator==(const Info&, const Info&) = default;
};
inline constexpr std::size_t info_bytes = 20;

inline void put(std::uint8_t* out, std::uint64_t value, std::size_t bytes) noexcept {
    for (std::size_t i = bytes; i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
}
inline std::uint64_t get(const std::uint8_t* in, std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | in[i];
    return value;
}

inline std::array<std::uint8_t, info_bytes> to_bytes(const Info& info) noexcept {
    std::array<std::uint8_t, info_bytes> out{};
    put(out.data(), info.width, 4);
    put(out.data() + 4, info.height, 4);
    put(out.data() + 8, info.duration_ms, 8);
    out[16] = info.has_sound;
    out[17] = info.has_pictures;
    out[18] = info.orientation;
    return out;
}

/// Nothing for what no worker of ours writes.
inline std::optional<Info> parse_info(const std::array<std::uint8_t, info_bytes>& in) noexcept {
    if (in[16] > 1 || in[17] > 1 || in[18] < 1 || in[18] > 8) return std::nullopt;
    return Info{
        static_cast<std::uint32_t>(get(in.data(), 4)),
        static_cast<std::uint32_t>(get(in.data() + 4, 4)),
        get(in.data() + 8, 8),
        in[16] == 1,
        in[17] == 1,
        in[18]};
}

/// What follows the program's name.
using Arguments = std::array<std::string, 8>;

inline Arguments to_arguments(const Request& request) {
    return {
        std::to_string(static_cast<int>(request.job)),
        std::to_string(request.cpu_s),
        std::to_string(request.memory_mib),
        std::to_string(request.most_pixels),
        std::to_string(request.longest_ms),
        std::to_string(request.side),
        std::to_string(request.count),
        std::to_string(request.interval_ms)};
}

inline std::optional<Request> parse_arguments(int count, const char* const* values) noexcept {
    if (count != static_cast<int>(std::tuple_size_v<Arguments>)) return std::nullopt;
    bool ok = true;
    const auto number = [&](int index, auto& out) {
        const std::string_view text{values[index]};
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
        ok = ok && failed == std::errc{} && end == text.data() + text.size();
    };
    Request request;
    std::uint8_t job = 0;
    number(0, job);
    number(1, request.cpu_s);
    number(2, request.memory_mib);
    number(3, request.most_pixels);
    number(4, request.longest_ms);
    number(5, request.side);
    number(6, request.count);
    number(7, request.interval_ms);
    if (!ok || job > static_cast<std::uint8_t>(Job::fence) || request.side > longest_side) return std::nullopt;
    request.job = static_cast<Job>(job);
    return request;
}

}  // namespace bridge::convert::wire
