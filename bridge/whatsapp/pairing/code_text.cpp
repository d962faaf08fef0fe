#include "bridge/whatsapp/pairing/code_pairing.hpp"

namespace bridge::whatsapp::pairing {
namespace {

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
constexpr std::size_t code_size = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::string code_from(const common::ByteArray<5>& random) {
    const std::uint64_t bits = common::read_be(random);
    std::string code;
    for (int shift = 35; shift >= 0; shift -= 5) code += alphabet[bits >> shift & 31];
    return code;
}

std::string display_code(std::string_view code) {
    std::string shown{code.substr(0, code_size / 2)};
    shown += '-';
    shown += code.substr(code_size / 2);
    return shown;
}

Result<std::string> parse_code(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (c == '-' || c == ' ') continue;
        if (code.size() == code_size || alphabet.find(upper(c)) == std::string_view::npos) return Errc::bad_code;
        code += upper(c);
    }
    if (code.size() != code_size) return Errc::bad_code;
    return code;
}

Result<std::string> parse_phone(std::string_view text) {
    constexpr std::string_view separators = " -.()/";
    if (text.starts_with('+')) text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (separators.find(c) != std::string_view::npos) continue;
        if (!is_digit(c) || digits.size() == 15) return Errc::bad_phone_number;
        digits += c;
    }
    if (digits.size() < 7 || digits.front() == '0') return Errc::bad_phone_number;
    return digits;
}

}  // namespace bridge::whatsapp::pairing
