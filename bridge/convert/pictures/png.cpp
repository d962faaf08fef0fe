#include "bridge/convert/pictures/detail/decoders.hpp"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <vector>

namespace bridge::convert::pictures::detail {
namespace {

/// Averages blocks of the picture as its rows come, so that a hundred million pixels need no more memory than the
/// result.
class Shrinker {
public:
    void start(Dimensions size, std::uint32_t block) {
        size_ = size;
        block_ = block;
        out_.size = {(size.width + block - 1) / block, (size.height + block - 1) / block};
        out_.rgba.reserve(static_cast<std::size_t>(out_.size.pixels()) * 4);
        sums_.assign(std::size_t{4} * out_.size.width, 0);
    }

    void add(const std::uint8_t* row) {
        // Colours count as much as they are seen.
        for (std::uint32_t x = 0; x < size_.width; ++x) {
            const std::uint8_t* pixel = row + std::size_t{4} * x;
            std::uint64_t* sum = sums_.data() + std::size_t{4} * (x / block_);
            for (int c = 0; c < 3; ++c) sum[c] += std::uint64_t{pixel[c]} * pixel[3];
            sum[3] += pixel[3];
        }
        if (++rows_ == block_) finish_rows();
    }

    Picture finish() {
        if (rows_ > 0) finish_rows();
        // A file that breaks off leaves the rest empty.
        out_.rgba.resize(static_cast<std::size_t>(out_.size.pixels()) * 4, 0);
        return std::move(out_);
    }

private:
    void finish_rows() {
        for (std::uint32_t x = 0; x < out_.size.width; ++x) {
            const std::uint64_t* sum = sums_.data() + std::size_t{4} * x;
            const std::uint64_t columns = std::min(block_, size_.width - x * block_);
            for (int c = 0; c < 3; ++c) {
                out_.rgba.push_back(
                    sum[3] == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>((sum[c] + sum[3] / 2) / sum[3])
                );
            }
            out_.rgba.push_back(static_cast<std::uint8_t>((sum[3] + columns * rows_ / 2) / (columns * rows_)));
        }
        std::fill(sums_.begin(), sums_.end(), 0);
        rows_ = 0;
    }

    Dimensions size_;
    std::uint32_t block_{1};
    std::uint32_t rows_{0};
    std::vector<std::uint64_t> sums_;
    Picture out_;
};

/// libpng reports errors with longjmp: everything with a destructor lives here, outside of the functions that it
/// leaves.
struct Reading {
    explicit Reading(formats::Source& f) : file{f} {
        png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
        if (png) info = png_create_info_struct(png);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }

    formats::Source& file;
    std::uint64_t at{0};
    png_structp png{nullptr};
    png_infop info{nullptr};
    Dimensions size;
    Shrinker shrinker;
    std::vector<std::uint8_t> pixels;  ///< a row, or all of an interlaced picture
    std::vector<png_bytep> rows;
};

void read_bytes(png_structp png, png_bytep out, png_size_t count) {
    auto& reading = *static_cast<Reading*>(png_get_io_ptr(png));
    if (reading.file.read(reading.at, {out, count}) != count) png_error(png, "the file ends early");
    reading.at += count;
}

// Without the messages that libpng would print.
[[noreturn]] void give_up(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void ignore(png_structp, png_const_charp) {}

/// Header and transformations to 8-bit RGBA. False after an error.
bool read_header(Reading& reading) noexcept {
    if (setjmp(png_jmpbuf(reading.png)) != 0) return false;
    png_set_error_fn(reading.png, nullptr, give_up, ignore);
    png_set_user_limits(reading.png, 1'000'000, 1'000'000);
    png_set_chunk_cache_max(reading.png, 128);
    png_set_chunk_malloc_max(reading.png, 4U << 20);
    png_set_crc_action(reading.png, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
    png_set_read_fn(reading.png, &reading, read_bytes);
    png_read_info(reading.png, reading.info);
    reading.size = {png_get_image_width(reading.png, reading.info), png_get_image_height(reading.png, reading.info)};
    png_set_expand(reading.png);
    png_set_strip_16(reading.png);
    png_set_gray_to_rgb(reading.png);
    png_set_add_alpha(reading.png, 0xFF, PNG_FILLER_AFTER);
    if (png_get_interlace_type(reading.png, reading.info) != PNG_INTERLACE_NONE)
        (void)png_set_interlace_handling(reading.png);
    png_read_update_info(reading.png, reading.info);
    return png_get_rowbytes(reading.png, reading.info) == std::size_t{4} * reading.size.width;
}

bool read_row(Reading& reading) noexcept {
    if (setjmp(png_jmpbuf(reading.png)) != 0) return false;
    png_read_row(reading.png, reading.pixels.data(), nullptr);
    return true;
}

bool read_image(Reading& reading) noexcept {
    if (setjmp(png_jmpbuf(reading.png)) != 0) return false;
    png_read_image(reading.png, reading.rows.data());
    return true;
}

}  // namespace

Result<Picture> decode_png(formats::Source& file, std::uint32_t side) {
    Reading reading{file};
    if (!reading.png || !reading.info) return Errc::too_large;
    if (!read_header(reading)) return Errc::damaged;
    const Dimensions size = reading.size;
    const std::uint32_t block = std::max(1U, std::max(size.width, size.height) / side);
    reading.shrinker.start(size, block);
    const std::size_t row_bytes = std::size_t{4} * size.width;
    if (png_get_interlace_type(reading.png, reading.info) == PNG_INTERLACE_NONE) {
        reading.pixels.resize(row_bytes);
        std::uint32_t y = 0;
        for (; y < size.height && read_row(reading); ++y) reading.shrinker.add(reading.pixels.data());
        if (y == 0) return Errc::damaged;
    } else {
        reading.pixels.resize(row_bytes * size.height);
        for (std::uint32_t y = 0; y < size.height; ++y) reading.rows.push_back(reading.pixels.data() + row_bytes * y);
        if (!read_image(reading)) return Errc::damaged;
        for (const png_bytep row : reading.rows) reading.shrinker.add(row);
    }
    return reading.shrinker.finish();
}

}  // namespace bridge::convert::pictures::detail
