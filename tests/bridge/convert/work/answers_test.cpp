#include "bridge/convert/work/work.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <string>

using bridge::convert::work::AnswerReader;
using bridge::convert::work::Errc;
using common::Bytes;
using common::ByteView;
namespace wire = bridge::convert::wire;
namespace work = bridge::convert::work;

namespace {

Bytes record(char letter, ByteView content) {
    Bytes out{static_cast<std::uint8_t>(letter)};
    common::append_be(out, content.size(), 4);
    common::append(out, content);
    return out;
}

Bytes info_record(const wire::Info& info) { return record('I', wire::to_bytes(info)); }

Bytes picture_record(std::uint32_t width, std::uint32_t height, std::size_t bytes) {
    Bytes content;
    common::append_be(content, width, 4);
    common::append_be(content, height, 4);
    common::append_be(content, 40, 4);
    content.resize(12 + bytes, 7);
    return record('P', content);
}

struct Heard {
    std::optional<wire::Info> info;
    std::vector<std::int16_t> samples;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pictures;

    work::Sink sink() {
        return {
            [this](const wire::Info& i) {
                info = i;
                return common::Status{};
            },
            [this](std::span<const std::int16_t> s) {
                samples.insert(samples.end(), s.begin(), s.end());
                return common::Status{};
            },
            [this](const work::Frame& f) {
                pictures.emplace_back(f.width, f.height);
                return common::Status{};
            },
        };
    }
};

common::Status read(Heard& heard, ByteView bytes, std::size_t piece = 1'000'000, std::uint64_t most = 1U << 20) {
    const work::Sink sink = heard.sink();
    AnswerReader reader{sink, most};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto fed = reader.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
        if (!fed) return fed;
    }
    return reader.is_done() ? common::Status{} : common::Status{Errc::crashed};
}

const wire::Info film{640, 480, 12'000, true, true, 6};

}  // namespace

TEST_CASE("work: requests survive the command line", "[convert]") {
    const wire::Request request{wire::Job::pictures, 5, 512, 100, 9'000'000'000, 512, 30, 66};
    const wire::Arguments arguments = wire::to_arguments(request);
    std::vector<const char*> values;
    for (const std::string& argument : arguments) values.push_back(argument.c_str());
    CHECK(wire::parse_arguments(8, values.data()) == request);
    CHECK_FALSE(wire::parse_arguments(7, values.data()));
    for (const char* wrong : {"", "9", "-1", "1x", "99999999999999999999"}) {
        values[0] = wrong;
        CHECK_FALSE(wire::parse_arguments(8, values.data()));
    }
}

TEST_CASE("work: answers come whole, whatever the pieces", "[convert]") {
    const Bytes answer = common::concat(
        {info_record(film),
         record('S', common::as_bytes(std::string_view{"\1\0\xFF\xFF", 4})),
         picture_record(2, 3, 24),
         record('Z', {})}
    );
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
        Heard heard;
        CHECK(read(heard, answer, piece));
        CHECK(heard.info == film);
        CHECK(heard.samples == std::vector<std::int16_t>{1, -1});
        CHECK(heard.pictures == std::vector<std::pair<std::uint32_t, std::uint32_t>>{{2, 3}});
    }
    for (std::size_t size = 0; size < answer.size(); ++size) {
        Heard heard;
        CHECK(read(heard, ByteView{answer}.first(size)).error() == Errc::crashed);
    }
}

TEST_CASE("work: a worker's failures have names of their own", "[convert]") {
    const std::vector<std::pair<std::uint8_t, Errc>> failures{
        {1, Errc::unreadable},
        {2, Errc::nothing_there},
        {3, Errc::too_large},
        {4, Errc::too_long},
        {5, Errc::out_of_memory},
        {6, Errc::failed},
        {7, Errc::nonsense},
        {0, Errc::nonsense}};
    for (const auto& [code, expected] : failures) {
        Heard heard;
        CHECK(read(heard, record('E', {&code, 1})).error() == expected);
    }
}

TEST_CASE("work: nonsense from a worker is refused", "[convert]") {
    const Bytes info = info_record(film);
    const auto refused = [](const Bytes& answer) {
        Heard heard;
        return read(heard, answer).error() == Errc::nonsense;
    };
    CHECK(refused(record('X', {})));
    CHECK(refused(common::concat({info, info})));
    CHECK(refused(record('S', common::as_bytes("ab"))));                           // sound before info
    CHECK(refused(common::concat({info, record('S', common::as_bytes("abc"))})));  // half a sample
    CHECK(refused(common::concat({info, picture_record(2, 3, 23)})));
    CHECK(refused(common::concat({info, picture_record(0, 3, 0)})));
    CHECK(refused(common::concat({info, picture_record(0x40000001, 1, 4)})));  // whose bytes overflow 32 bits to 4
    CHECK(refused(common::concat({info, picture_record(2000, 1, 8000)})));
    CHECK(refused(common::concat({record('Z', {}), record('Z', {})})));
    CHECK(refused(record('Z', common::as_bytes("a"))));
    CHECK(refused(record('E', {})));
    CHECK(refused({'P', 0xFF, 0xFF, 0xFF, 0xFF, 0}));
    Bytes wrong = info;
    wrong[5 + 18] = 9;  // orientation
    CHECK(refused(wrong));
}

TEST_CASE("work: an answer without end is cut off", "[convert]") {
    Heard heard;
    Bytes answer = info_record(film);
    for (int i = 0; i < 100; ++i) common::append(answer, record('S', Bytes(1000, 0)));
    CHECK(read(heard, answer, 100, 50'000).error() == Errc::too_much);
    CHECK(heard.samples.size() <= 25'000);
}
