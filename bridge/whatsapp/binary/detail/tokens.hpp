/// The token dictionary: frequent words as one or two bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::whatsapp::binary::detail {

inline constexpr std::uint8_t first_dictionary = 236;  ///< 236 to 239 are followed by an index byte
inline constexpr std::size_t dictionary_count = 4;

/// One token a line; line number = index.
extern const std::string_view single_byte_text;
extern const std::array<std::string_view, dictionary_count> double_byte_text;

struct Token {
    std::uint8_t first{0};   ///< the single-byte token, or 236 and up
    std::uint8_t second{0};  ///< index in the dictionary when `first` is 236 and up
};

/// Nothing when `text` is no token.
std::optional<Token> find_token(std::string_view text) noexcept;

/// Text of single-byte token 1 to 235.
std::string_view single_byte_token(std::uint8_t index) noexcept;
/// Text of token `index` of dictionary 0 to 3.
std::string_view double_byte_token(std::size_t dictionary, std::uint8_t index) noexcept;

}  // namespace bridge::whatsapp::binary::detail
