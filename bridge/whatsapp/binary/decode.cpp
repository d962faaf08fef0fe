#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/binary/detail/inflate.hpp"
#include "bridge/whatsapp/binary/detail/tokens.hpp"
#include "bridge/whatsapp/binary/detail/wire.hpp"

#include <algorithm>

namespace bridge::whatsapp::binary {

namespace {

namespace wire = detail::wire;

/// Characters that would make the JID's text form mean another JID.
bool fits_text_form(const Jid& jid) noexcept {
    constexpr std::string_view separators{"@:\0", 3};
    if (jid.user.find_first_of(separators) != jid.user.npos) return false;
    if (jid.server.find_first_of(separators) != jid.server.npos) return false;
    return !jid.is_user() || jid.user.find('.') == jid.user.npos;
}

/// Reads one node; keeps the first problem it meets, after which everything it reads is empty.
class Decoder {
public:
    Decoder(ByteView bytes, const Limits& limits) : rest_{bytes}, limits_{limits} {}

    Result<Node> whole() {
        Node root;
        node(root, 0);
        if (!failure_ && !rest_.empty()) fail(Errc::trailing_bytes);
        if (failure_) return *failure_;
        return root;
    }

private:
    void node(Node& out, std::size_t depth) {
        if (depth >= limits_.depth) return fail(Errc::too_deep);
        if (++nodes_ > limits_.nodes) return fail(Errc::too_large);
        const std::size_t size = list_size(byte());
        if (failure_) return;
        if (size == 0) return fail(Errc::bad_list);
        string(byte(), out.tag);
        if (failure_) return;
        if (out.tag.empty()) return fail(Errc::bad_tag);
        attributes(out, (size - 1) / 2);
        if (size % 2 == 0) content(out, depth);
    }

    void attributes(Node& out, std::size_t count) {
        attributes_ += count;
        if (attributes_ > limits_.attributes) return fail(Errc::too_large);
        out.attrs.reserve(std::min(count, rest_.size() / 2));
        for (std::size_t i = 0; i < count && !failure_; ++i) {
            const std::uint8_t key_type = byte();
            if (!is_string(key_type)) return fail(Errc::bad_attribute);
            Attr& attr = out.attrs.emplace_back(std::string_view{}, std::string{});
            string(key_type, attr.key);
            if (attr.key.empty()) return fail(Errc::bad_attribute);
            const std::uint8_t type = byte();
            if (failure_) return;
            if (type == wire::list_empty) continue;  // present without a value: like empty text
            if (is_jid(type)) {
                jid(type, attr.value.emplace<Jid>());
            } else {
                string(type, std::get<std::string>(attr.value));
            }
        }
    }

    void content(Node& out, std::size_t depth) {
        const std::uint8_t type = byte();
        if (failure_) return;
        switch (type) {
            case wire::list_empty: return;
            case wire::list_8:
            case wire::list_16: return children(out, list_size(type), depth);
            case wire::binary_8:
            case wire::binary_20:
            case wire::binary_32: {
                const ByteView bytes = take(binary_size(type));
                out.content.emplace<Bytes>(bytes.begin(), bytes.end());
                return;
            }
            default: break;
        }
        if (is_jid(type)) {
            jid(type, out.content.emplace<Jid>());
        } else {
            string(type, out.content.emplace<std::string>());
        }
    }

    void children(Node& out, std::size_t count, std::size_t depth) {
        if (failure_ || count == 0) return;
        auto& list = out.content.emplace<Node::Nodes>();
        list.reserve(std::min(count, rest_.size() / 3));  // the smallest node is three bytes
        for (std::size_t i = 0; i < count && !failure_; ++i) node(list.emplace_back(), depth + 1);
    }

    std::size_t list_size(std::uint8_t type) {
        switch (type) {
            case wire::list_empty: return 0;
            case wire::list_8: return byte();
            case wire::list_16: return number(2);
            default: fail(Errc::bad_list); return 0;
        }
    }

    std::size_t binary_size(std::uint8_t type) {
        switch (type) {
            case wire::binary_8: return byte();
            case wire::binary_20: return number(3) & 0xFFFFF;
            default: return number(4);
        }
    }

    static bool is_jid(std::uint8_t type) noexcept {
        return type == wire::jid_pair || (type >= wire::interop_jid && type <= wire::ad_jid);
    }
    static bool is_string(std::uint8_t type) noexcept {
        return (type >= 1 && type < detail::first_dictionary + detail::dictionary_count) || type >= wire::hex_8;
    }

    void string(std::uint8_t type, std::string& out) {
        if (failure_) return;
        if (type >= 1 && type < detail::first_dictionary) {
            out = detail::single_byte_token(type);
        } else if (type >= detail::first_dictionary && type < detail::first_dictionary + detail::dictionary_count) {
            const std::uint8_t index = byte();
            if (!failure_) out = detail::double_byte_token(type - detail::first_dictionary, index);
        } else if (type == wire::nibble_8 || type == wire::hex_8) {
            packed(type, out);
        } else if (type == wire::binary_8 || type == wire::binary_20 || type == wire::binary_32) {
            out = common::as_text(take(binary_size(type)));
        } else {
            fail(Errc::bad_token);
        }
    }

    void packed(std::uint8_t type, std::string& out) {
        // A padding nibble that the odd flag does not remove reads as NUL; hexadecimal has no padding of its own.
        constexpr std::string_view nibbles{"0123456789-.\0\0\0\0", 16};
        constexpr std::string_view hex{"0123456789ABCDEF"};
        const std::string_view alphabet = type == wire::nibble_8 ? nibbles : hex;
        const std::uint8_t head = byte();
        const ByteView bytes = take(head & 0x7F);
        if (failure_) return;
        out.resize(bytes.size() * 2);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const std::size_t high = bytes[i] >> 4;
            const std::size_t low = bytes[i] & 0x0F;
            const bool undefined = (high >= 12 && high <= 14) || (low >= 12 && low <= 14);
            if (type == wire::nibble_8 && undefined) return fail(Errc::bad_packed);
            out[2 * i] = alphabet[high];
            out[2 * i + 1] = alphabet[low];
        }
        if ((head & 0x80) != 0 && !out.empty()) out.pop_back();
    }

    void jid(std::uint8_t type, Jid& out) {
        if (type == wire::ad_jid) {
            const std::uint8_t domain = byte();
            out.device = byte();
            string(byte(), out.user);
            set_domain(domain, out);
        } else {
            const std::uint8_t user_type = byte();
            if (type != wire::jid_pair || user_type != wire::list_empty) string(user_type, out.user);
            if (type != wire::jid_pair) out.device = static_cast<std::uint16_t>(number(2));
            if (type == wire::interop_jid) out.integrator = static_cast<std::uint16_t>(number(2));
            string(byte(), out.server);
        }
        if (failure_) return;
        const bool wrong_server = (type == wire::fb_jid && out.server != server::messenger) ||
                                  (type == wire::interop_jid && out.server != server::interop);
        if (out.server.empty() || wrong_server || !fits_text_form(out)) fail(Errc::bad_jid);
    }

    static void set_domain(std::uint8_t domain, Jid& out) {
        switch (domain) {
            case detail::domain_pn: out.server = server::user; return;
            case detail::domain_lid: out.server = server::lid; return;
            case detail::domain_hosted: out.server = server::hosted; return;
            case detail::domain_hosted_lid: out.server = server::hosted_lid; return;
            default: out.server = server::user; out.agent = domain;
        }
    }

    std::uint8_t byte() {
        const ByteView one = take(1);
        return one.empty() ? std::uint8_t{0} : one[0];
    }

    std::size_t number(std::size_t size) { return common::read_be(take(size)); }

    ByteView take(std::size_t size) {
        if (failure_ || size > rest_.size()) {
            fail(Errc::truncated);
            return {};
        }
        const ByteView taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    void fail(Errc code) {
        if (!failure_) failure_ = code;
    }

    ByteView rest_;
    const Limits& limits_;
    std::size_t nodes_{0};
    std::size_t attributes_{0};
    std::optional<Errc> failure_;
};

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::truncated: return {Kind::invalid, "node ends early"};
        case Errc::bad_token: return {Kind::invalid, "node with an unassigned token"};
        case Errc::bad_packed: return {Kind::invalid, "node with an undefined packed character"};
        case Errc::bad_list: return {Kind::invalid, "node that is no list or an empty one"};
        case Errc::bad_tag: return {Kind::invalid, "node without a tag"};
        case Errc::bad_attribute: return {Kind::invalid, "node with an attribute key that is no text"};
        case Errc::bad_jid: return {Kind::invalid, "node with a malformed JID"};
        case Errc::trailing_bytes: return {Kind::invalid, "bytes left after the node"};
        case Errc::too_deep: return {Kind::invalid, "node nested too deeply"};
        case Errc::too_large: return {Kind::invalid, "node too large"};
        case Errc::bad_compression: return {Kind::invalid, "compressed node is damaged"};
    }
    return {Kind::internal, "unknown node error"};
}

Result<Node> decode(ByteView plaintext, const Limits& limits) {
    if (plaintext.empty()) return Errc::truncated;
    const ByteView body = plaintext.subspan(1);
    if ((plaintext[0] & detail::compressed_flag) == 0) return Decoder{body, limits}.whole();
    const auto inflated = detail::inflate_all(body, limits.inflated);
    if (!inflated) return inflated.error();
    return Decoder{*inflated, limits}.whole();
}

}  // namespace bridge::whatsapp::binary
