#include "bridge/api/detail/address.hpp"

#include "bridge/whatsapp/jid/jid.hpp"

namespace bridge::api::detail {

std::string chat_address(std::string_view text) {
    const auto jid = whatsapp::Jid::parse_recipient(text);
    return jid ? jid->normalised().bare().to_string() : std::string{text};
}

bool is_address(std::string_view text) { return whatsapp::Jid::parse_recipient(text).has_value(); }

std::string phone_digits(std::string_view text) {
    constexpr std::string_view separators = "+ -.()";
    std::string digits;
    for (const char c : text) {
        if (separators.find(c) != std::string_view::npos) continue;
        if (c < '0' || c > '9') return {};
        digits += c;
    }
    return digits;
}

}  // namespace bridge::api::detail
