/// Who may call: holders of the token; without a token, programs on this machine, but no web page in its browser.
#pragma once

#include "common/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bridge::api::detail {

/// A response refuses the request: 401 without the right token, 403 for callers from elsewhere.
std::optional<common::http::Response> refuse_stranger(const common::http::Request& request, std::string_view token);

/// "localhost", 127.x.x.x or [::1], with or without port.
bool is_loopback_authority(std::string_view authority) noexcept;

}  // namespace bridge::api::detail
