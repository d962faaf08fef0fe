#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/binary/detail/inflate.hpp"
#include "bridge/whatsapp/binary/detail/tokens.hpp"
#include "bridge/whatsapp/binary/detail/wire.hpp"

#include <algorithm>
#include <stdexcept>

namespace bridge::whatsapp::binary {

namespace {

namespace wire = detail::wire;

constexpr std::size_t longest_packed = 127;
constexpr int not_packable = -1;

/// Value of a character in NIBBLE_8, or -1.
int nibble_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c == '-') return 10;
    if (c == '.') return 11;
    return not_packable;
}

/// Value of a character in HEX_8, or -1; lower case is not packed.
int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return not_packable;
}

bool packable(std::string_view text, int (*value)(char) noexcept) noexcept {
    return std::all_of(text.begin(), text.end(), [value](char c) { return value(c) != not_packable; });
}

class Encoder {
public:
    explicit Encoder(Bytes& out) : out_{out} {}

    void node(const Node& node) {
        const auto written =
            std::count_if(node.attrs.begin(), node.attrs.end(), [](const Attr& attr) { return !is_empty(attr.value); });
        const bool has_content = !std::holds_alternative<std::monostate>(node.content);
        list(1 + 2 * static_cast<std::size_t>(written) + (has_content ? 1 : 0));
        string(node.tag);
        for (const Attr& attr : node.attrs) {
            if (is_empty(attr.value)) continue;
            string(attr.key);
            std::visit([this](const auto& value) { this->value(value); }, attr.value);
        }
        if (has_content) std::visit([this](const auto& inside) { value(inside); }, node.content);
    }

private:
    static bool is_empty(const AttrValue& value) noexcept {
        if (const auto* jid = std::get_if<Jid>(&value)) return jid->empty();
        return std::get<std::string>(value).empty();
    }

    void value(std::monostate) {}
    void value(const std::string& text) { string(text); }
    void value(const Bytes& bytes) { binary(bytes); }
    void value(const Node::Nodes& nodes) {
        list(nodes.size());
        for (const Node& child : nodes) node(child);
    }

    // Forms of protocol part 1, section 3.6.
    void value(const Jid& jid) {
        if (jid.server == server::messenger) {
            byte(wire::fb_jid);
            string(jid.user);
            number(jid.device, 2);
            string(jid.server);
        } else if (jid.server == server::interop) {
            byte(wire::interop_jid);
            string(jid.user);
            number(jid.device, 2);
            number(jid.integrator, 2);
            string(jid.server);
        } else if (jid.is_hosted()) {
            ad_jid(jid, jid.server == server::hosted ? detail::domain_hosted : detail::domain_hosted_lid);
        } else if (jid.server == server::user && (jid.device > 0 || jid.agent > 0)) {
            ad_jid(jid, jid.agent);
        } else if (jid.server == server::lid && jid.device > 0) {
            ad_jid(jid, detail::domain_lid);
        } else {
            byte(wire::jid_pair);
            if (jid.user.empty()) {
                byte(wire::list_empty);
            } else {
                string(jid.user);
            }
            string(jid.server);
        }
    }

    void ad_jid(const Jid& jid, std::uint8_t domain) {
        if (jid.device > 255) throw std::length_error{"device number of a user beyond one byte"};
        byte(wire::ad_jid);
        byte(domain);
        byte(static_cast<std::uint8_t>(jid.device));
        string(jid.user);
    }

    void list(std::size_t size) {
        if (size == 0) {
            byte(wire::list_empty);
        } else if (size < 256) {
            byte(wire::list_8);
            byte(static_cast<std::uint8_t>(size));
        } else if (size < 65536) {
            byte(wire::list_16);
            number(size, 2);
        } else {
            throw std::length_error{"list beyond 65535 items"};
        }
    }

    void string(std::string_view text) {
        if (const auto token = detail::find_token(text)) {
            byte(token->first);
            if (token->first >= detail::first_dictionary) byte(token->second);
        } else if (text.empty() || text.size() > longest_packed) {
            binary(common::as_bytes(text));
        } else if (packable(text, nibble_value)) {
            packed(wire::nibble_8, text, nibble_value);
        } else if (packable(text, hex_value)) {
            packed(wire::hex_8, text, hex_value);
        } else {
            binary(common::as_bytes(text));
        }
    }

    void packed(std::uint8_t tag, std::string_view text, int (*value_of)(char) noexcept) {
        const bool odd = text.size() % 2 == 1;
        byte(tag);
        byte(static_cast<std::uint8_t>((text.size() + 1) / 2 | (odd ? 0x80U : 0U)));
        for (std::size_t i = 0; i < text.size(); i += 2) {
            const int low = i + 1 < text.size() ? value_of(text[i + 1]) : 15;
            byte(static_cast<std::uint8_t>(value_of(text[i]) << 4 | low));
        }
    }

    void binary(ByteView bytes) {
        if (bytes.size() < 256) {
            byte(wire::binary_8);
            byte(static_cast<std::uint8_t>(bytes.size()));
        } else if (bytes.size() < 1U << 20) {
            byte(wire::binary_20);
            number(bytes.size(), 3);
        } else if (bytes.size() <= UINT32_MAX) {
            byte(wire::binary_32);
            number(bytes.size(), 4);
        } else {
            throw std::length_error{"content beyond 4 GiB"};
        }
        common::append(out_, bytes);
    }

    void byte(std::uint8_t value) { out_.push_back(value); }
    void number(std::size_t value, std::size_t size) { common::append_be(out_, value, size); }

    Bytes& out_;
};

}  // namespace

Bytes encode(const Node& node) {
    Bytes out;
    out.reserve(256);
    out.push_back(0);
    Encoder{out}.node(node);
    return out;
}

Bytes encode_compressed(const Node& node) {
    const Bytes plain = encode(node);
    Bytes out{detail::compressed_flag};
    common::append(out, detail::deflate_all(ByteView{plain}.subspan(1)));
    return out;
}

}  // namespace bridge::whatsapp::binary
