#include "bridge/whatsapp/binary/node.hpp"

#include "common/bytes/bytes.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp;
using binary::Node;

namespace {

Node sample() {
    Node node{"message", {{"id", "3EB0"}, {"t", "1700000000"}, {"from", Jid{"15551234567", "s.whatsapp.net", 3}}}};
    node.set("notify", "Alice");
    node.add(Node{"enc", {{"v", "2"}}, common::to_bytes("secret")});
    node.add(Node{"enc", {{"v", "3"}}});
    return node;
}

}  // namespace

TEST_CASE("node: attributes read as text, number or JID", "[binary]") {
    const Node node = sample();
    CHECK(node.text("from") == "15551234567:3@s.whatsapp.net");
    CHECK(node.jid("from") == Jid{"15551234567", "s.whatsapp.net", 3});
    CHECK(node.number("t") == 1700000000);
    CHECK_FALSE(node.number("id"));
    CHECK_FALSE(node.number("from"));
    CHECK_FALSE(node.jid("nothing"));
    CHECK(node.text("nothing").empty());
    CHECK(Node{"x", {{"to", "5@lid"}}}.jid("to") == Jid{"5", "lid"});
    CHECK_FALSE(Node{"x", {{"to", "5:6:7@lid"}}}.jid("to"));
    for (const char* bad : {"", "-1", "+1", "1 ", "18446744073709551616"})
        CHECK_FALSE(Node{"x", {{"n", bad}}}.number("n"));
}

TEST_CASE("node: set replaces, erase removes", "[binary]") {
    Node node = sample();
    node.set("id", std::string{"other"});
    CHECK(node.text("id") == "other");
    CHECK(node.attrs.size() == 4);
    node.erase("id");
    CHECK_FALSE(node.has("id"));
}

TEST_CASE("node: children and content of any kind can be asked for", "[binary]") {
    Node node = sample();
    REQUIRE(node.child("enc"));
    CHECK(node.child("enc")->text("v") == "2");
    CHECK(common::as_text(node.child("enc")->bytes()) == "secret");
    CHECK(node.child("none") == nullptr);
    CHECK(node.bytes().empty());
    CHECK(Node{"empty"}.children().empty());
    CHECK(common::as_text(Node{"status", {}, std::string{"hello"}}.bytes()) == "hello");
    node.child("enc")->set("v", "9");
    CHECK(node.children()[0].text("v") == "9");
}

TEST_CASE("node: an outline shows the shape but no names, numbers or content", "[binary]") {
    const std::string line = outline(sample());
    CHECK(line.find("<message id=\"3EB0\"") == 0);
    CHECK(line.find("<enc v=\"2\">6B</>") != std::string::npos);
    CHECK(line.find("Alice") == std::string::npos);
    CHECK(line.find("15551234567") == std::string::npos);
    CHECK(line.find("secret") == std::string::npos);
    CHECK(outline(Node{"x", {{"id", std::string(100'000, 'y')}}}).size() <= 1000);
}
