#include "common/http/detail/frame.hpp"

#include "common/http/detail/event_stream.hpp"
#include "common/http/detail/parser.hpp"

#include <catch2/catch.hpp>

using namespace common::http;
using namespace common::http::detail;

namespace {

std::string frame(Opcode opcode, std::string_view payload) {
    std::string out;
    append_frame(out, opcode, payload, Mask{0x37, 0xFA, 0x21, 0x3D});
    return out;
}

/// Kinds, payloads and close codes of all whole events in `bytes`, or "error".
std::string events_of(std::string_view bytes) {
    FrameReader reader{Role::server, 1000};
    std::string seen;
    for (;;) {
        const auto event = reader.next(bytes);
        if (!event) return "error";
        if (!*event) return seen;
        seen += std::to_string(static_cast<int>((*event)->kind)) + (*event)->data + ';';
        if ((*event)->close_code != 0) seen += std::to_string((*event)->close_code);
    }
}

const std::string valid_frames = frame(Opcode::text, "Hello") + frame(Opcode::ping, "ping") +
                                 frame(Opcode::binary, std::string(200, 'b')) +
                                 frame(Opcode::close, close_payload(1000, "bye"));

const std::string valid_request =
    "POST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";

/// Whether a whole request was read.
bool parses(std::string_view bytes) {
    Parser parser{Parser::For::request};
    auto used = parser.put(bytes);
    if (parser.header_done() && !parser.done()) {
        parser.limit_body(100);
        used += parser.put(bytes.substr(used));
    }
    return parser.done() && !parser.problem();
}

}  // namespace

TEST_CASE("frames: the examples of RFC 6455 section 5.7 are written and read", "[http]") {
    CHECK(frame(Opcode::text, "Hello") == "\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58");
    std::string plain;
    append_frame(plain, Opcode::text, "Hello", std::nullopt);
    CHECK(plain == "\x81\x05Hello");
    std::string wide;
    append_frame(wide, Opcode::binary, std::string(65536, 'x'), std::nullopt);
    CHECK(wide.substr(0, 10) == std::string_view{"\x82\x7F\0\0\0\0\0\1\0\0", 10});
    CHECK(accept_value("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("frames: how the bytes arrive makes no difference", "[http]") {
    const auto whole = events_of(valid_frames);
    CHECK(whole == "1Hello;9ping;2" + std::string(200, 'b') + ";8bye;1000");
    FrameReader reader{Role::server, 1000};
    std::string seen;
    for (const char c : valid_frames) {
        std::string_view byte{&c, 1};
        const auto event = reader.next(byte);
        REQUIRE(event);
        CHECK(byte.empty());
        if (*event) seen += std::to_string(static_cast<int>((*event)->kind)) + (*event)->data + ';';
    }
    CHECK(seen + "1000" == whole);
}

TEST_CASE("frames: every prefix waits for more and every bit flip is read or refused", "[http]") {
    const auto whole = events_of(valid_frames);
    for (std::size_t size = 0; size < valid_frames.size(); ++size) {
        const auto seen = events_of(std::string_view{valid_frames}.substr(0, size));
        CHECK((seen.size() < whole.size() && whole.starts_with(seen)));
    }
    for (std::size_t bit = 0; bit < valid_frames.size() * 8; ++bit) {
        std::string flipped = valid_frames;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        CHECK(events_of(flipped) != whole);
    }
}

TEST_CASE("parser: every prefix of a request waits and every bit flip is read or refused", "[http]") {
    CHECK(parses(valid_request));
    for (std::size_t size = 0; size < valid_request.size(); ++size) {
        CHECK_FALSE(parses(std::string_view{valid_request}.substr(0, size)));
    }
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < valid_request.size() * 8; ++bit) {
        std::string flipped = valid_request;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        if (!parses(flipped)) ++refused;
    }
    CHECK(refused > valid_request.size() * 2);
}

TEST_CASE("events: how the bytes arrive makes no difference, and growth is bounded", "[http]") {
    const std::string text =
        "\xEF\xBB\xBFid: 7\r\ndata: a\r\ndata: b\r\n\r\n: note\nevent: x\rdata\r\rid: 8\ndata: c\n\nretry: 5\n\n";
    const auto read = [&](std::size_t step) {
        EventStreamReader reader{100};
        std::string seen;
        for (std::size_t at = 0; at < text.size(); at += step) {
            const auto events = reader.feed(std::string_view{text}.substr(at, step));
            REQUIRE(events);
            for (const auto& event : *events) seen += event.id + '|' + event.type + '|' + event.data + ';';
        }
        return seen;
    };
    CHECK(read(text.size()) == "7||a\nb;7|x|;8||c;");
    for (std::size_t step = 1; step < text.size(); ++step) CHECK(read(step) == read(text.size()));
    EventStreamReader reader{100};
    CHECK(reader.feed(std::string(101, 'x')).error() == HttpErrc::body_too_large);
    EventStreamReader lines{100};
    CHECK(
        lines.feed("data: " + std::string(60, 'x') + "\ndata: " + std::string(60, 'x')).error() ==
        HttpErrc::body_too_large
    );
}
