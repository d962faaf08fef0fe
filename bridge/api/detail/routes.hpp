/// The groups of routes, one file each.
#pragma once

#include "bridge/api/api.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::api::detail {

using common::http::Request;
using common::http::Response;
using common::http::RouteOptions;
namespace asio = common::asio;
using Answer = asio::awaitable<Result<Response>>;

/// Adds to a router and remembers what. Handlers are plain coroutines over the dependencies.
class Routes {
public:
    using Handler = Answer (*)(const Deps&, const Request&);
    using StreamHandler = Answer (*)(const Deps&, const Request&, common::http::ResponseStream&);
    using UploadHandler = Answer (*)(const Deps&, const Request&, common::http::RequestBody&);

    Routes(common::http::Router& router, const Deps& deps, std::vector<Route>& added)
        : router_{router}, deps_{deps}, added_{added} {}

    void get(std::string_view pattern, Handler handler, RouteOptions options = {}) {
        add("GET", pattern, handler, options);
    }
    void post(std::string_view pattern, Handler handler, RouteOptions options = {}) {
        add("POST", pattern, handler, options);
    }
    void remove(std::string_view pattern, Handler handler) { add("DELETE", pattern, handler, {}); }
    void stream(std::string_view pattern, StreamHandler handler);
    /// A POST whose body the handler reads itself, at most `max_body` bytes.
    void upload(std::string_view pattern, UploadHandler handler, std::uint64_t max_body);

private:
    void add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options);

    common::http::Router& router_;
    const Deps& deps_;
    std::vector<Route>& added_;
};

void add_session_routes(Routes& routes);
void add_send_routes(Routes& routes);
void add_typed_routes(Routes& routes);
void add_family_routes(Routes& routes);
void add_outbox_routes(Routes& routes);
void add_presence_routes(Routes& routes);
void add_capability_routes(Routes& routes);
void add_chat_routes(Routes& routes);
void add_media_routes(Routes& routes);
void add_message_routes(Routes& routes);
void add_read_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_status_routes(Routes& routes);
void add_upload_routes(Routes& routes);

}  // namespace bridge::api::detail
