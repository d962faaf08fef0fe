#include "tests/bridge/convert/formats/files.hpp"

#include <catch2/catch.hpp>

namespace formats = bridge::convert::formats;
using formats::Dimensions;
using std::chrono::milliseconds;
using namespace std::string_view_literals;

namespace {

std::optional<formats::Mp4Info> movie_of(const common::Bytes& bytes) {
    formats::MemorySource source{bytes};
    return formats::find_mp4_info(source);
}

std::optional<milliseconds> duration_of(const common::Bytes& bytes) {
    formats::MemorySource source{bytes};
    return formats::find_audio_duration(source);
}

}  // namespace

TEST_CASE("formats: a movie's header tells size, length, sound and codecs", "[convert]") {
    const auto movie = movie_of(files::movie(true));
    REQUIRE(movie);
    CHECK(movie->video == Dimensions{720, 1280});
    CHECK(movie->duration == milliseconds{12'345});
    CHECK(movie->has_audio);
    CHECK(movie->fast_start);
    CHECK(movie->video_codec == 0x61766331);
    CHECK(movie->audio_codec == 0x6D703461);

    CHECK_FALSE(movie_of(files::movie(false))->fast_start);
    CHECK_FALSE(movie_of(files::box("mdat", common::Bytes(10, 0))));
}

TEST_CASE("formats: a fragmented movie's length is in its extension header", "[convert]") {
    common::Bytes length(4, 0);
    common::append_be(length, 90'500, 4);
    const auto extends = files::box("mvex", files::box("mehd", length));
    CHECK(movie_of(files::box("moov", {files::movie_header(1000, 0), extends}))->duration == milliseconds{90'500});
    CHECK_FALSE(movie_of(files::box("moov", files::movie_header(1000, 0)))->duration);
    CHECK_FALSE(movie_of(files::box("moov", files::movie_header(0, 5)))->duration);
    CHECK_FALSE(movie_of(files::box("moov", files::movie_header(1, 0xFFFFFFFE)))->duration);
}

TEST_CASE("formats: boxes without end end the walk, not the program", "[convert]") {
    common::Bytes endless;
    for (int i = 0; i < 20'000; ++i) common::append(endless, files::box("free", common::ByteView{}));
    CHECK_FALSE(movie_of(endless));
    common::Bytes deep = files::movie_header(1000, 1);
    for (int i = 0; i < 1000; ++i) deep = files::box("trak", deep);
    CHECK(movie_of(files::box("moov", deep)));
}

TEST_CASE("formats: the last page tells how long an Ogg file plays", "[convert]") {
    const auto head = files::ogg_page("OpusHead\x01\x01\x38\x01\x80\x3E\0\0\0\0\0"sv, 0, 2);  // 312 samples are skipped
    const auto sound = files::ogg_page("sound", 48'312, 0);
    const auto foreign = files::ogg_page("other", 480'000, 4, 8);
    CHECK(duration_of(common::concat({head, sound})) == milliseconds{1000});
    CHECK(duration_of(common::concat({head, sound, foreign})) == milliseconds{1000});
    CHECK(duration_of(common::concat({head, sound, common::Bytes(10'000, 1)})) == milliseconds{1000});
    CHECK_FALSE(duration_of(common::concat({head, files::ogg_page("sound", 100, 4)})));
}

TEST_CASE("formats: a WAV's length comes from what the file holds", "[convert]") {
    CHECK(duration_of(files::wav(32'000, 64'000, 64'000)) == milliseconds{2000});
    CHECK(duration_of(files::wav(32'000, 0xFFFFFFFF, 16'000)) == milliseconds{500});
    CHECK_FALSE(duration_of(files::wav(0, 10, 10)));
}
