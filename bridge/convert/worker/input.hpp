/// The file on standard input as FFmpeg sees it. Failures are thrown: each ends the job, and the process with it.
#pragma once

#include "bridge/convert/wire/wire.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include <functional>
#include <memory>

namespace bridge::convert::worker {

struct Failed {
    wire::Failure why;
};

template <class T, void (*Free)(T**)>
struct FreeByAddress {
    void operator()(T* handle) const noexcept { Free(&handle); }
};
using FramePtr = std::unique_ptr<AVFrame, FreeByAddress<AVFrame, av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, FreeByAddress<AVPacket, av_packet_free>>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeByAddress<AVCodecContext, avcodec_free_context>>;
using FormatPtr = std::unique_ptr<AVFormatContext, FreeByAddress<AVFormatContext, avformat_close_input>>;

/// Out of memory, or what else FFmpeg's error means for the job.
[[noreturn]] void fail(int ffmpeg_error);

class Input {
public:
    explicit Input(const wire::Request& request);
    ~Input();
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    /// The stream that a player would choose, or nothing. A cover picture is no film.
    AVStream* sound() const noexcept { return best(AVMEDIA_TYPE_AUDIO); }
    AVStream* pictures() const noexcept { return best(AVMEDIA_TYPE_VIDEO); }
    wire::Info info() const noexcept;
    /// Reads on to the end for the time of the last packet.
    std::uint64_t measure() noexcept;

    /// Decodes a stream, frame by frame, while `take` says so.
    void decode(AVStream& stream, const std::function<bool(AVFrame&)>& take);

private:
    AVStream* best(AVMediaType type) const noexcept;

    const wire::Request& request_;
    AVIOContext* io_{nullptr};
    FormatPtr format_;
};

}  // namespace bridge::convert::worker
