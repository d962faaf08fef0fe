#include "bridge/api/qr_image.hpp"

#include <png.h>
#include <qrencode.h>

#include <memory>

namespace bridge::api {

using common::Kind;
using common::Result;

common::ErrcInfo describe(QrErrc code) noexcept {
    switch (code) {
        case QrErrc::too_long: return {Kind::invalid, "the text does not fit a QR code"};
        case QrErrc::no_image: return {Kind::internal, "the QR code could not be drawn"};
    }
    return {Kind::internal, "unknown QR error"};
}

Result<QrMatrix> qr_matrix(std::string_view code) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(code.data());
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> native{
        QRcode_encodeData(static_cast<int>(code.size()), bytes, 0, QR_ECLEVEL_L), &QRcode_free};
    if (!native) return QrErrc::too_long;
    QrMatrix matrix;
    matrix.width = static_cast<std::size_t>(native->width);
    matrix.dark.resize(matrix.width * matrix.width);
    for (std::size_t i = 0; i < matrix.dark.size(); ++i) matrix.dark[i] = (native->data[i] & 1U) != 0;
    return matrix;
}

namespace {

/// Light squares around the code: scanners want four, two are enough on a dark terminal with its own margin.
constexpr std::size_t terminal_margin = 2;
constexpr std::size_t image_margin = 4;
constexpr std::size_t pixels_per_square = 8;

/// With the margin around it, everything outside is light.
class Framed {
public:
    Framed(const QrMatrix& matrix, std::size_t margin) : matrix_{matrix}, margin_{margin} {}
    std::size_t width() const { return matrix_.width + 2 * margin_; }
    bool dark(std::size_t x, std::size_t y) const {
        const bool inside = x >= margin_ && y >= margin_ && x < margin_ + matrix_.width && y < margin_ + matrix_.width;
        return inside && matrix_.at(x - margin_, y - margin_);
    }

private:
    const QrMatrix& matrix_;
    std::size_t margin_;
};

}  // namespace

std::string qr_as_terminal_text(std::string_view code) {
    const auto matrix = qr_matrix(code);
    if (!matrix) return {};
    const Framed framed{*matrix, terminal_margin};
    std::string text;
    for (std::size_t y = 0; y < framed.width(); y += 2) {
        text += "\x1b[97;40m";
        for (std::size_t x = 0; x < framed.width(); ++x) {
            const bool upper_light = !framed.dark(x, y);
            const bool lower_light = !framed.dark(x, y + 1);
            if (upper_light && lower_light) {
                text += "█";
            } else if (upper_light) {
                text += "▀";
            } else {
                text += lower_light ? "▄" : " ";
            }
        }
        text += "\x1b[0m\n";
    }
    return text;
}

Result<std::string> qr_as_png(std::string_view code) {
    const auto matrix = qr_matrix(code);
    if (!matrix) return matrix.error();
    const Framed framed{*matrix, image_margin};
    const std::size_t size = framed.width() * pixels_per_square;
    std::vector<png_byte> pixels(size * size);
    for (std::size_t y = 0; y < size; ++y) {
        for (std::size_t x = 0; x < size; ++x) {
            pixels[y * size + x] = framed.dark(x / pixels_per_square, y / pixels_per_square) ? 0x00 : 0xFF;
        }
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(size);
    image.height = static_cast<png_uint_32>(size);
    image.format = PNG_FORMAT_GRAY;
    png_alloc_size_t bytes = 0;
    if (!png_image_write_to_memory(&image, nullptr, &bytes, 0, pixels.data(), 0, nullptr)) return QrErrc::no_image;
    std::string png(bytes, '\0');
    if (!png_image_write_to_memory(&image, png.data(), &bytes, 0, pixels.data(), 0, nullptr)) return QrErrc::no_image;
    png.resize(bytes);
    return png;
}

Result<std::string> qr_as_svg(std::string_view code) {
    const auto matrix = qr_matrix(code);
    if (!matrix) return matrix.error();
    const Framed framed{*matrix, image_margin};
    const std::string width = std::to_string(framed.width());
    std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + width + " " + width;
    svg += R"(" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d=")";
    for (std::size_t y = 0; y < framed.width(); ++y) {
        for (std::size_t x = 0; x < framed.width(); ++x) {
            if (!framed.dark(x, y)) continue;
            const std::size_t start = x;
            while (framed.dark(x, y)) ++x;
            const std::string run = std::to_string(x - start);
            svg += "M" + std::to_string(start) + " " + std::to_string(y) + "h" + run + "v1h-" + run + "z";
        }
    }
    svg += R"(" fill="#000"/></svg>)";
    return svg;
}

}  // namespace bridge::api
