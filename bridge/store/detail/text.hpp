/// Text as the store keeps and compares it: valid UTF-8 without NUL, folded to lower case for search.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::store::detail {

/// Each invalid byte and each NUL becomes U+FFFD: SQLite, its functions and its clients stop at NUL or refuse the rest.
std::string clean(std::string_view text);
/// `clean` without the copy where nothing is to be done: true when `text` is fine as it is.
bool is_clean(std::string_view text) noexcept;

/// Lower case, character by character; accents stay. `text` is clean; so is the result.
std::string fold(std::string_view text);
void append_folded(std::string& out, std::string_view text);

/// Byte offsets at which characters of clean `text` start, and its size at the end.
std::vector<std::size_t> character_starts(std::string_view text);

void append_utf8(std::string& out, char32_t character);

/// The part before '@'; the whole text when there is none.
std::string_view user_part(std::string_view jid) noexcept;
std::string_view server_part(std::string_view jid) noexcept;
/// Whether an address is a person's: "...@s.whatsapp.net" or "...@lid".
bool is_person(std::string_view jid) noexcept;

}  // namespace bridge::store::detail
