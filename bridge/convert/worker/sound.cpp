#include "bridge/convert/worker/jobs.hpp"
#include "bridge/convert/worker/output.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

#include <array>
#include <new>
#include <span>

namespace bridge::convert::worker {
namespace {

constexpr int rate = 16'000;

/// Whatever the frames are like, also when that changes on the way, to 16 kHz mono.
class Converter {
public:
    explicit Converter(std::uint64_t most_samples) : most_{most_samples} {}
    ~Converter() { swr_free(&context_); }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    void convert(const AVFrame& frame) {
        if (!context_ || frame.sample_rate != rate_ || frame.format != format_ ||
            frame.ch_layout.nb_channels != channels_) {
            flush();
            set_up(frame);
        }
        const auto** data = const_cast<const std::uint8_t**>(frame.extended_data);
        run(data, frame.nb_samples);
    }

    void flush() {
        if (context_) run(nullptr, 0);
    }

private:
    void set_up(const AVFrame& frame) {
        swr_free(&context_);
        if (frame.sample_rate <= 0 || frame.ch_layout.nb_channels <= 0) throw Failed{wire::Failure::unreadable};
        AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
        AVChannelLayout from{};
        // A layout without meaning has no rule for mixing down: take the usual one for the number.
        if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
            av_channel_layout_default(&from, frame.ch_layout.nb_channels);
        else if (const int error = av_channel_layout_copy(&from, &frame.ch_layout); error < 0)
            fail(error);
        const auto format = static_cast<AVSampleFormat>(frame.format);
        int error = swr_alloc_set_opts2(
            &context_, &mono, AV_SAMPLE_FMT_S16, rate, &from, format, frame.sample_rate, 0, nullptr
        );
        av_channel_layout_uninit(&from);
        if (error >= 0) error = swr_init(context_);
        if (error < 0) fail(error);
        rate_ = frame.sample_rate;
        format_ = frame.format;
        channels_ = frame.ch_layout.nb_channels;
    }

    void run(const std::uint8_t** data, int count) {
        while (true) {
            auto* out = reinterpret_cast<std::uint8_t*>(samples_.data());
            const int made = swr_convert(context_, &out, static_cast<int>(samples_.size()), data, count);
            if (made < 0) fail(made);
            if (made == 0) return;
            sent_ += static_cast<std::uint64_t>(made);
            if (most_ != 0 && sent_ > most_) throw Failed{wire::Failure::too_long};
            const auto bytes = std::as_bytes(std::span{samples_}.first(static_cast<std::size_t>(made)));
            write_record(wire::Record::sound, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
            // What did not fit waits inside.
            data = nullptr;
            count = 0;
            if (static_cast<std::size_t>(made) < samples_.size()) return;
        }
    }

    std::uint64_t most_;
    std::uint64_t sent_{0};
    SwrContext* context_{nullptr};
    int rate_{0};
    int format_{-1};
    int channels_{0};
    std::array<std::int16_t, 8192> samples_;
};

}  // namespace

void run_sound(Input& input, const wire::Request& request) {
    AVStream* stream = input.sound();
    if (!stream) throw Failed{wire::Failure::nothing_there};
    write_info(input.info());
    Converter converter{request.longest_ms * rate / 1000};
    input.decode(*stream, [&](AVFrame& frame) {
        converter.convert(frame);
        return true;
    });
    converter.flush();
}

}  // namespace bridge::convert::worker
