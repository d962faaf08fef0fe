/// IP addresses that a program may be talked into visiting, and those it must not.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <functional>
#include <optional>
#include <string_view>

namespace common::http {

/// An IPv4 or IPv6 address in its full text form, without brackets; nothing for names and short forms ("127.1").
std::optional<boost::asio::ip::address> parse_address(std::string_view text);

/// Reachable by everybody: not this machine, a private or shared network, a link, a multicast group, a documentation or
/// reserved block, nor an IPv6 form (mapped, translated, 6to4, Teredo) of such an IPv4 address.
bool is_public(const boost::asio::ip::address& address);

/// Which addresses a client may connect to; asked about what names have resolved to. Empty: all.
using AddressFilter = std::function<bool(const boost::asio::ip::address&)>;

}  // namespace common::http
