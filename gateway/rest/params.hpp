/// Reading parameters of a request with FastAPI's list of what does not fit.
#pragma once

#include "common/http/message.hpp"
#include "common/json/json.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::rest {

/// Collects what is wrong; each reader gives its fallback then, so that handlers read from top to bottom.
class Problems {
public:
    bool empty() const noexcept { return items_.empty(); }
    void add(std::string_view where, std::string_view field, std::string message, std::string_view type);
    /// 422 `{"detail":[{"loc":["query","limit"],"msg":…,"type":…}]}`.
    common::http::Response response() const;

private:
    struct Item {
        std::string where;
        std::string field;
        std::string message;
        std::string type;
    };
    std::vector<Item> items_;
};

struct Range {
    int least{0};
    int most{0};
};

/// Query parameters.
class QueryReader {
public:
    QueryReader(const common::http::Request& request, Problems& problems) : request_{request}, problems_{problems} {}
    int integer(std::string_view name, int fallback, Range range);
    std::string text(std::string_view name, std::string_view fallback = "");
    std::string one_of(std::string_view name, std::initializer_list<std::string_view> choices);

private:
    const common::http::Request& request_;
    Problems& problems_;
};

/// Members of a JSON body. Text may be at most `max_text` bytes.
class BodyReader {
public:
    static constexpr std::size_t max_text = 256 * 1024;

    BodyReader(const common::http::Request& request, Problems& problems);
    std::string required_text(std::string_view name);
    std::optional<std::string> text(std::string_view name);
    /// A list of at most `most` texts of 1 to `longest` bytes; empty when absent.
    std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);
    int integer(std::string_view name, int fallback, Range range);
    bool boolean(std::string_view name, bool fallback);
    void refuse(std::string_view name, std::string message, std::string_view type);

private:
    common::json::Value member(std::string_view name) const;

    std::optional<common::json::Document> document_;
    Problems& problems_;
};

}  // namespace gateway::rest
