#include "tests/bridge/convert/pictures/paint.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace pictures = paint::pictures;
using bridge::convert::formats::Dimensions;

TEST_CASE("pictures: a picture of one colour keeps it at any size", "[convert]") {
    const paint::Colour odd{200, 13, 77, 128};
    const auto plain = paint::quarters(17, 29, {odd, odd, odd, odd});
    for (const Dimensions size : {Dimensions{1, 1}, {5, 7}, {17, 29}, {40, 3}, {300, 500}}) {
        const auto resized = pictures::resize(plain, size);
        REQUIRE(resized.size == size);
        REQUIRE(resized.rgba.size() == size.pixels() * 4);
        CHECK(paint::alike(paint::at(resized, 0, 0), odd, 1));
        CHECK(paint::alike(paint::at(resized, size.width - 1, size.height - 1), odd, 1));
    }
}

TEST_CASE("pictures: what is not seen does not colour what is", "[convert]") {
    const paint::Colour hidden{0, 255, 0, 0};
    const auto half = paint::quarters(64, 64, {paint::red, hidden, paint::red, hidden});
    const auto small = pictures::resize(half, {4, 4});
    for (std::uint32_t x = 0; x < 4; ++x) {
        if (paint::at(small, x, 1)[3] > 0) CHECK(paint::at(small, x, 1)[1] == 0);
    }
    CHECK(paint::alike(paint::at(pictures::resize(half, {1, 1}), 0, 0), {255, 0, 0, 128}, 3));
}

TEST_CASE("pictures: shapes are kept, and no side vanishes", "[convert]") {
    CHECK(pictures::fit({4000, 3000}, 100) == Dimensions{100, 75});
    CHECK(pictures::fit({3000, 4000}, 512) == Dimensions{384, 512});
    CHECK(pictures::fit({10, 10}, 512) == Dimensions{512, 512});
    CHECK(pictures::fit({60'000, 1}, 72) == Dimensions{72, 1});
    CHECK(pictures::fit({0, 0}, 10) == Dimensions{1, 1});
}

TEST_CASE("pictures: contained pictures stand in the middle of nothing", "[convert]") {
    const auto wide =
        pictures::contain(paint::quarters(100, 50, {paint::red, paint::red, paint::red, paint::red}), 512);
    CHECK(wide.size == Dimensions{512, 512});
    CHECK(paint::at(wide, 256, 64)[3] == 0);
    CHECK(paint::at(wide, 256, 447)[3] == 0);
    CHECK(paint::alike(paint::at(wide, 0, 256), paint::red, 1));
    CHECK(paint::alike(paint::at(wide, 511, 382), paint::red, 1));
}
