#include "bridge/convert/pictures/detail/decoders.hpp"

#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <memory>

namespace bridge::convert::pictures {
namespace {

struct Destroy {
    void operator()(void* handle) const noexcept { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, Destroy>;

/// The most that the decoder can leave out: eighths of the size whose longer side is still long enough.
tjscalingfactor scale_for(int longer, std::uint32_t side) noexcept {
    for (int eighths = 1; eighths < 8; ++eighths) {
        const tjscalingfactor factor{eighths, 8};
        if (static_cast<std::uint32_t>(TJSCALED(longer, factor)) >= side) return factor;
    }
    return {1, 1};
}

}  // namespace

namespace detail {

Result<Picture> decode_jpeg(ByteView file, std::uint32_t side) {
    const Handle decoder{tjInitDecompress()};
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colours = 0;
    const auto size = static_cast<unsigned long>(file.size());
    if (!decoder ||
        tjDecompressHeader3(decoder.get(), file.data(), size, &width, &height, &subsampling, &colours) != 0) {
        return Errc::damaged;
    }
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) return Errc::unsupported;
    const tjscalingfactor factor = scale_for(std::max(width, height), side);
    const int scaled_width = TJSCALED(width, factor);
    const int scaled_height = TJSCALED(height, factor);
    Picture out{{static_cast<std::uint32_t>(scaled_width), static_cast<std::uint32_t>(scaled_height)}, {}};
    out.rgba.resize(static_cast<std::size_t>(out.size.pixels()) * 4);
    constexpr int flags = TJFLAG_FASTDCT | TJFLAG_FASTUPSAMPLE | TJFLAG_LIMITSCANS;
    const int failed = tjDecompress2(
        decoder.get(), file.data(), size, out.rgba.data(), scaled_width, 0, scaled_height, TJPF_RGBA, flags
    );
    // A warning is a file that breaks off or is odd: what there is of it has been decoded.
    if (failed != 0 && tjGetErrorCode(decoder.get()) != TJERR_WARNING) return Errc::damaged;
    return out;
}

}  // namespace detail

Result<Bytes> to_jpeg(const Picture& picture, int quality) {
    const Handle encoder{tjInitCompress()};
    if (!encoder) return Errc::codec_failed;
    Bytes flat;
    flat.reserve(picture.rgba.size() / 4 * 3);
    for (std::size_t i = 0; i + 4 <= picture.rgba.size(); i += 4) {
        const unsigned alpha = picture.rgba[i + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            flat.push_back(static_cast<std::uint8_t>((picture.rgba[i + c] * alpha + 255 * (255 - alpha) + 127) / 255));
        }
    }
    unsigned char* out = nullptr;
    unsigned long size = 0;
    const int failed = tjCompress2(
        encoder.get(),
        flat.data(),
        static_cast<int>(picture.size.width),
        0,
        static_cast<int>(picture.size.height),
        TJPF_RGB,
        &out,
        &size,
        TJSAMP_420,
        quality,
        TJFLAG_ACCURATEDCT
    );
    const std::unique_ptr<unsigned char, decltype(&tjFree)> owned{out, tjFree};
    if (failed != 0) return Errc::codec_failed;
    return Bytes{out, out + size};
}

Result<Thumbnail> make_thumbnail(const Picture& picture, std::uint32_t side, std::size_t most_bytes) {
    const std::uint32_t longer = std::max(picture.size.width, picture.size.height);
    const Picture small = longer > side ? resize(picture, fit(picture.size, side)) : picture;
    for (const int quality : {80, 65, 50, 35, 20, 10}) {
        auto jpeg = to_jpeg(small, quality);
        if (!jpeg) return jpeg.error();
        if (jpeg->size() <= most_bytes) return Thumbnail{std::move(*jpeg), small.size};
    }
    return Errc::too_large;
}

}  // namespace bridge::convert::pictures
