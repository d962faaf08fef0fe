#include "gateway/ws/ring.hpp"

#include "common/json/json.hpp"

#include <catch2/catch.hpp>

using namespace gateway::ws;

namespace {

Frame frame(std::int64_t seq, std::size_t size = 10) {
    common::contract::Event event;
    event.seq = seq;
    event.type = "message";
    event.data = "\"" + std::string(size, 'x') + "\"";
    return to_frame(event);
}

}  // namespace

TEST_CASE("a frame carries type, seq and data, ready for the wire", "[gateway]") {
    common::contract::Event event;
    event.seq = 9;
    event.type = "message";
    event.data = R"({"id":"A"})";
    const auto made = to_frame(event);
    CHECK(made.text() == R"({"type":"message","seq":9,"data":{"id":"A"}})");
    CHECK(made.wire->substr(made.text_at) == made.text());
    CHECK(made.text_at == 2);
}

TEST_CASE("a ring that has not started reaches nowhere", "[gateway]") {
    Ring ring{4, 1'000};
    CHECK_FALSE(ring.started());
    CHECK_FALSE(ring.reaches(0));
    CHECK_FALSE(ring.reaches(1'000'000));
}

TEST_CASE("a ring knows what it can continue, also across gaps in the numbers", "[gateway]") {
    Ring ring{4, 1'000};
    ring.start(10);
    CHECK(ring.reaches(10));
    CHECK_FALSE(ring.reaches(9));
    CHECK(ring.first_after(10) == nullptr);
    ring.push(frame(12));
    ring.push(frame(15));
    CHECK(ring.first_after(10)->seq == 12);
    CHECK(ring.first_after(12)->seq == 15);
    CHECK(ring.first_after(13)->seq == 15);
    CHECK(ring.first_after(15) == nullptr);
}

TEST_CASE("a full ring forgets its oldest frames, by number and by size", "[gateway]") {
    Ring ring{3, 1'000};
    ring.start(0);
    for (std::int64_t seq = 1; seq <= 5; ++seq) ring.push(frame(seq));
    CHECK(ring.size() == 3);
    CHECK(ring.reaches(2));
    CHECK_FALSE(ring.reaches(1));

    ring.push(frame(6, 900));
    CHECK(ring.bytes() <= 1'000);
    CHECK(ring.first_after(5)->seq == 6);
    CHECK_FALSE(ring.reaches(3));

    ring.push(frame(7, 5'000));
    CHECK(ring.size() == 1);
    CHECK(ring.reaches(6));
    CHECK(ring.bytes_after(6, 100) >= 100);
    CHECK(ring.bytes_after(7, 100) == 0);
}

TEST_CASE("a ring that starts again has forgotten everything", "[gateway]") {
    Ring ring{3, 1'000};
    ring.start(0);
    ring.push(frame(1));
    ring.stop();
    CHECK_FALSE(ring.reaches(1));
    ring.start(50);
    CHECK(ring.size() == 0);
    CHECK(ring.bytes() == 0);
    CHECK_FALSE(ring.reaches(1));
}
