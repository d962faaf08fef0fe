#include "bridge/convert/pictures/detail/decoders.hpp"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cstring>

namespace bridge::convert::pictures {
namespace {

struct DeleteDecoder {
    void operator()(WebPAnimDecoder* decoder) const noexcept { WebPAnimDecoderDelete(decoder); }
};
struct DeleteEncoder {
    void operator()(WebPAnimEncoder* encoder) const noexcept { WebPAnimEncoderDelete(encoder); }
};

/// The encoder's form of a picture.
struct Input {
    explicit Input(const Picture& from) {
        ok = WebPPictureInit(&picture) != 0;
        picture.use_argb = 1;
        picture.width = static_cast<int>(from.size.width);
        picture.height = static_cast<int>(from.size.height);
        ok = ok && WebPPictureImportRGBA(&picture, from.rgba.data(), picture.width * 4) != 0;
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    ~Input() { WebPPictureFree(&picture); }
    WebPPicture picture{};
    bool ok{false};
};

bool set_up(WebPConfig& config, float quality) noexcept {
    if (WebPConfigInit(&config) == 0) return false;
    config.quality = quality;
    config.alpha_quality = static_cast<int>(std::max(quality, 50.0F));
    config.method = 3;
    return WebPValidateConfig(&config) != 0;
}

}  // namespace

namespace detail {

Result<Picture> decode_webp(ByteView file, std::uint32_t side) {
    WebPDecoderConfig config{};
    if (WebPInitDecoderConfig(&config) == 0 ||
        WebPGetFeatures(file.data(), file.size(), &config.input) != VP8_STATUS_OK) {
        return Errc::damaged;
    }
    if (config.input.has_animation != 0) {
        Picture first;
        const auto done = decode_webp_animation(file, [&](const Picture& picture, std::uint32_t) {
            first = picture;
            return Status{common::Errc::cancelled};  // one is enough
        });
        return first.rgba.empty() ? Result<Picture>{done ? common::Error{Errc::damaged} : done.error()}
                                  : Result<Picture>{std::move(first)};
    }
    Dimensions size{static_cast<std::uint32_t>(config.input.width), static_cast<std::uint32_t>(config.input.height)};
    // The decoder shrinks well down to a little above what is wanted; the last step is ours.
    if (std::max(size.width, size.height) > 2 * side) {
        size = fit(size, 2 * side);
        config.options.use_scaling = 1;
        config.options.scaled_width = static_cast<int>(size.width);
        config.options.scaled_height = static_cast<int>(size.height);
    }
    Picture out{size, Bytes(static_cast<std::size_t>(size.pixels()) * 4)};
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = {out.rgba.data(), static_cast<int>(size.width * 4), out.rgba.size()};
    const VP8StatusCode status = WebPDecode(file.data(), file.size(), &config);
    WebPFreeDecBuffer(&config.output);
    if (status == VP8_STATUS_OUT_OF_MEMORY) return Errc::too_large;
    if (status != VP8_STATUS_OK) return Errc::damaged;
    return out;
}

Status decode_webp_animation(ByteView file, const TakeFrame& take) {
    WebPAnimDecoderOptions options{};
    if (WebPAnimDecoderOptionsInit(&options) == 0) return Errc::codec_failed;
    options.color_mode = MODE_RGBA;
    const WebPData data{file.data(), file.size()};
    const std::unique_ptr<WebPAnimDecoder, DeleteDecoder> decoder{WebPAnimDecoderNew(&data, &options)};
    WebPAnimInfo info{};
    if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0) return Errc::damaged;
    Picture picture{{info.canvas_width, info.canvas_height}, {}};
    const std::size_t bytes = static_cast<std::size_t>(picture.size.pixels()) * 4;
    int before = 0;
    while (WebPAnimDecoderHasMoreFrames(decoder.get()) != 0) {
        std::uint8_t* canvas = nullptr;
        int until = 0;
        if (WebPAnimDecoderGetNext(decoder.get(), &canvas, &until) == 0) return Errc::damaged;
        picture.rgba.assign(canvas, canvas + bytes);
        const auto taken = take(picture, static_cast<std::uint32_t>(std::max(until - before, 0)));
        if (!taken) return taken;
        before = until;
    }
    return {};
}

}  // namespace detail

Result<Bytes> to_webp(const Picture& picture, float quality) {
    WebPConfig config;
    Input input{picture};
    if (!set_up(config, quality) || !input.ok) return Errc::codec_failed;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    input.picture.writer = WebPMemoryWrite;
    input.picture.custom_ptr = &writer;
    const bool ok = WebPEncode(&config, &input.picture) != 0;
    Bytes out;
    if (ok) out.assign(writer.mem, writer.mem + writer.size);
    WebPMemoryWriterClear(&writer);
    if (!ok) return Errc::codec_failed;
    return out;
}

struct Animation::State {
    Dimensions size;
    WebPConfig config{};
    std::unique_ptr<WebPAnimEncoder, DeleteEncoder> encoder;
    int at_ms{0};
};

Animation::Animation(Dimensions size, float quality) : state_{std::make_unique<State>()} {
    state_->size = size;
    WebPAnimEncoderOptions options{};
    if (!set_up(state_->config, quality) || WebPAnimEncoderOptionsInit(&options) == 0) return;
    options.allow_mixed = 1;
    state_->encoder.reset(WebPAnimEncoderNew(static_cast<int>(size.width), static_cast<int>(size.height), &options));
}
Animation::~Animation() = default;
Animation::Animation(Animation&&) noexcept = default;
Animation& Animation::operator=(Animation&&) noexcept = default;

Status Animation::add(const Picture& picture, std::uint32_t shown_ms) {
    if (!state_->encoder || picture.size != state_->size) return Errc::codec_failed;
    Input input{picture};
    if (!input.ok || WebPAnimEncoderAdd(state_->encoder.get(), &input.picture, state_->at_ms, &state_->config) == 0) {
        return Errc::codec_failed;
    }
    // Less than 20 ms is what browsers and phones take for a mistake.
    state_->at_ms += static_cast<int>(std::clamp(shown_ms, 20U, 60'000U));
    return {};
}

Result<Bytes> Animation::finish() {
    WebPData data;
    WebPDataInit(&data);
    if (!state_->encoder || state_->at_ms == 0 ||
        WebPAnimEncoderAdd(state_->encoder.get(), nullptr, state_->at_ms, nullptr) == 0 ||
        WebPAnimEncoderAssemble(state_->encoder.get(), &data) == 0) {
        return Errc::codec_failed;
    }
    Bytes out{data.bytes, data.bytes + data.size};
    WebPDataClear(&data);
    return out;
}

}  // namespace bridge::convert::pictures
