#include "bridge/convert/worker/jobs.hpp"
#include "bridge/convert/worker/output.hpp"

extern "C" {
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <new>
#include <vector>

namespace bridge::convert::worker {
namespace {

struct Picture {
    std::uint32_t width{0};
    std::uint32_t height{0};
    std::int64_t at_ms{0};
    std::int64_t shown_ms{0};
    std::vector<std::uint8_t> rgba;
};

/// Scaled down (never up) to the longer side asked for.
class Scaler {
public:
    explicit Scaler(std::uint32_t side) : side_{std::clamp<int>(static_cast<int>(side), 1, wire::longest_side)} {}
    ~Scaler() { sws_freeContext(context_); }
    Scaler(const Scaler&) = delete;
    Scaler& operator=(const Scaler&) = delete;

    Picture scale(const AVFrame& frame) {
        const int longer = std::max(frame.width, frame.height);
        if (frame.width <= 0 || frame.height <= 0) throw Failed{wire::Failure::unreadable};
        const auto fit = [&](int length) {
            return longer <= side_ ? length
                                   : static_cast<int>(
                                         std::max<std::int64_t>(1, (std::int64_t{length} * side_ + longer / 2) / longer)
                                     );
        };
        const int width = fit(frame.width);
        const int height = fit(frame.height);
        const auto format = static_cast<AVPixelFormat>(frame.format);
        context_ = sws_getCachedContext(
            context_,
            frame.width,
            frame.height,
            format,
            width,
            height,
            AV_PIX_FMT_RGBA,
            SWS_AREA | SWS_ACCURATE_RND,
            nullptr,
            nullptr,
            nullptr
        );
        if (!context_) throw Failed{wire::Failure::unreadable};
        const int* colours =
            sws_getCoefficients(frame.colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : frame.colorspace);
        const bool full = frame.color_range == AVCOL_RANGE_JPEG || format == AV_PIX_FMT_YUVJ420P ||
                          format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P;
        (void)sws_setColorspaceDetails(context_, colours, full, colours, 1, 0, 1 << 16, 1 << 16);
        Picture out{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), 0, 0, {}};
        // swscale writes whole vectors: rows are padded while it works.
        const int stride = (width * 4 + 63) / 64 * 64;
        std::vector<std::uint8_t> rows(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height) + 64);
        std::uint8_t* const planes[4]{rows.data()};
        const int strides[4]{stride};
        if (sws_scale(context_, frame.data, frame.linesize, 0, frame.height, planes, strides) != height) {
            throw Failed{wire::Failure::unreadable};
        }
        for (int y = 0; y < height; ++y) {
            const auto row = rows.begin() + std::ptrdiff_t{y} * stride;
            out.rgba.insert(out.rgba.end(), row, row + std::ptrdiff_t{width} * 4);
        }
        return out;
    }

private:
    int side_;
    SwsContext* context_{nullptr};
};

void send(const Picture& picture) {
    std::array<std::uint8_t, 12> head{};
    wire::put(head.data(), picture.width, 4);
    wire::put(head.data() + 4, picture.height, 4);
    wire::put(head.data() + 8, static_cast<std::uint64_t>(std::clamp<std::int64_t>(picture.shown_ms, 0, 3'600'000)), 4);
    write_record(wire::Record::picture, head, picture.rgba);
}

}  // namespace

void run_pictures(Input& input, const wire::Request& request) {
    AVStream* stream = input.pictures();
    if (!stream) throw Failed{wire::Failure::nothing_there};
    const auto pixels =
        std::uint64_t(std::max(stream->codecpar->width, 0)) * std::uint64_t(std::max(stream->codecpar->height, 0));
    if (pixels > request.most_pixels) throw Failed{wire::Failure::too_large};
    write_info(input.info());

    Scaler scaler{request.side};
    Picture last;  // how long it is shown is known when the next one comes
    std::uint32_t sent = 0;
    bool taken = false;
    input.decode(*stream, [&](AVFrame& frame) {
        const std::int64_t time = frame.best_effort_timestamp;
        const std::int64_t at = time == AV_NOPTS_VALUE ? 0 : av_rescale_q(time, stream->time_base, {1, 1000});
        const std::int64_t lasts =
            std::max<std::int64_t>(0, av_rescale_q(frame.pkt_duration, stream->time_base, {1, 1000}));
        if (taken) {
            last.shown_ms = std::max(last.shown_ms, at - last.at_ms);
            if (at - last.at_ms < request.interval_ms) {
                last.shown_ms = std::max(last.shown_ms, at - last.at_ms + lasts);
                return true;
            }
            last.shown_ms = at - last.at_ms;
            send(last);
            ++sent;
        }
        taken = false;
        if (sent >= request.count || (request.longest_ms != 0 && at >= static_cast<std::int64_t>(request.longest_ms)))
            return false;
        last = scaler.scale(frame);
        last.at_ms = at;
        last.shown_ms = lasts;
        taken = true;
        return request.count > 1;
    });
    if (taken) send(last);
    if (sent == 0 && !taken) throw Failed{wire::Failure::unreadable};
}

}  // namespace bridge::convert::worker
