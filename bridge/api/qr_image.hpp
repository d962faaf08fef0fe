/// A QR code as people see it: in a terminal, as PNG and as SVG. Over libqrencode and libpng.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bridge::api {

enum class QrErrc { too_long = 1, no_image };
common::ErrcInfo describe(QrErrc code) noexcept;

/// The dark and light squares, row by row, without quiet zone.
struct QrMatrix {
    std::size_t width{0};
    std::vector<bool> dark;

    bool at(std::size_t x, std::size_t y) const { return dark[y * width + x]; }
};
common::Result<QrMatrix> qr_matrix(std::string_view code);

/// Half blocks with explicit colours, so that dark is dark on any terminal; "" when `code` does not fit a QR code.
std::string qr_as_terminal_text(std::string_view code);
common::Result<std::string> qr_as_png(std::string_view code);
common::Result<std::string> qr_as_svg(std::string_view code);

}  // namespace bridge::api
