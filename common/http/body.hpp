/// Bodies that are never whole in memory: where they come from and where they go, and parts of them.
#pragma once

#include "common/async/async.hpp"
#include "common/http/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace common::files {
class File;
}

namespace common::http {

/// Where a body comes from. Its reader asks for the next piece when it has got rid of the last one.
struct BodySource {
    /// Exactly what `read` will give in all; nothing: not known, sent in chunks.
    std::optional<std::uint64_t> size;
    /// The next piece; "" at the end. An error, or an end before `size`, breaks the transfer off.
    std::function<asio::awaitable<Result<std::string>>()> read;
};

/// Takes the next piece of a body. Awaiting slows the sender down; an error ends the transfer and is returned from it.
using BodySink = std::function<asio::awaitable<Status>(std::string)>;

/// Bytes [begin, begin + size) of a file, read on `worker`.
BodySource file_source(
    asio::any_io_executor worker, std::shared_ptr<const files::File> file, std::uint64_t begin, std::uint64_t size
);

/// Some bytes of a whole.
struct ByteRange {
    std::uint64_t begin{0};
    std::uint64_t size{0};
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// What a request's Range header asks of `size` bytes. Nothing when there is none to obey (absent, malformed, several
/// ranges): the whole is the answer. `range_not_satisfiable` calls for 416.
Result<std::optional<ByteRange>> requested_range(const Headers& headers, std::uint64_t size);

/// Answers a GET for a file: whole (200), a part (206), or 416, with Accept-Ranges and Content-Range. `headers` of the
/// request decide.
Response file_response(
    const Headers& headers,
    asio::any_io_executor worker,
    std::shared_ptr<const files::File> file,
    std::uint64_t size,
    std::string content_type
);

/// "bytes=BEGIN-", for asking.
std::string range_from(std::uint64_t begin);
/// "bytes=BEGIN-LAST" of [begin, end).
std::string range_of(std::uint64_t begin, std::uint64_t end);

/// A Content-Range header of a 206: where the part begins, and how long the whole is where the server knows.
struct ContentRange {
    ByteRange part;
    std::optional<std::uint64_t> whole;
};
std::optional<ContentRange> parse_content_range(std::string_view value);

}  // namespace common::http
