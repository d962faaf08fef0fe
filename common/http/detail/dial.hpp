/// From a URL to a connected byte stream.
#pragma once

#include "common/http/address.hpp"
#include "common/http/detail/stream.hpp"
#include "common/http/detail/tls.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace common::http::detail {

struct Target {
    bool tls{false};
    std::string host;  ///< a name or an address, without brackets
    std::uint16_t port{0};
    std::string authority;  ///< for the Host header
    std::string path;       ///< path and query
};

/// `plain` and `secure` are the schemes: "http" and "https", or "ws" and "wss".
Result<Target> parse_url(std::string_view url, std::string_view plain, std::string_view secure);

/// Resolves, connects and, with `target.tls`, does the TLS handshake with the context. Has no deadline of its own. With
/// `allow`, addresses for which it is false are not connected to: `address_refused` when none is left.
asio::awaitable<Result<std::unique_ptr<ByteStream>>> dial(
    Target target, std::shared_ptr<TlsContext> context, AddressFilter allow = {}
);

}  // namespace common::http::detail
