/// URLs taken apart, for those who decide where to go.
#pragma once

#include "common/result/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace common::http {

struct Url {
    std::string scheme;  ///< "https", lower case
    std::string host;    ///< a name in lower case, or an address without brackets
    std::uint16_t port{0};
    std::string target;     ///< path and query, begins with '/'
    std::string authority;  ///< host and port as written, for the Host header
    bool has_userinfo{false};
};

/// An absolute http, https, ws or wss URL with a host; `HttpErrc::bad_url` for everything else.
Result<Url> parse_url(std::string_view text);

/// Where a link on the page `base` leads (RFC 3986, section 5.2); without fragment.
Result<std::string> resolve_url(std::string_view base, std::string_view link);

}  // namespace common::http
