#include "bridge/whatsapp/binary/node.hpp"

#include "common/log/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace bridge::whatsapp::binary {

const AttrValue* Node::find(std::string_view key) const noexcept {
    const auto found = std::find_if(attrs.begin(), attrs.end(), [key](const Attr& attr) { return attr.key == key; });
    return found == attrs.end() ? nullptr : &found->value;
}

std::string Node::text(std::string_view key) const {
    const AttrValue* value = find(key);
    if (value == nullptr) return {};
    if (const auto* as_jid = std::get_if<Jid>(value)) return as_jid->to_string();
    return std::get<std::string>(*value);
}

std::optional<Jid> Node::jid(std::string_view key) const {
    const AttrValue* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* as_jid = std::get_if<Jid>(value)) return *as_jid;
    auto parsed = Jid::parse(std::get<std::string>(*value));
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

std::optional<std::uint64_t> Node::number(std::string_view key) const {
    const AttrValue* value = find(key);
    const auto* digits = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (digits == nullptr) return std::nullopt;
    std::uint64_t number = 0;
    const char* const end = digits->data() + digits->size();
    const auto read = std::from_chars(digits->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

Node& Node::set(std::string_view key, AttrValue value) {
    for (Attr& attr : attrs) {
        if (attr.key != key) continue;
        attr.value = std::move(value);
        return *this;
    }
    attrs.emplace_back(key, std::string{}).value = std::move(value);
    return *this;
}

void Node::erase(std::string_view key) {
    std::erase_if(attrs, [key](const Attr& attr) { return attr.key == key; });
}

const Node* Node::child(std::string_view child_tag) const noexcept {
    for (const Node& each : children()) {
        if (each.tag == child_tag) return &each;
    }
    return nullptr;
}

Node* Node::child(std::string_view child_tag) noexcept {
    return const_cast<Node*>(std::as_const(*this).child(child_tag));
}

const Node::Nodes& Node::children() const noexcept {
    static const Nodes none;
    const auto* nodes = std::get_if<Nodes>(&content);
    return nodes == nullptr ? none : *nodes;
}

Node::Nodes& Node::children_mut() {
    if (!std::holds_alternative<Nodes>(content)) content.emplace<Nodes>();
    return std::get<Nodes>(content);
}

Node& Node::add(Node node) {
    children_mut().push_back(std::move(node));
    return *this;
}

ByteView Node::bytes() const noexcept {
    if (const auto* raw = std::get_if<Bytes>(&content)) return *raw;
    if (const auto* words = std::get_if<std::string>(&content)) return common::as_bytes(*words);
    return {};
}

namespace {

constexpr std::size_t longest_outline = 1000;

/// Attributes whose text may stand in a log: protocol words and ids, never names or numbers of people.
bool is_loggable(std::string_view key) noexcept {
    static constexpr std::array<std::string_view, 18> keys{
        "id",
        "type",
        "xmlns",
        "class",
        "code",
        "count",
        "t",
        "reason",
        "stage",
        "v",
        "version",
        "error",
        "edit",
        "offline",
        "mediatype",
        "context",
        "index",
        "mode"};
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void outline_into(const Node& node, std::string& out) {
    if (out.size() > longest_outline) return;
    out.append("<").append(node.tag);
    for (const Attr& attr : node.attrs) {
        out.append(" ").append(attr.key).append("=");
        if (const auto* jid = std::get_if<Jid>(&attr.value)) {
            out += common::log::redacted(jid->to_string());
        } else if (is_loggable(attr.key)) {
            out.append("\"").append(std::get<std::string>(attr.value)).append("\"");
        } else {
            out.append(std::to_string(std::get<std::string>(attr.value).size())).append("B");
        }
    }
    if (const auto* nodes = std::get_if<Node::Nodes>(&node.content)) {
        out += ">";
        for (const Node& child : *nodes) outline_into(child, out);
        out += "</>";
    } else if (const std::size_t size = node.bytes().size(); size > 0) {
        out.append(">").append(std::to_string(size)).append("B</>");
    } else {
        out += "/>";
    }
}

}  // namespace

std::string outline(const Node& node) {
    std::string out;
    outline_into(node, out);
    if (out.size() > longest_outline) out.resize(longest_outline);
    return out;
}

}  // namespace bridge::whatsapp::binary
