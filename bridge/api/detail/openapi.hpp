#pragma once

#include <string_view>

namespace bridge::api::detail {

/// The OpenAPI 3.1 document of these routes: openapi.json of this folder, compiled in.
extern const std::string_view openapi_json;

}  // namespace bridge::api::detail
