#include "bridge/whatsapp/binary/codec.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::binary;

namespace {

Bytes hex(std::string_view text) { return common::from_hex(text).value(); }

Node sample() {
    Node node{"message", {{"id", "3EB0ABCDEF"}, {"from", Jid{"123456789012345", "lid", 7}}, {"notify", "Alice"}}};
    node.add(Node{"enc", {{"v", "2"}, {"type", "msg"}}, common::to_bytes("some bytes")});
    node.add(Node{"meta", {{"to", Jid{"100012345", "msgr", 2}}}, std::string{"12-34"}});
    return node;
}

/// `levels` nodes around each other.
Bytes nested(std::size_t levels) {
    Bytes bytes{0};
    for (std::size_t i = 1; i < levels; ++i) common::append(bytes, hex("f80271f801"));
    common::append(bytes, hex("f8013f"));
    return bytes;
}

}  // namespace

TEST_CASE("hostile nodes: every prefix fails and every flipped bit gives a Result", "[binary]") {
    for (const Bytes& whole : {encode(sample()), encode_compressed(sample())}) {
        CHECK(decode(whole).value() == sample());
        for (std::size_t size = 0; size < whole.size(); ++size) CHECK(decode(ByteView{whole}.first(size)).has_error());
        for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
            Bytes changed = whole;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            const auto node = decode(changed);
            if (node) CHECK(decode(encode(*node)).has_value());
        }
    }
}

TEST_CASE("hostile nodes: nesting has a limit", "[binary]") {
    CHECK(decode(nested(64)).has_value());
    CHECK(decode(nested(65)).error() == Errc::too_deep);
    CHECK(decode(nested(100'000)).error() == Errc::too_deep);
}

TEST_CASE("hostile nodes: a bomb is cut off at the inflate limit", "[binary]") {
    const Node zeros{"item", {}, Bytes(1 << 20, 0)};
    const Bytes bomb = encode_compressed(zeros);
    CHECK(bomb.size() < 2000);
    Limits limits;
    limits.inflated = 1 << 20;
    CHECK(decode(bomb, limits).error() == Errc::too_large);
    limits.inflated = (1 << 20) + 16;
    CHECK(decode(bomb, limits).value() == zeros);
    Bytes more = bomb;
    more.push_back(0);
    CHECK(decode(more).error() == Errc::trailing_bytes);
}

TEST_CASE("hostile nodes: counts have limits", "[binary]") {
    Limits limits;
    limits.nodes = 3;
    limits.attributes = 2;
    const Node item{"item", {{"a", "b"}}};
    CHECK(decode(encode(Node{"list", {}, Node::Nodes(2, item)}), limits).has_value());
    CHECK(decode(encode(Node{"list", {}, Node::Nodes(3, item)}), limits).error() == Errc::too_large);
    // 65535 children and attributes promised by a few bytes.
    CHECK(
        decode(hex("00f90002"
                   "3ff9ffff"))
            .error() == Errc::truncated
    );
    CHECK(decode(hex("00f9ffff3f")).error() == Errc::truncated);
}

TEST_CASE("hostile nodes: a JID that would read as another one is refused", "[binary]") {
    for (const std::string user : {"1@lid", "1:5", "1.0"}) {
        const Bytes bytes = encode(Node{"iq", {{"from", Jid{user, "s.whatsapp.net"}}}});
        CHECK(decode(bytes).error() == Errc::bad_jid);
    }
    CHECK(decode(encode(Node{"iq", {{"from", Jid{"some.body", "interop"}}}})).has_value());
    CHECK(decode(encode(Node{"iq", {{"from", Jid{"1", "a@b"}}}})).error() == Errc::bad_jid);
}
