/// Readers of query strings and JSON bodies. They keep the first problem they meet, so that handlers read top to
/// bottom; a problem is a 422 (400 for a body that is no JSON) that names the field.
#pragma once

#include "common/clock/clock.hpp"
#include "common/http/message.hpp"
#include "common/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::api::detail {

using common::UnixTime;
using common::http::Request;
using common::http::Response;

inline constexpr int max_limit = 1'000;
inline constexpr int max_page = 1'000'000;
inline constexpr int max_context = 200;

/// The first problem of a request.
class Problem {
public:
    void report(std::string_view field, std::string_view what);
    void report(unsigned status, std::string detail);
    /// Nothing when all is well.
    const std::optional<Response>& response() const noexcept { return response_; }
    const std::string& detail() const noexcept { return detail_; }

private:
    std::optional<Response> response_;
    std::string detail_;
};

class QueryReader {
public:
    explicit QueryReader(const Request& request) : request_{request} {}
    int integer(std::string_view name, int fallback, int least, int most);
    std::string text(std::string_view name);
    /// Nothing when absent or empty.
    std::optional<std::string> optional_text(std::string_view name);
    std::optional<UnixTime> time(std::string_view name);
    std::optional<std::int64_t> sequence(std::string_view name);
    const std::optional<Response>& problem() const noexcept { return problem_.response(); }

private:
    const Request& request_;
    Problem problem_;
};

class Fields;

/// An object in a request's body; null stands for absent.
class BodyReader {
public:
    explicit BodyReader(const Request& request);
    /// Its members, for bodies of several levels (fields.hpp); problems are this reader's.
    Fields fields();
    int integer(std::string_view name, int fallback, int least, int most);
    std::string text(std::string_view name);
    std::optional<std::string> optional_text(std::string_view name);
    /// A list of texts that are not empty and have at most `longest` bytes; empty when absent.
    std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);
    std::optional<UnixTime> time(std::string_view name);
    common::json::Value value(std::string_view name) const;
    const std::optional<Response>& problem() const noexcept { return problem_.response(); }
    /// The problem's sentence, for answers of another shape; "" when there is none.
    const std::string& why() const noexcept { return problem_.detail(); }

private:
    std::optional<common::json::Document> document_;
    Problem problem_;
};

}  // namespace bridge::api::detail
