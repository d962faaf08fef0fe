#include "tests/bridge/convert/pictures/paint.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace pictures = paint::pictures;
using bridge::convert::formats::Dimensions;
using common::Bytes;
using common::ByteView;
using pictures::Errc;
using pictures::Picture;

namespace {

/// The four colours are where they were.
bool has_quarters(const Picture& picture) {
    const std::uint32_t w = picture.size.width;
    const std::uint32_t h = picture.size.height;
    return paint::alike(paint::at(picture, w / 8, h / 8), paint::red) &&
           paint::alike(paint::at(picture, w - 1 - w / 8, h / 8), paint::green) &&
           paint::alike(paint::at(picture, w / 8, h - 1 - h / 8), paint::blue) &&
           paint::alike(paint::at(picture, w - 1 - w / 8, h - 1 - h / 8), paint::white);
}

/// An EXIF block with an orientation behind the start of a JPEG.
Bytes with_orientation(const Bytes& jpeg, std::uint8_t orientation) {
    Bytes block = common::to_bytes(std::string_view{
        "\xFF\xE1\x00\x22"
        "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0",
        28});
    block.push_back(orientation);
    block.resize(block.size() + 7, 0);
    return common::concat({ByteView{jpeg}.first(2), block, ByteView{jpeg}.subspan(2)});
}

}  // namespace

TEST_CASE("pictures: what is encoded can be decoded", "[convert]") {
    const Picture original = paint::quarters(160, 120);
    for (const auto& file :
         {*pictures::to_jpeg(original, 90),
          paint::to_png(original),
          paint::to_png(original, true),
          *pictures::to_webp(original, 90)}) {
        const auto decoded = paint::decode(file);
        REQUIRE(decoded);
        CHECK(decoded->size == Dimensions{160, 120});
        CHECK(has_quarters(*decoded));
        // Smaller while decoding, but never too small.
        const auto shrunk = paint::decode(file, 40);
        REQUIRE(shrunk);
        CHECK(shrunk->size.width >= 40);
        CHECK(shrunk->size.width <= 80);
        CHECK(has_quarters(*shrunk));
    }
}

TEST_CASE("pictures: what is transparent stays so, and is white in a JPEG", "[convert]") {
    const Picture original = paint::quarters(64, 64, {paint::red, paint::nothing, paint::nothing, paint::nothing});
    for (const auto& file : {paint::to_png(original), *pictures::to_webp(original, 90)}) {
        const auto decoded = paint::decode(file);
        REQUIRE(decoded);
        CHECK(paint::at(*decoded, 60, 60)[3] == 0);
        const auto jpeg = paint::decode(*pictures::to_jpeg(*decoded, 95));
        REQUIRE(jpeg);
        CHECK(paint::alike(paint::at(*jpeg, 60, 60), paint::white));
        CHECK(paint::alike(paint::at(*jpeg, 4, 4), paint::red));
    }
}

TEST_CASE("pictures: a JPEG is turned as its camera was held", "[convert]") {
    const Bytes stored = *pictures::to_jpeg(paint::quarters(160, 120), 95);
    // Where red, the stored top left, has to be shown.
    const std::vector<std::pair<int, int>> corners{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {0, 1}};
    for (std::uint8_t orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(int{orientation});
        const auto shown = paint::decode(with_orientation(stored, orientation));
        REQUIRE(shown);
        CHECK(shown->size == (orientation >= 5 ? Dimensions{120, 160} : Dimensions{160, 120}));
        const auto [right, down] = corners[orientation - 1U];
        const std::uint32_t x = right != 0 ? shown->size.width - 10 : 10;
        const std::uint32_t y = down != 0 ? shown->size.height - 10 : 10;
        CHECK(paint::alike(paint::at(*shown, x, y), paint::red));
    }
    // Quarter turns, told apart from mirrored ones by a second colour.
    CHECK(paint::alike(paint::at(*paint::decode(with_orientation(stored, 6)), 10, 10), paint::blue));
    CHECK(paint::alike(paint::at(*paint::decode(with_orientation(stored, 8)), 10, 10), paint::green));
}

TEST_CASE("pictures: thumbnails are small in both ways", "[convert]") {
    const auto thumbnail = pictures::make_thumbnail(paint::quarters(1600, 1200), 100, 10'240);
    REQUIRE(thumbnail);
    CHECK(thumbnail->size == Dimensions{100, 75});
    CHECK(has_quarters(*paint::decode(thumbnail->jpeg)));

    const auto restless = pictures::make_thumbnail(paint::noise(300, 300), 100, 6'000);
    REQUIRE(restless);
    CHECK(restless->jpeg.size() <= 6'000);
    CHECK(pictures::make_thumbnail(paint::noise(300, 300), 100, 200).error() == Errc::too_large);

    const auto narrow = pictures::make_thumbnail(paint::quarters(4000, 4), 100, 10'240);
    REQUIRE(narrow);
    CHECK(narrow->size == Dimensions{100, 1});
    CHECK(pictures::make_thumbnail(paint::quarters(8, 6), 100, 10'240)->size == Dimensions{8, 6});
}

TEST_CASE("pictures: limits are checked before anything is decoded", "[convert]") {
    Bytes bomb = paint::to_png(paint::quarters(16, 16));
    const auto claim = [&](std::uint32_t width, std::uint32_t height) {
        for (std::size_t i = 0; i < 4; ++i) {
            bomb[16 + i] = static_cast<std::uint8_t>(width >> (24 - 8 * i));
            bomb[20 + i] = static_cast<std::uint8_t>(height >> (24 - 8 * i));
        }
    };
    claim(100'000, 100'000);
    CHECK(paint::decode(bomb).error() == Errc::too_large);
    claim(0x7FFFFFFF, 1);
    CHECK(paint::decode(bomb).error() == Errc::too_large);
    const Bytes jpeg = *pictures::to_jpeg(paint::quarters(100, 100), 80);
    CHECK(paint::decode(jpeg, 100, {.pixels = 9'999}).error() == Errc::too_large);
    CHECK(paint::decode(jpeg, 100, {.file_bytes = 100}).error() == Errc::too_large);
    CHECK(
        paint::decode(paint::to_png(paint::quarters(100, 100), true), 100, {.whole_pixels = 9'999}).error() ==
        Errc::too_large
    );
}

TEST_CASE("pictures: damaged files give a part or an error, never worse", "[convert]") {
    const Picture original = paint::quarters(40, 30);
    for (const auto& file :
         {*pictures::to_jpeg(original, 60),
          paint::to_png(original),
          paint::to_png(original, true),
          *pictures::to_webp(original, 60)}) {
        for (std::size_t size = 0; size < file.size(); ++size) (void)paint::decode(ByteView{file}.first(size), 10);
        Bytes broken = file;
        for (std::size_t bit = 0; bit < file.size() * 8; bit += 3) {
            broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            if (const auto decoded = paint::decode(broken, 10, {.pixels = 100'000, .whole_pixels = 100'000})) {
                CHECK(decoded->rgba.size() == decoded->size.pixels() * 4);
            }
            broken[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
    }
    const Bytes half = *pictures::to_jpeg(paint::quarters(160, 120), 90);
    CHECK(paint::decode(ByteView{half}.first(half.size() * 3 / 4)));
}

TEST_CASE("pictures: animations keep their pictures and times", "[convert]") {
    pictures::Animation animation{{64, 64}, 80};
    REQUIRE(animation.add(paint::quarters(64, 64), 100));
    REQUIRE(animation.add(paint::quarters(64, 64, {paint::white, paint::blue, paint::green, paint::red}), 250));
    CHECK(animation.add(paint::quarters(32, 32), 100).error() == Errc::codec_failed);
    const auto file = animation.finish();
    REQUIRE(file);

    bridge::convert::formats::MemorySource source{*file};
    CHECK(bridge::convert::formats::find_image_info(source)->animated);
    std::vector<std::uint32_t> times;
    const auto take = [&](const Picture& picture, std::uint32_t ms) {
        if (times.empty()) CHECK(has_quarters(picture));
        times.push_back(ms);
        return common::Status{};
    };
    CHECK(pictures::decode_animation(source, take, {}));
    CHECK(times == std::vector<std::uint32_t>{100, 250});
    CHECK(has_quarters(*paint::decode(*file)));
    CHECK(pictures::Animation({64, 64}, 80).finish().error() == Errc::codec_failed);
    for (std::size_t size = 0; size < file->size(); ++size) (void)paint::decode(ByteView{*file}.first(size));
}

TEST_CASE("pictures: other formats are left to the worker", "[convert]") {
    CHECK(paint::decode(common::as_bytes("GIF89a and so on")).error() == Errc::unsupported);
    CHECK(paint::decode({}).error() == Errc::unsupported);
}
