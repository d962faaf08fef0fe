/// HTTP/1.1 values: requests, responses, headers, query strings.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace common::http {

/// What goes wrong between us and a peer, besides what the system reports.
enum class HttpErrc {
    bad_url = 1,
    tls_failed,
    untrusted_certificate,
    bad_message,
    body_too_large,
    connection_lost,
    address_refused,
    range_not_satisfiable
};
ErrcInfo describe(HttpErrc code) noexcept;

/// Ordered headers; names compare without case.
class Headers {
public:
    void add(std::string_view name, std::string_view value);
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    /// First value; nothing when absent.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

/// A request as a handler sees it: the body is whole (bounded by the route), path parameters are decoded.
struct Request {
    std::string method;                                      ///< "GET"
    std::string target;                                      ///< as sent
    std::string path;                                        ///< percent-decoded, without query
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
    std::map<std::string, std::string, std::less<>> params;  ///< `{name}` parts of the route
    Headers headers;
    std::string body;
    std::string remote_address;  ///< "127.0.0.1"
    bool remote_is_loopback{false};

    std::optional<std::string_view> query_value(std::string_view key) const noexcept;
    std::string_view param(std::string_view key) const noexcept;  ///< "" when absent
};

struct BodySource;

struct Response {
    unsigned status{200};
    std::string content_type{"application/json"};
    std::string body;
    Headers headers;  ///< besides Content-Type, Content-Length, Connection, Date
    /// Of a server: sent instead of `body`, piece by piece (body.hpp). Read once.
    std::shared_ptr<BodySource> source;

    Response() = default;
    Response(unsigned s, std::string type, std::string text)
        : status{s}, content_type{std::move(type)}, body{std::move(text)} {}
};

std::string percent_decode(std::string_view text);  ///< a `%` without two hex digits stays as it is
std::string percent_encode(std::string_view text);  ///< everything but unreserved characters

}  // namespace common::http
