/// What a `Router` holds: a tree of path segments with the routes at its nodes.
#pragma once

#include "common/http/server.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace common::http {

namespace detail {

struct WebSocketRoute {
    WebSocketHandler handler;
    WebSocketGate gate;
};

struct UploadRoute {
    UploadHandler handler;
    std::uint64_t max_body{0};
};

struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> param_names;  ///< in the order of the path
    RouteOptions options;
    std::variant<Handler, StreamHandler, UploadRoute, WebSocketRoute> action;
};

/// The segments that may follow a path; `routes` are those that end here, one a method.
struct RouteNode {
    std::map<std::string, std::unique_ptr<RouteNode>, std::less<>> literals;
    std::unique_ptr<RouteNode> parameter;
    std::vector<Route> routes;
};

/// What a request's path leads to.
struct Match {
    const Route* route{nullptr};  ///< nothing when the path is unknown or the method is not served
    std::string allow;            ///< methods of the path, for `Allow`; "" when the path is unknown
};

}  // namespace detail

struct Router::Table {
    detail::RouteNode root;
    std::vector<std::function<std::optional<Response>(const Request&)>> filters;
    std::function<void(std::string_view, std::string_view, unsigned, std::chrono::nanoseconds)> observer;
    ErrorResponder error_responder;

    void add(detail::Route route);
    /// Fills in the request's `params`. HEAD finds the routes of GET.
    detail::Match match(Request& request) const;
};

namespace detail {

/// The default `ErrorResponder`: {"detail": "..."} with the status of the error's kind.
Response error_response(const Error& error, const Request& request);
/// {"detail": "..."}
Response detail_response(unsigned status, std::string_view text);

}  // namespace detail

}  // namespace common::http
