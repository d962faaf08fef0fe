#include "tests/bridge/convert/formats/files.hpp"

#include <catch2/catch.hpp>

namespace formats = bridge::convert::formats;
using formats::Dimensions;
using namespace std::string_view_literals;

namespace {

std::optional<formats::ImageInfo> info_of(const common::Bytes& bytes) {
    formats::MemorySource source{bytes};
    return formats::find_image_info(source);
}

}  // namespace

TEST_CASE("formats: a JPEG's size is shown as its orientation turns it", "[convert]") {
    const auto plain = info_of(files::jpeg(4000, 3000));
    REQUIRE(plain);
    CHECK(plain->shown() == Dimensions{4000, 3000});
    CHECK_FALSE(plain->whole);

    const auto turned = info_of(files::jpeg(4000, 3000, 6));
    REQUIRE(turned);
    CHECK(turned->stored == Dimensions{4000, 3000});
    CHECK(turned->shown() == Dimensions{3000, 4000});
    CHECK(turned->orientation == 6);

    CHECK(info_of(files::jpeg(10, 10, 9))->orientation == 1);
    CHECK(info_of(files::jpeg(10, 10, 0, 0xC2))->whole);
    CHECK_FALSE(info_of(files::jpeg(0, 10)));
}

TEST_CASE("formats: PNG and APNG", "[convert]") {
    CHECK(info_of(files::png(640, 480))->stored == Dimensions{640, 480});
    CHECK(info_of(files::png(640, 480))->has_alpha);
    CHECK_FALSE(info_of(files::png(640, 480))->animated);
    CHECK(info_of(files::png(640, 480, true))->animated);
    CHECK_FALSE(info_of(files::png(0xFFFFFFFF, 1)));
}

TEST_CASE("formats: a GIF is animated when a second picture follows", "[convert]") {
    CHECK(info_of(files::gif(320, 200, 1))->stored == Dimensions{320, 200});
    CHECK_FALSE(info_of(files::gif(320, 200, 1))->animated);
    CHECK(info_of(files::gif(320, 200, 2))->animated);
}

TEST_CASE("formats: the three headers of WebP", "[convert]") {
    const auto lossy = info_of(files::webp("VP8 ", "\0\0\0\x9D\x01\x2A\x40\x01\xF0\0"sv));
    REQUIRE(lossy);
    CHECK(lossy->stored == Dimensions{320, 240});
    CHECK_FALSE(lossy->has_alpha);

    const auto lossless = info_of(files::webp("VP8L", "\x2F\xFF\xC1\x7F\x10"sv));  // 512 by 512, with alpha
    REQUIRE(lossless);
    CHECK(lossless->stored == Dimensions{512, 512});
    CHECK(lossless->has_alpha);

    const auto extended = info_of(files::webp("VP8X", "\x12\0\0\0\xFF\x01\0\xFF\x01\0"sv));
    REQUIRE(extended);
    CHECK(extended->stored == Dimensions{512, 512});
    CHECK(extended->animated);
}

TEST_CASE("formats: a BMP may be stored from top to bottom", "[convert]") {
    const auto bmp =
        info_of(files::text("BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x05\0\0\0\xF6\xFF\xFF\xFF\x01\0\x18\0"sv));
    REQUIRE(bmp);
    CHECK(bmp->stored == Dimensions{5, 10});
}
