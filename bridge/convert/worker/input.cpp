#include "bridge/convert/worker/input.hpp"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <new>

namespace bridge::convert::worker {
namespace {

constexpr int buffer_bytes = 64 * 1024;

// What people send. FFmpeg knows many more, and each is code that a stranger's file can reach.
constexpr const char* formats =
    "mov,matroska,avi,asf,flv,mpeg,mpegts,mpegvideo,h264,hevc,ogg,mp3,aac,wav,w64,flac,amr,aiff,caf,au,ac3,wv,ape,gif,"
    "apng,"
    "ico,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe";

int read_input(void*, std::uint8_t* out, int count) {
    const ssize_t got = ::read(STDIN_FILENO, out, static_cast<std::size_t>(count));
    return got > 0 ? static_cast<int>(got) : got == 0 ? AVERROR_EOF : AVERROR(EIO);
}

std::int64_t seek_input(void*, std::int64_t offset, int whence) {
    if ((whence & AVSEEK_SIZE) != 0) {
        const off_t here = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
        const off_t size = ::lseek(STDIN_FILENO, 0, SEEK_END);
        ::lseek(STDIN_FILENO, here, SEEK_SET);
        return size;
    }
    return ::lseek(STDIN_FILENO, offset, whence & ~AVSEEK_FORCE);
}

std::uint64_t to_ms(std::int64_t time, AVRational base) noexcept {
    return time == AV_NOPTS_VALUE || time < 0 ? 0 : static_cast<std::uint64_t>(av_rescale_q(time, base, {1, 1000}));
}

/// Quarter turns as EXIF names them.
std::uint8_t orientation_of(const AVStream& stream) noexcept {
    std::size_t size = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (!data || size < 9 * sizeof(std::int32_t)) return 1;
    const double degrees = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(data));  // counter-clockwise
    if (std::isnan(degrees)) return 1;
    const long turns = std::lround(degrees / 90) & 3;
    constexpr std::uint8_t names[]{1, 8, 3, 6};
    return names[turns];
}

}  // namespace

void fail(int ffmpeg_error) {
    throw Failed{ffmpeg_error == AVERROR(ENOMEM) ? wire::Failure::out_of_memory : wire::Failure::unreadable};
}

Input::Input(const wire::Request& request) : request_{request} {
    av_log_set_level(AV_LOG_QUIET);
    auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
    AVFormatContext* format = avformat_alloc_context();
    if (!buffer || !format) throw std::bad_alloc{};
    io_ = avio_alloc_context(buffer, buffer_bytes, 0, nullptr, read_input, nullptr, seek_input);
    if (!io_) throw std::bad_alloc{};
    format->pb = io_;
    format->flags |= AVFMT_FLAG_CUSTOM_IO;
    format->max_streams = 64;
    av_opt_set(format, "format_whitelist", formats, 0);
    av_opt_set(format, "protocol_whitelist", "none", 0);
    if (const int error = avformat_open_input(&format, nullptr, nullptr, nullptr); error < 0) fail(error);  // frees it
    format_.reset(format);
    // Without this some files do not tell what is in them; the bounds are for what is not worth more.
    format->probesize = 8 << 20;
    format->max_analyze_duration = 10 * AV_TIME_BASE;
    if (const int error = avformat_find_stream_info(format, nullptr); error < 0) fail(error);
}

Input::~Input() {
    format_.reset();
    if (io_) av_freep(&io_->buffer);
    avio_context_free(&io_);
}

AVStream* Input::best(AVMediaType type) const noexcept {
    const int index = av_find_best_stream(format_.get(), type, -1, -1, nullptr, 0);
    if (index < 0) return nullptr;
    AVStream* stream = format_->streams[index];
    return (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? nullptr : stream;
}

wire::Info Input::info() const noexcept {
    wire::Info info;
    info.duration_ms = to_ms(format_->duration, {1, AV_TIME_BASE});
    info.has_sound = sound() != nullptr;
    if (const AVStream* stream = pictures()) {
        info.has_pictures = true;
        info.orientation = orientation_of(*stream);
        info.width = static_cast<std::uint32_t>(std::max(stream->codecpar->width, 0));
        info.height = static_cast<std::uint32_t>(std::max(stream->codecpar->height, 0));
        if (info.orientation >= 5) std::swap(info.width, info.height);
    }
    return info;
}

std::uint64_t Input::measure() noexcept {
    const PacketPtr packet{av_packet_alloc()};
    std::uint64_t end = 0;
    while (packet && av_read_frame(format_.get(), packet.get()) >= 0) {
        const AVRational base = format_->streams[packet->stream_index]->time_base;
        if (packet->pts != AV_NOPTS_VALUE) end = std::max(end, to_ms(packet->pts + packet->duration, base));
        av_packet_unref(packet.get());
    }
    return end;
}

void Input::decode(AVStream& stream, const std::function<bool(AVFrame&)>& take) {
    const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
    if (!codec) throw Failed{wire::Failure::unreadable};
    const CodecPtr context{avcodec_alloc_context3(codec)};
    const PacketPtr packet{av_packet_alloc()};
    const FramePtr frame{av_frame_alloc()};
    if (!context || !packet || !frame) throw std::bad_alloc{};
    if (const int error = avcodec_parameters_to_context(context.get(), stream.codecpar); error < 0) fail(error);
    context->thread_count = 1;
    context->pkt_timebase = stream.time_base;
    context->max_pixels = static_cast<std::int64_t>(request_.most_pixels);
    if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) fail(error);

    bool at_end = false;
    int broken = 0;
    while (!at_end) {
        const int got = av_read_frame(format_.get(), packet.get());
        at_end = got < 0;
        if (!at_end && packet->stream_index != stream.index) {
            av_packet_unref(packet.get());
            continue;
        }
        const int sent = avcodec_send_packet(context.get(), at_end ? nullptr : packet.get());
        av_packet_unref(packet.get());
        if (sent == AVERROR(ENOMEM)) fail(sent);
        // A damaged packet is left out, as players do; a thousand are no file.
        if (sent < 0 && sent != AVERROR_EOF && ++broken > 1000) fail(sent);
        while (true) {
            const int received = avcodec_receive_frame(context.get(), frame.get());
            if (received == AVERROR(ENOMEM)) fail(received);
            if (received < 0) break;
            const bool more = take(*frame);
            av_frame_unref(frame.get());
            if (!more) return;
        }
    }
}

}  // namespace bridge::convert::worker
