/// Names of files in headers (Content-Disposition: RFC 6266, RFC 7578), read and written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace common::http {

/// A header value with parameters; a file name is what the other side wrote, not yet safe.
struct Disposition {
    std::string type;  ///< "form-data", "attachment"; lower case
    std::optional<std::string> name;
    std::optional<std::string> file_name;  ///< `filename*` wins over `filename`
};
/// Takes what it can read: parts that are malformed are as good as absent.
Disposition parse_disposition(std::string_view value);

/// What is left of a stranger's file name when it may name a file: the last part of a path, without control characters
/// and what is not UTF-8, not "." or "..", at most 200 bytes; "" when nothing is left.
std::string safe_file_name(std::string_view name);

/// `attachment; filename="..."`, for a name that `safe_file_name` gave; with `filename*` when it is not plain ASCII.
std::string attachment(std::string_view file_name);

/// A media type that a stranger wrote, fit for a header: "image/png; charset=x"; `application/octet-stream` when it is
/// none.
std::string safe_content_type(std::string_view type);

}  // namespace common::http
