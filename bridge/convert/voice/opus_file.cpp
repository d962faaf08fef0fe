#include "bridge/convert/voice/detail/decoders.hpp"

#include <opusfile.h>

#include <cstdio>

namespace bridge::convert::voice::detail {
namespace {

struct Place {
    formats::Source& file;
    std::uint64_t at{0};
};

int read(void* stream, unsigned char* out, int count) {
    auto& place = *static_cast<Place*>(stream);
    if (count <= 0) return 0;
    const std::size_t got = place.file.read(place.at, {out, static_cast<std::size_t>(count)});
    place.at += got;
    return static_cast<int>(got);
}

int seek(void* stream, opus_int64 offset, int whence) {
    auto& place = *static_cast<Place*>(stream);
    const auto size = static_cast<opus_int64>(place.file.size());
    const opus_int64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<opus_int64>(place.at) : size;
    if (offset < -base || offset > size - base) return -1;
    place.at = static_cast<std::uint64_t>(base + offset);
    return 0;
}

opus_int64 tell(void* stream) { return static_cast<opus_int64>(static_cast<Place*>(stream)->at); }

struct Deleter {
    void operator()(OggOpusFile* file) const noexcept { op_free(file); }
};

}  // namespace

Status decode_opus(formats::Source& file, const TakeSamples& take) {
    Place place{file};
    const OpusFileCallbacks callbacks{read, seek, tell, nullptr};
    int failure = 0;
    const std::unique_ptr<OggOpusFile, Deleter> opened{op_open_callbacks(&place, &callbacks, nullptr, 0, &failure)};
    if (!opened) return Errc::damaged;
    Resampler resampler{48'000, take};
    std::array<float, 2 * 5760> stereo;  // 120 ms, the longest packet
    std::array<float, 5760> mono;
    int holes = 0;
    while (true) {
        const int frames = op_read_float_stereo(opened.get(), stereo.data(), static_cast<int>(stereo.size()));
        if (frames == OP_HOLE && ++holes < 1000) continue;  // pages are missing: the rest is worth hearing
        if (frames < 0) return Errc::damaged;
        if (frames == 0) break;
        const auto count = static_cast<std::size_t>(frames);
        for (std::size_t i = 0; i < count; ++i) mono[i] = (stereo[2 * i] + stereo[2 * i + 1]) / 2;
        if (auto done = resampler.add(std::span{mono}.first(count)); !done) return done;
    }
    return resampler.finish();
}

}  // namespace bridge::convert::voice::detail
