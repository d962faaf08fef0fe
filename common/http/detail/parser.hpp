/// HTTP/1.1 message parsers over Beast's, fed with bytes: no socket, no waiting.
#pragma once

#include "common/http/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace common::http::detail {

inline constexpr std::size_t max_header = 16U << 10;

/// A message that cannot be used; for requests `status` is the answer that says so.
struct ParseProblem {
    unsigned status{400};
    std::string what;
};

struct ParserImpl;

class Parser {
public:
    enum class For { request, response, response_without_body };
    explicit Parser(For what);
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// Reads on until the header is whole and stops there for `limit_body`; from then on until the message is whole.
    /// Returns how many bytes were used; the rest must be offered again, with what follows. After a problem nothing
    /// more is read.
    std::size_t put(std::string_view bytes);
    /// The stream has ended: completes a response without length, anything else is a problem.
    void put_end();
    const std::optional<ParseProblem>& problem() const noexcept;

    bool has_started() const noexcept;
    bool header_done() const noexcept;
    bool done() const noexcept;

    // What follows is valid once the header is done.
    std::optional<std::uint64_t> content_length() const;
    bool is_chunked() const;
    bool keeps_alive() const;
    bool is_http_1_0() const;
    /// The body may grow up to this, else 413. Before it is called there is room for none.
    void limit_body(std::uint64_t size);

    std::string method;  ///< of a request
    std::string target;
    unsigned status{0};  ///< of a response
    Headers headers;
    std::string body;  ///< what has arrived and was not taken

private:
    friend struct ParserImpl;
    void fail(unsigned answer, std::string what);
    void check_request();

    std::unique_ptr<ParserImpl> impl_;
    std::optional<ParseProblem> problem_;
    std::size_t header_size_{0};
    std::uint64_t body_limit_{0};
    std::uint64_t body_size_{0};
};

/// Splits the target of a request into path and query, decoded; false when it is no path.
bool read_target(std::string_view target, Request& request);

}  // namespace common::http::detail
