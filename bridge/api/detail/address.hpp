/// Addresses in paths and bodies, as people write them, in the form the store knows.
#pragma once

#include <string>
#include <string_view>

namespace bridge::api::detail {

/// A JID or phone number in any spelling as a bare JID; other text unchanged (the store knows no such chat).
std::string chat_address(std::string_view text);
bool is_address(std::string_view text);
/// "+1 (555) 000-1111" -> "15550001111"; "" when there is anything but digits and separators.
std::string phone_digits(std::string_view text);

}  // namespace bridge::api::detail
