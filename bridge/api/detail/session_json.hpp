/// JSON of the session's values; what is not known is null.
#pragma once

#include "bridge/api/ports.hpp"

#include <string>
#include <string_view>

namespace bridge::api::detail {

std::string session_json(const SessionInfo& info);
std::string passkey_json(const PasskeyChallenge& challenge);
std::string code_json(std::string_view code, UnixTime expires_at);

}  // namespace bridge::api::detail
