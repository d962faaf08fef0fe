/// Content negotiation: which of the offered types the Accept header likes best.
#pragma once

#include <initializer_list>
#include <string_view>

namespace bridge::api::detail {

/// The first of the best; the first offered without a header; "" when none is acceptable.
std::string_view preferred_type(std::string_view accept, std::initializer_list<std::string_view> offered);

}  // namespace bridge::api::detail
