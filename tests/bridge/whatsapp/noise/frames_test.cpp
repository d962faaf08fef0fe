#include "bridge/whatsapp/noise/frames.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp::noise;

namespace {

std::vector<Bytes> frames_of(FrameReader& reader) {
    std::vector<Bytes> frames;
    while (const auto frame = reader.next()) frames.emplace_back(frame->begin(), frame->end());
    return frames;
}

}  // namespace

TEST_CASE("frames: a frame is there only when its last byte is", "[noise]") {
    const Bytes wire{0x00, 0x00, 0x02, 0xAA, 0xBB};
    for (std::size_t size = 0; size < wire.size(); ++size) {
        FrameReader reader;
        reader.feed(ByteView{wire}.first(size));
        CHECK_FALSE(reader.next());
        reader.feed(ByteView{wire}.subspan(size));
        CHECK(frames_of(reader) == std::vector<Bytes>{{0xAA, 0xBB}});
    }
}

TEST_CASE("frames: a stream cut byte by byte gives the same frames", "[noise]") {
    std::vector<Bytes> expected{{}, Bytes(1, 1), Bytes(300, 2), Bytes(70'000, 3), {}};
    Bytes stream;
    for (const Bytes& payload : expected) REQUIRE(append_frame(stream, payload));
    for (const std::size_t step : {1U, 2U, 3U, 7U, 4096U, 100'000U}) {
        FrameReader reader;
        std::vector<Bytes> got;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            reader.feed(ByteView{stream}.subspan(at, std::min<std::size_t>(step, stream.size() - at)));
            for (Bytes& frame : frames_of(reader)) got.push_back(std::move(frame));
        }
        CHECK((got == expected));
    }
}

TEST_CASE("frames: a payload must stay below 16 MiB", "[noise]") {
    Bytes out;
    CHECK(append_frame(out, Bytes(frame_limit)).error() == Errc::frame_too_large);
    CHECK(out.empty());
    REQUIRE(append_frame(out, Bytes(frame_limit - 1, 5)));
    FrameReader reader;
    reader.feed(out);
    CHECK(reader.next()->size() == frame_limit - 1);
}

TEST_CASE("frames: the intro carries the routing info only when there is one", "[noise]") {
    CHECK(common::to_hex(intro({}).value()) == "57410603");
    CHECK(common::to_hex(intro(Bytes{0xAB, 0xCD}).value()) == "45440001000002abcd57410603");
    CHECK(intro(Bytes(frame_limit)).error() == Errc::frame_too_large);
}
