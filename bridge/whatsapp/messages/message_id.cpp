#include "bridge/whatsapp/messages/message_id.hpp"

#include "common/crypto/crypto.hpp"

#include <algorithm>
#include <cctype>

namespace bridge::whatsapp::messages {

std::string make_message_id(common::UnixTime now, const Jid& own_pn, std::span<const std::uint8_t, 16> random) {
    common::Bytes input = common::be_bytes(static_cast<std::uint64_t>(now.time_since_epoch().count()), 8);
    common::append(input, common::as_bytes(own_pn.user));
    common::append(input, common::as_bytes("@c.us"));
    common::append(input, random);
    const auto hash = common::crypto::sha256(input);
    std::string hex = common::to_hex(common::ByteView{hash}.first(9));
    std::transform(hex.begin(), hex.end(), hex.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return "3EB0" + hex;
}

std::string make_message_id(common::UnixTime now, const Jid& own_pn) {
    common::ByteArray<16> random;
    common::crypto::random_bytes(random);
    return make_message_id(now, own_pn, random);
}

bool is_acceptable_message_id(std::string_view id) noexcept {
    if (id.empty() || id.size() > 64) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
    });
}

}  // namespace bridge::whatsapp::messages
