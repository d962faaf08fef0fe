/// Pictures to test with.
#pragma once

#include "bridge/convert/pictures/pictures.hpp"

#include <png.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace paint {

namespace pictures = bridge::convert::pictures;
using Colour = std::array<std::uint8_t, 4>;

inline constexpr Colour red{255, 0, 0, 255};
inline constexpr Colour green{0, 255, 0, 255};
inline constexpr Colour blue{0, 0, 255, 255};
inline constexpr Colour white{255, 255, 255, 255};
inline constexpr Colour nothing{0, 0, 0, 0};

/// Four quarters: top left, top right, bottom left, bottom right.
inline pictures::Picture quarters(
    std::uint32_t width, std::uint32_t height, const std::array<Colour, 4>& colours = {red, green, blue, white}
) {
    pictures::Picture out{{width, height}, {}};
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const Colour& colour = colours[(y >= height / 2 ? 2U : 0U) + (x >= width / 2 ? 1U : 0U)];
            out.rgba.insert(out.rgba.end(), colour.begin(), colour.end());
        }
    }
    return out;
}

/// What no encoder can make small.
inline pictures::Picture noise(std::uint32_t width, std::uint32_t height) {
    pictures::Picture out{{width, height}, common::Bytes(std::size_t{4} * width * height)};
    std::uint32_t state = 1;
    for (std::uint8_t& byte : out.rgba) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(state >> 24);
    }
    return out;
}

inline Colour at(const pictures::Picture& picture, std::uint32_t x, std::uint32_t y) {
    const std::size_t start = (std::size_t{y} * picture.size.width + x) * 4;
    return {picture.rgba[start], picture.rgba[start + 1], picture.rgba[start + 2], picture.rgba[start + 3]};
}

/// Whether two colours are alike, as lossy codecs leave them.
inline bool alike(const Colour& a, const Colour& b, int tolerance = 24) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::abs(int{a[i]} - int{b[i]}) > tolerance) return false;
    }
    return true;
}

inline common::Bytes to_png(const pictures::Picture& picture, bool interlaced = false) {
    common::Bytes out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    const auto write = [](png_structp p, png_bytep bytes, png_size_t count) {
        auto& to = *static_cast<common::Bytes*>(png_get_io_ptr(p));
        to.insert(to.end(), bytes, bytes + count);
    };
    png_set_write_fn(png, &out, write, nullptr);
    png_set_compression_level(png, 1);
    png_set_IHDR(
        png,
        info,
        picture.size.width,
        picture.size.height,
        8,
        PNG_COLOR_TYPE_RGBA,
        interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT
    );
    png_write_info(png, info);
    std::vector<png_bytep> rows;
    for (std::uint32_t y = 0; y < picture.size.height; ++y) {
        rows.push_back(const_cast<png_bytep>(picture.rgba.data() + std::size_t{4} * picture.size.width * y));
    }
    png_write_image(png, rows.data());
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return out;
}

inline common::Result<pictures::Picture> decode(
    common::ByteView file, std::uint32_t side = 10'000, pictures::Limits limits = {}
) {
    bridge::convert::formats::MemorySource source{file};
    return pictures::decode(source, side, limits);
}

}  // namespace paint
