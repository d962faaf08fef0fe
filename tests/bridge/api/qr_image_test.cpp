#include "bridge/api/qr_image.hpp"

#include <catch2/catch.hpp>
#include <png.h>

#include <string>
#include <vector>

namespace bridge::api {
namespace {

const std::string code = "https://wa.me/settings/linked_devices#2@" + std::string(88, 'a') + "," +
                         std::string(44, 'b') + "," + std::string(44, 'c') + "," + std::string(44, 'd') + ",1";

/// The squares of a drawing in half blocks, light as true.
std::vector<std::vector<bool>> read_terminal(const std::string& text) {
    std::vector<std::vector<bool>> rows;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::string line = text.substr(at, text.find('\n', at) - at);
        at += line.size() + 1;
        std::vector<bool> upper;
        std::vector<bool> lower;
        std::size_t i = line.find('m') + 1;
        while (line[i] != '\x1b') {
            const std::string block = line[i] == ' ' ? " " : line.substr(i, 3);
            i += block.size();
            upper.push_back(block == "█" || block == "▀");
            lower.push_back(block == "█" || block == "▄");
        }
        rows.push_back(upper);
        rows.push_back(lower);
    }
    return rows;
}

}  // namespace

TEST_CASE("a code in the terminal shows every square, with a light margin", "[api]") {
    const auto matrix = qr_matrix(code);
    REQUIRE(matrix);
    const auto rows = read_terminal(qr_as_terminal_text(code));
    REQUIRE(rows.size() >= matrix->width + 4);
    for (std::size_t y = 0; y < matrix->width; ++y) {
        REQUIRE(rows[y].size() == matrix->width + 4);
        for (std::size_t x = 0; x < matrix->width; ++x) CHECK(rows[y + 2][x + 2] == !matrix->at(x, y));
    }
    for (std::size_t x = 0; x < matrix->width + 4; ++x) {
        CHECK(rows[0][x]);
        CHECK(rows[1][x]);
        CHECK(rows[matrix->width + 2][x]);
    }
}

TEST_CASE("a code fits a terminal of 80 columns", "[api]") { CHECK(qr_matrix(code)->width + 4 <= 80); }

TEST_CASE("a code as PNG shows every square", "[api]") {
    const auto matrix = qr_matrix(code);
    const auto png = qr_as_png(code);
    REQUIRE(png);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    REQUIRE(png_image_begin_read_from_memory(&image, png->data(), png->size()));
    image.format = PNG_FORMAT_GRAY;
    std::vector<png_byte> pixels(PNG_IMAGE_SIZE(image));
    REQUIRE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
    REQUIRE(image.width == (matrix->width + 8) * 8);
    for (std::size_t y = 0; y < matrix->width; ++y) {
        for (std::size_t x = 0; x < matrix->width; ++x) {
            const png_byte pixel = pixels[((y + 4) * 8 + 3) * image.width + (x + 4) * 8 + 3];
            CHECK(pixel == (matrix->at(x, y) ? 0x00 : 0xFF));
        }
    }
}

TEST_CASE("a code as SVG is drawn with squares as units", "[api]") {
    const auto svg = qr_as_svg(code);
    REQUIRE(svg);
    const std::string width = std::to_string(qr_matrix(code)->width + 8);
    CHECK(svg->starts_with("<svg "));
    CHECK(svg->find("viewBox=\"0 0 " + width + " " + width + "\"") != std::string::npos);
    CHECK(svg->find("M4 4h7v1h-7z") != std::string::npos);  // upper edge of the first finder pattern
    CHECK(svg->ends_with("</svg>"));
}

TEST_CASE("a text that fits no QR code is an error", "[api]") {
    const std::string huge(8'000, 'x');
    CHECK(qr_as_png(huge).error() == QrErrc::too_long);
    CHECK(qr_as_svg(huge).error() == QrErrc::too_long);
    CHECK(qr_as_terminal_text(huge).empty());
    CHECK(qr_as_png("").error() == QrErrc::too_long);
}

}  // namespace bridge::api
