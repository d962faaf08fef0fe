/// UTF-8 as RFC 3629 has it: no surrogates, nothing past U+10FFFF, no overlong forms.
#pragma once

#include <cstddef>
#include <string_view>

namespace common {

/// Size of the valid sequence that `text` starts with (1 to 4); 0 when there is none.
std::size_t utf8_sequence(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

}  // namespace common
