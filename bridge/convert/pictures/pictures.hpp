/// Pictures in process: JPEG, PNG and WebP in, small JPEG and WebP out, and what happens between (scaling, turning).
///
/// Pure but for memory, which is bounded by the limits. Blocking work for a worker thread. Other formats and films are
/// decoded by bridge/convert/worker.
#pragma once

#include "bridge/convert/formats/formats.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace bridge::convert::pictures {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;
using formats::Dimensions;

enum class Errc { unsupported = 1, damaged, too_large, codec_failed };
common::ErrcInfo describe(Errc code) noexcept;

/// Rows from the top, 4 bytes a pixel (red, green, blue, alpha), alpha not premultiplied.
struct Picture {
    Dimensions size;
    Bytes rgba;
};

struct Limits {
    std::uint64_t pixels{100'000'000};  ///< as coded
    std::uint64_t whole_pixels{
        40'000'000};  ///< where a decoder holds all of them (progressive, interlaced, lossless WebP)
    std::uint64_t file_bytes{64U << 20};
};

/// A JPEG, PNG or WebP, turned as its EXIF says; of an animation the first picture. Scaled down while decoding as far
/// as its longer side stays at least `side`. A file that breaks off gives what there is. `unsupported` for other
/// formats and CMYK.
Result<Picture> decode(formats::Source& file, std::uint32_t side, const Limits& limits);

/// Each picture of an animated WebP, whole, with the milliseconds that it is shown, until `take` fails.
using TakeFrame = std::function<Status(const Picture&, std::uint32_t)>;
Status decode_animation(formats::Source& file, const TakeFrame& take, const Limits& limits);

/// Averages when smaller, interpolates when larger.
Picture resize(const Picture& picture, Dimensions to);
/// The largest size of the same shape whose longer side is `side`.
Dimensions fit(Dimensions size, std::uint32_t side) noexcept;
/// By EXIF's numbers 1 to 8.
Picture turn(Picture picture, std::uint8_t orientation);
/// As large as fits into a square, in its middle, on nothing.
Picture contain(const Picture& picture, std::uint32_t side);

/// On white.
Result<Bytes> to_jpeg(const Picture& picture, int quality);
Result<Bytes> to_webp(const Picture& picture, float quality);

/// The picture that stands in the message until the file is loaded. At most `side` long, never scaled up; the quality
/// falls until it fits into `most_bytes`.
struct Thumbnail {
    Bytes jpeg;
    Dimensions size;
};
Result<Thumbnail> make_thumbnail(const Picture& picture, std::uint32_t side, std::size_t most_bytes);

/// An animated WebP that repeats for ever.
class Animation {
public:
    Animation(Dimensions size, float quality);
    ~Animation();
    Animation(Animation&&) noexcept;
    Animation& operator=(Animation&&) noexcept;

    /// Of the size given at the start.
    Status add(const Picture& picture, std::uint32_t shown_ms);
    Result<Bytes> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bridge::convert::pictures
