/// Binary nodes: the XML-like values that travel in frames, and how to read them without surprises.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bridge::whatsapp::binary {

using common::Bytes;
using common::ByteView;
using common::Result;

/// An attribute's value: text, or a JID (which has wire forms of its own).
using AttrValue = std::variant<std::string, Jid>;

struct Attr {
    std::string key;
    AttrValue value;
    Attr(std::string_view k, std::string_view v) : key{k}, value{std::string{v}} {}
    Attr(std::string_view k, const char* v) : key{k}, value{std::string{v}} {}
    Attr(std::string_view k, std::string v) : key{k}, value{std::move(v)} {}
    Attr(std::string_view k, Jid v) : key{k}, value{std::move(v)} {}
    friend bool operator==(const Attr&, const Attr&) = default;
};

/// A node: tag, ordered attributes, content (nothing, bytes, text, a JID, or child nodes).
class Node {
public:
    using Nodes = std::vector<Node>;
    using Content = std::variant<std::monostate, Bytes, std::string, Jid, Nodes>;

    Node() = default;
    explicit Node(std::string_view node_tag) : tag{node_tag} {}
    Node(std::string_view node_tag, std::vector<Attr> attributes) : tag{node_tag}, attrs{std::move(attributes)} {}
    Node(std::string_view node_tag, std::vector<Attr> attributes, Content inside)
        : tag{node_tag}, attrs{std::move(attributes)}, content{std::move(inside)} {}

    std::string tag;
    std::vector<Attr> attrs;
    Content content;

    /// Null when absent.
    const AttrValue* find(std::string_view key) const noexcept;
    /// Text of an attribute ("" when absent); a JID is formatted.
    std::string text(std::string_view key) const;
    /// A JID attribute; lenient: a text value is parsed. Nothing when absent or unparsable.
    std::optional<Jid> jid(std::string_view key) const;
    /// Decimal number; nothing when absent or not one.
    std::optional<std::uint64_t> number(std::string_view key) const;
    bool has(std::string_view key) const noexcept { return find(key) != nullptr; }
    Node& set(std::string_view key, AttrValue value);  ///< replaces or appends; returns *this
    void erase(std::string_view key);

    /// First child of that tag; null when there is none.
    const Node* child(std::string_view child_tag) const noexcept;
    Node* child(std::string_view child_tag) noexcept;
    const Nodes& children() const noexcept;  ///< empty when the content is not a list
    Nodes& children_mut();                   ///< makes the content a list
    Node& add(Node node);                    ///< appends a child; returns *this
    /// Content as bytes, whether it arrived as bytes or as text; empty when there is none.
    ByteView bytes() const noexcept;

    friend bool operator==(const Node&, const Node&) = default;
};

/// One line for logs and failing tests: tags and attributes, sizes instead of content.
std::string outline(const Node& node);

}  // namespace bridge::whatsapp::binary

namespace bridge::whatsapp {
using binary::Node;
}
