#include "bridge/convert/pictures/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace bridge::convert::pictures {
namespace {

/// What one pixel of the result takes from a row or column of the source.
struct Taps {
    std::uint32_t first{0};
    std::vector<float> weights;
};

/// A tent as wide as a pixel of the result is in the source: averages when smaller, linear between two when larger.
std::vector<Taps> taps_for(std::uint32_t from, std::uint32_t to) {
    std::vector<Taps> out(to);
    const double scale = static_cast<double>(from) / to;
    const double reach = std::max(1.0, scale);
    for (std::uint32_t i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale - 0.5;
        const auto low = static_cast<std::int64_t>(std::ceil(centre - reach));
        const auto high = static_cast<std::int64_t>(std::floor(centre + reach));
        const auto last = static_cast<std::int64_t>(from) - 1;
        out[i].first = static_cast<std::uint32_t>(std::clamp<std::int64_t>(low, 0, last));
        double sum = 0;
        for (std::int64_t at = out[i].first; at <= std::min(high, last); ++at) {
            const double weight = std::max(0.0, 1 - std::abs(static_cast<double>(at) - centre) / reach);
            out[i].weights.push_back(static_cast<float>(weight));
            sum += weight;
        }
        for (float& weight : out[i].weights) weight = static_cast<float>(weight / sum);
    }
    return out;
}

std::uint8_t to_byte(float value) noexcept { return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F)); }

/// Row by row to the new width, colours multiplied by their alpha.
std::vector<float> shrink_rows(const Picture& picture, std::uint32_t width) {
    const auto taps = taps_for(picture.size.width, width);
    std::vector<float> out(std::size_t{4} * width * picture.size.height);
    float* pixel = out.data();
    for (std::uint32_t y = 0; y < picture.size.height; ++y) {
        const std::uint8_t* row = picture.rgba.data() + std::size_t{4} * picture.size.width * y;
        for (std::uint32_t x = 0; x < width; ++x, pixel += 4) {
            const std::uint8_t* from = row + std::size_t{4} * taps[x].first;
            for (const float weight : taps[x].weights) {
                const float alpha = weight * static_cast<float>(from[3]) / 255.0F;
                for (int c = 0; c < 3; ++c) pixel[c] += static_cast<float>(from[c]) * alpha;
                pixel[3] += alpha;
                from += 4;
            }
        }
    }
    return out;
}

}  // namespace

Picture resize(const Picture& picture, Dimensions to) {
    if (to == picture.size) return picture;
    const std::vector<float> rows = shrink_rows(picture, to.width);
    const auto taps = taps_for(picture.size.height, to.height);
    const std::size_t row_floats = std::size_t{4} * to.width;
    Picture out{to, {}};
    out.rgba.reserve(row_floats * to.height);
    std::vector<float> sums(row_floats);
    for (std::uint32_t y = 0; y < to.height; ++y) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        const float* from = rows.data() + row_floats * taps[y].first;
        for (const float weight : taps[y].weights) {
            for (std::size_t i = 0; i < row_floats; ++i) sums[i] += weight * from[i];
            from += row_floats;
        }
        for (std::size_t i = 0; i < row_floats; i += 4) {
            const float alpha = sums[i + 3];
            for (std::size_t c = 0; c < 3; ++c)
                out.rgba.push_back(alpha > 0 ? to_byte(sums[i + c] / alpha) : std::uint8_t{0});
            out.rgba.push_back(to_byte(alpha * 255.0F));
        }
    }
    return out;
}

Dimensions fit(Dimensions size, std::uint32_t side) noexcept {
    const std::uint64_t longer = std::max({size.width, size.height, 1U});
    const auto scaled = [&](std::uint32_t length) {
        return static_cast<std::uint32_t>(
            std::max<std::uint64_t>(1, (std::uint64_t{length} * side + longer / 2) / longer)
        );
    };
    return {scaled(size.width), scaled(size.height)};
}

Picture turn(Picture picture, std::uint8_t orientation) {
    if (orientation <= 1 || orientation > 8) return picture;
    const std::uint32_t w = picture.size.width;
    const std::uint32_t h = picture.size.height;
    Picture out{orientation >= 5 ? Dimensions{h, w} : picture.size, Bytes(picture.rgba.size())};
    std::uint8_t* pixel = out.rgba.data();
    for (std::uint32_t y = 0; y < out.size.height; ++y) {
        for (std::uint32_t x = 0; x < out.size.width; ++x, pixel += 4) {
            std::pair<std::uint32_t, std::uint32_t> from;
            switch (orientation) {
                case 2: from = {w - 1 - x, y}; break;
                case 3: from = {w - 1 - x, h - 1 - y}; break;
                case 4: from = {x, h - 1 - y}; break;
                case 5: from = {y, x}; break;
                case 6: from = {y, h - 1 - x}; break;
                case 7: from = {w - 1 - y, h - 1 - x}; break;
                default: from = {w - 1 - y, x}; break;
            }
            std::copy_n(picture.rgba.data() + (std::size_t{from.second} * w + from.first) * 4, 4, pixel);
        }
    }
    return out;
}

Picture contain(const Picture& picture, std::uint32_t side) {
    const Picture scaled = resize(picture, fit(picture.size, side));
    Picture out{{side, side}, Bytes(std::size_t{4} * side * side, 0)};
    const std::uint32_t left = (side - scaled.size.width) / 2;
    const std::uint32_t top = (side - scaled.size.height) / 2;
    const std::size_t row_bytes = std::size_t{4} * scaled.size.width;
    for (std::uint32_t y = 0; y < scaled.size.height; ++y) {
        const auto row = scaled.rgba.begin() + static_cast<std::ptrdiff_t>(row_bytes * y);
        std::copy_n(
            row, row_bytes, out.rgba.begin() + static_cast<std::ptrdiff_t>((std::size_t{top + y} * side + left) * 4)
        );
    }
    return out;
}

}  // namespace bridge::convert::pictures
