/// The web client's version: fetched, kept in a file, or fixed by the operator. An outdated one is refused with 405.
#pragma once

#include "bridge/whatsapp/client/client.hpp"

#include <string_view>

namespace bridge::whatsapp::client {

inline constexpr Version built_in_version{2, 3000, 1045649367};

/// "2.3000.1045649367"
std::string to_string(const Version& version);
Result<Version> parse_version(std::string_view text);
/// The build number in the page or worker script that the web client loads (protocol part 1, section 5.5).
Result<Version> find_version(std::string_view body);

/// Last good version from the file; the built-in one when there is none. Blocking, small: used at start.
Version load_version(const std::string& file);
Status save_version(const std::string& file, const Version& version);
common::asio::awaitable<Result<Version>> fetch_version(
    common::asio::any_io_executor io, std::string url, std::string ca_file
);

}  // namespace bridge::whatsapp::client
