#include "common/http/detail/routes.hpp"
#include "common/json/json.hpp"

#include <algorithm>
#include <stdexcept>

namespace common::http {
namespace detail {
namespace {

/// The next segment of a path that starts with '/', which is cut off.
std::string_view next_segment(std::string_view& path) noexcept {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

/// A literal goes before a parameter, at the first segment where two patterns differ.
const RouteNode* find(const RouteNode& node, std::string_view path, std::vector<std::string_view>& values) {
    if (path.empty()) return node.routes.empty() ? nullptr : &node;
    const auto segment = next_segment(path);
    // Escapes are decoded one segment at a time: an escaped slash does not part segments.
    const auto literal = segment.find('%') == std::string_view::npos ? node.literals.find(segment)
                                                                     : node.literals.find(percent_decode(segment));
    if (literal != node.literals.end()) {
        if (const auto* found = find(*literal->second, path, values)) return found;
    }
    if (!node.parameter || segment.empty()) return nullptr;
    values.push_back(segment);
    if (const auto* found = find(*node.parameter, path, values)) return found;
    values.pop_back();
    return nullptr;
}

const Route* route_for(const RouteNode& node, std::string_view method) noexcept {
    for (const Route& route : node.routes) {
        if (route.method == method) return &route;
    }
    return nullptr;
}

std::string allowed(const RouteNode& node) {
    std::string methods;
    const auto add = [&](std::string_view method) {
        if (!methods.empty()) methods += ", ";
        methods += method;
    };
    for (const Route& route : node.routes) {
        add(route.method);
        if (route.method == "GET" && std::holds_alternative<Handler>(route.action)) add("HEAD");
    }
    if (route_for(node, "OPTIONS") == nullptr) add("OPTIONS");
    return methods;
}

unsigned status_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::invalid: return 400;
        case Kind::unauthorized: return 401;
        case Kind::not_found: return 404;
        case Kind::conflict: return 409;
        case Kind::unavailable: return 503;
        case Kind::timed_out: return 504;
        case Kind::cancelled: return 503;
        case Kind::internal: return 500;
    }
    return 500;
}

}  // namespace

Response detail_response(unsigned status, std::string_view text) {
    Response response;
    response.status = status;
    response.body = "{\"detail\":";
    json::append_quoted(response.body, text);
    response.body += '}';
    return response;
}

Response error_response(const Error& error, const Request&) {
    Response response = detail_response(status_of(error.kind()), error.text());
    if (response.status == 503) response.headers.set("Retry-After", "2");
    return response;
}

}  // namespace detail

using namespace detail;

void Router::Table::add(Route route) {
    if (!route.pattern.starts_with('/')) throw std::invalid_argument{"pattern without slash: " + route.pattern};
    RouteNode* node = &root;
    std::string_view rest = route.pattern;
    while (!rest.empty()) {
        const auto segment = next_segment(rest);
        auto* next = &node->parameter;
        if (segment.starts_with('{') && segment.ends_with('}')) {
            route.param_names.emplace_back(segment.substr(1, segment.size() - 2));
        } else {
            next = &node->literals[std::string{segment}];
        }
        if (!*next) *next = std::make_unique<RouteNode>();
        node = next->get();
    }
    if (route_for(*node, route.method) != nullptr) {
        throw std::invalid_argument{"two routes for " + route.method + ' ' + route.pattern};
    }
    node->routes.push_back(std::move(route));
}

Match Router::Table::match(Request& request) const {
    std::string_view path = request.target;
    if (!path.starts_with('/')) path = request.path;  // absolute form: the decoded path is all there is
    path = path.substr(0, path.find('?'));
    std::vector<std::string_view> values;
    const RouteNode* node = find(root, path, values);
    if (node == nullptr) return {};
    const Route* route = route_for(*node, request.method);
    if (route == nullptr && request.method == "HEAD") {
        route = route_for(*node, "GET");
        if (route != nullptr && !std::holds_alternative<Handler>(route->action)) route = nullptr;
    }
    if (route == nullptr) return {nullptr, allowed(*node)};
    for (std::size_t i = 0; i < values.size(); ++i) {
        request.params.insert_or_assign(route->param_names[i], percent_decode(values[i]));
    }
    return {route, {}};
}

Router::Router() : table_{std::make_unique<Table>()} { table_->error_responder = error_response; }
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.options = options;
    route.action = std::move(handler);
    table_->add(std::move(route));
}

void Router::add_stream(std::string_view method, std::string_view pattern, StreamHandler handler) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.action = std::move(handler);
    table_->add(std::move(route));
}

void Router::add_upload(
    std::string_view method, std::string_view pattern, UploadHandler handler, std::uint64_t max_body
) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.action = UploadRoute{std::move(handler), max_body};
    table_->add(std::move(route));
}

void Router::add_websocket(std::string_view pattern, WebSocketHandler handler, WebSocketGate gate) {
    Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.action = WebSocketRoute{std::move(handler), std::move(gate)};
    table_->add(std::move(route));
}

void Router::add_filter(std::function<std::optional<Response>(const Request&)> filter) {
    table_->filters.push_back(std::move(filter));
}

void Router::set_observer(
    std::function<void(std::string_view, std::string_view, unsigned, std::chrono::nanoseconds)> observer
) {
    table_->observer = std::move(observer);
}

void Router::set_error_responder(ErrorResponder responder) { table_->error_responder = std::move(responder); }

}  // namespace common::http
