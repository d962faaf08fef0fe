#include "bridge/whatsapp/binary/codec.hpp"
#include "common/crypto/crypto.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::binary;
using namespace tests::support;
using common::json::Value;

namespace {

using common::json::Document;

/// One past the bracket that closes the one at `start`.
std::size_t end_of_container(std::string_view json, std::size_t start) {
    std::size_t open = 0;
    for (std::size_t at = start; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') {
            for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
        } else if (c == '{' || c == '[') {
            ++open;
        } else if ((c == '}' || c == ']') && --open == 0) {
            return at + 1;
        }
    }
    throw std::runtime_error{"unbalanced JSON"};
}

/// Our JSON reader stops at a nesting of 64, one of the nodes goes deeper: what lies below 40 becomes a string of JSON.
std::string fold(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if ((c == '{' || c == '[') && depth == 40) {
            const std::size_t end = end_of_container(json, at);
            common::json::append_quoted(out, json.substr(at, end - at));
            at = end - 1;
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (c != '"') {
            out += c;
            continue;
        }
        const std::size_t start = at;
        for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
        out += json.substr(start, at - start + 1);
    }
    return out;
}

Document load_deep_vectors(const std::string& name) {
    std::ifstream file{vectors_folder() + "/" + name, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    return Document::parse(fold(content)).value();
}

/// Calls `read` with the array or object itself, also when it is a folded one.
template <class Read>
auto unfolded(Value json, Read read) {
    if (!json.is_string()) return read(json);
    const Document inner = Document::parse(fold(*json.string())).value();
    return read(inner.root());
}

Node node_of(Value json);

Node::Content content_of(Value json) {
    if (!json.is_object()) return {};
    const std::string kind = text(json, "kind");
    if (kind == "bytes") return hex(json, "hex");
    if (kind == "string") return text(json, "text");
    if (kind == "jid") return Jid::parse(text(json, "text")).value();
    if (kind == "empty_list") return Node::Nodes{};
    if (kind == "bytes_repeat") {
        return Bytes(static_cast<std::size_t>(number(json, "count")), hex(json, "byte_hex").at(0));
    }
    if (kind != "nodes") throw std::runtime_error{"unknown kind of content: " + kind};
    return unfolded(member(json, "nodes"), [](Value list) {
        Node::Nodes nodes;
        for (std::size_t i = 0; i < list.size(); ++i) nodes.push_back(unfolded(list.at(i), node_of));
        return nodes;
    });
}

std::vector<Attr> attributes_of(Value json) {
    std::vector<Attr> attrs;
    for (std::size_t i = 0; i < json.size(); ++i) {
        attrs.push_back(unfolded(json.at(i), [](Value attr) {
            const std::string key = attr.at(0).string_or("");
            const std::string value = attr.at(2).string_or("");
            if (attr.at(1).string_or("") == "jid") return Attr{key, Jid::parse(value).value()};
            return Attr{key, value};
        }));
    }
    return attrs;
}

Node node_of(Value json) {
    return Node{
        text(json, "tag"), unfolded(member(json, "attrs"), attributes_of), unfolded(json["content"], content_of)};
}

/// What a decoder gives back: an empty list of children is no content.
void drop_empty_lists(Node& node) {
    auto* nodes = std::get_if<Node::Nodes>(&node.content);
    if (nodes == nullptr) return;
    for (Node& child : *nodes) drop_empty_lists(child);
    if (nodes->empty()) node.content = std::monostate{};
}

/// Text content comes back as text or, written raw, as bytes: compared as bytes.
void texts_to_bytes(Node& node) {
    if (const auto* words = std::get_if<std::string>(&node.content)) node.content = Bytes{common::to_bytes(*words)};
    if (auto* nodes = std::get_if<Node::Nodes>(&node.content)) {
        for (Node& child : *nodes) texts_to_bytes(child);
    }
}

Node normal(Node node) {
    drop_empty_lists(node);
    texts_to_bytes(node);
    return node;
}

}  // namespace

TEST_CASE("binary_nodes.json: nodes encode byte for byte and decode to themselves", "[vectors]") {
    const auto file = load_deep_vectors("binary_nodes.json");
    const Value cases = member(file.root(), "vectors");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        const Bytes wire = hex(cases.at(i), "encoded_hex");
        const Node node = node_of(member(cases.at(i), "node"));
        CHECK(encode(node) == wire);
        CHECK(normal(decode(wire).value()) == normal(node));
    }
}

TEST_CASE("binary_nodes.json: every strict prefix of a node is an error", "[vectors]") {
    const auto file = load_deep_vectors("binary_nodes.json");
    const Value cases = member(file.root(), "vectors");
    std::size_t prefixes = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Bytes wire = hex(cases.at(i), "encoded_hex");
        for (std::size_t size = 0; size < wire.size(); ++size, ++prefixes) {
            if (decode(ByteView{wire}.first(size))) FAIL(text(cases.at(i), "name") << " cut to " << size);
        }
    }
    CHECK(prefixes > 10'000);
}

TEST_CASE("binary_nodes.json: forms that others write decode", "[vectors]") {
    const auto file = load_deep_vectors("binary_nodes.json");
    const Value cases = member(file.root(), "decode_only");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        const Node node = node_of(member(cases.at(i), "node"));
        CHECK(normal(decode(hex(cases.at(i), "encoded_hex")).value()) == normal(node));
    }
}

TEST_CASE("binary_nodes.json: invalid nodes are errors", "[vectors]") {
    const auto file = load_deep_vectors("binary_nodes.json");
    const Value cases = member(file.root(), "invalid");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        CHECK(decode(hex(cases.at(i), "encoded_hex")).has_error());
    }
}

TEST_CASE("binary_nodes.json: big nodes have the recorded length and hash", "[vectors]") {
    const auto file = load_deep_vectors("binary_nodes.json");
    const Value cases = member(file.root(), "big");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(text(cases.at(i), "name"));
        const Node node = node_of(member(cases.at(i), "node"));
        const Bytes wire = encode(node);
        CHECK(wire.size() == static_cast<std::size_t>(number(cases.at(i), "encoded_len")));
        CHECK(common::to_hex(common::crypto::sha256(wire)) == text(cases.at(i), "encoded_sha256"));
        CHECK(decode(wire).value() == node);
    }
}

TEST_CASE("jids.json: JIDs have the recorded wire forms", "[vectors]") {
    const auto file = load_vectors("jids.json");
    const Value jids = member(file.root(), "jids");
    REQUIRE(jids.size() > 0);
    for (std::size_t i = 0; i < jids.size(); ++i) {
        INFO(text(jids.at(i), "text"));
        const Jid jid = Jid::parse(text(jids.at(i), "text")).value();
        const Node node{"item", {{"jid", jid}}};
        const Bytes wire = encode(node);
        CHECK(common::to_hex(ByteView{wire}.subspan(5)) == text(jids.at(i), "wire_hex"));
        CHECK(decode(wire).value().jid("jid") == jid);
    }
}

TEST_CASE("prekeys.json: the upload stanza encodes as recorded", "[vectors]") {
    const auto file = load_vectors("prekeys.json");
    const Bytes wire = hex(member(file.root(), "upload"), "iq_hex");
    CHECK(encode(decode(wire).value()) == wire);
}
