/// Bodies as readable text, for lists and search.
#pragma once

#include "bridge/whatsapp/content/content.hpp"

#include <string>

namespace bridge::whatsapp::content::detail {

/// Without what is inside edits and comments.
std::string words_of(const Body& body);
/// The values of a vCard's TEL lines, at most 8, folded lines put together.
std::vector<std::string> phone_numbers(std::string_view vcard);
/// "12.50 EUR"; empty when there is no amount.
std::string words_of(const Money& money);

}  // namespace bridge::whatsapp::content::detail
