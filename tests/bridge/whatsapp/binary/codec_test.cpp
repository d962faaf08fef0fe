#include "bridge/whatsapp/binary/codec.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::binary;

namespace {

std::string wire(const Node& node) { return common::to_hex(encode(node)); }

Node round_trip(const Node& node) { return decode(encode(node)).value(); }

}  // namespace

// Protocol part 1, section 3.8.
TEST_CASE("codec: the worked examples", "[binary]") {
    CHECK(
        wire(Node{"iq", {{"id", "12.34-5"}, {"xmlns", "w:p"}, {"type", "get"}, {"to", Jid::whatsapp_server()}}}) ==
        "00f8091908ff8412b34a5f1657042911fa0003"
    );
    CHECK(wire(Node{"stream:error", {{"code", "515"}}}) == "00f8039d70ff82515f");
    CHECK(wire(Node{"xmlstreamend"}) == "00f80102");
}

TEST_CASE("codec: empty attributes are left out, empty content is kept", "[binary]") {
    CHECK(wire(Node{"iq", {{"id", ""}, {"to", Jid{}}}}) == "00f80119");
    CHECK(wire(Node{"iq", {}, Bytes{}}) == "00f80219fc00");
    CHECK(wire(Node{"iq", {}, Node::Nodes{}}) == "00f8021900");
    CHECK(std::get<Bytes>(round_trip(Node{"iq", {}, Bytes{}}).content).empty());
    CHECK(round_trip(Node{"iq", {}, Node::Nodes{}}) == Node{"iq"});
}

TEST_CASE("codec: lists change form at 256 items and are refused past 65535", "[binary]") {
    for (const std::size_t count : {1U, 255U, 256U, 65535U}) {
        const Node node{"list", {}, Node::Nodes(count, Node{"item"})};
        CHECK(round_trip(node).children().size() == count);
    }
    CHECK_THROWS(encode(Node{"list", {}, Node::Nodes(65536, Node{"item"})}));
    Node wide{"iq"};
    for (int i = 0; i < 127; ++i) wide.attrs.emplace_back("k" + std::to_string(i), "v");
    CHECK(encode(wide)[1] == 0xF8);
    wide.content = std::string{"receipt"};
    CHECK(encode(wide)[1] == 0xF9);
    CHECK(round_trip(wide) == wide);
}

TEST_CASE("codec: a device number past one byte is refused, not cut", "[binary]") {
    CHECK_THROWS(encode(Node{"iq", {{"to", Jid{"15551234567", "s.whatsapp.net", 256}}}}));
    const Node messenger{"iq", {{"to", Jid{"15551234567", "msgr", 256}}}};
    CHECK(round_trip(messenger) == messenger);
}

TEST_CASE("codec: compressed frames are inflated", "[binary]") {
    const Node node{"ib", {}, Node::Nodes(100, Node{"item", {{"id", "ABCDEF"}}})};
    const Bytes packed = encode_compressed(node);
    CHECK(packed.size() < encode(node).size() / 4);
    CHECK(decode(packed).value() == node);
}

TEST_CASE("codec: text is packed where it can be, up to 127 characters", "[binary]") {
    for (const std::size_t size : {1U, 2U, 126U, 127U, 128U, 255U, 256U}) {
        for (const char c : {'7', 'F', 'f'}) {
            const Node node{"iq", {{"value", std::string(size, c)}}};
            CHECK(round_trip(node) == node);
        }
    }
    CHECK(encode(Node{"iq", {{"value", std::string(127, '7')}}}).size() < 75);
    CHECK(encode(Node{"iq", {{"value", std::string(128, '7')}}}).size() > 128);
}
