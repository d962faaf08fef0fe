/// The bytes in front of a response's body.
#pragma once

#include "common/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common::http::detail {

enum class BodyKind { whole, chunked, until_close };

struct HeadOptions {
    BodyKind body{BodyKind::whole};
    bool keep_alive{true};
    bool http_1_0{false};
    std::string_view date;                ///< of the Date header
    std::optional<std::uint64_t> length;  ///< of a body that is not in the response
};

std::string_view reason_phrase(unsigned status) noexcept;

/// Status line, headers and the empty line. Control characters in header values become spaces: no header can add
/// another.
void append_head(std::string& out, const Response& response, const HeadOptions& options);

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(long long unix_seconds);

}  // namespace common::http::detail
