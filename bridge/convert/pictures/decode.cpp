#include "bridge/convert/pictures/detail/decoders.hpp"

#include <algorithm>
#include <new>

namespace bridge::convert::pictures {
namespace {

using formats::Type;

Result<Picture> decode_as(Type type, formats::Source& file, std::uint32_t side, const Limits& limits) {
    if (type == Type::png) return detail::decode_png(file, side);
    const auto bytes = detail::read_all(file, limits.file_bytes);
    if (!bytes) return bytes.error();
    return type == Type::jpeg ? detail::decode_jpeg(*bytes, side) : detail::decode_webp(*bytes, side);
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::unsupported: return {Kind::invalid, "this kind of picture needs the media worker"};
        case Errc::damaged: return {Kind::invalid, "the picture is damaged"};
        case Errc::too_large: return {Kind::invalid, "the picture is too large"};
        case Errc::codec_failed: return {Kind::internal, "the picture could not be encoded"};
    }
    return {Kind::internal, "unknown picture error"};
}

namespace detail {

Result<Bytes> read_all(formats::Source& file, std::uint64_t most) {
    if (file.size() > most) return Errc::too_large;
    Bytes bytes(static_cast<std::size_t>(file.size()));
    bytes.resize(file.read(0, bytes));
    return bytes;
}

}  // namespace detail

Result<Picture> decode(formats::Source& file, std::uint32_t side, const Limits& limits) try {
    const Type type = formats::identify(file).type;
    if (type != Type::jpeg && type != Type::png && type != Type::webp) return Errc::unsupported;
    const auto info = formats::find_image_info(file);
    if (!info) return Errc::damaged;
    if (!info->plain_colour) return Errc::unsupported;
    const std::uint64_t pixels = info->stored.pixels();
    if (pixels > limits.pixels || (info->whole && pixels > limits.whole_pixels)) return Errc::too_large;
    auto picture = decode_as(type, file, std::max(side, 1U), limits);
    if (!picture) return picture;
    return turn(std::move(*picture), info->orientation);
} catch (const std::bad_alloc&) {
    return Errc::too_large;
}

Status decode_animation(formats::Source& file, const TakeFrame& take, const Limits& limits) try {
    const auto info = formats::find_image_info(file);
    if (formats::identify(file).type != Type::webp) return Errc::unsupported;
    if (!info) return Errc::damaged;
    if (info->stored.pixels() > limits.whole_pixels) return Errc::too_large;
    const auto bytes = detail::read_all(file, limits.file_bytes);
    return bytes ? detail::decode_webp_animation(*bytes, take) : Status{bytes.error()};
} catch (const std::bad_alloc&) {
    return Errc::too_large;
}

}  // namespace bridge::convert::pictures
