/// The groups of routes, one file each.
#pragma once

#include "bridge/api/api.hpp"

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::api::detail {

using common::http::Request;
using common::http::Response;
namespace asio = common::asio;
using Answer = asio::awaitable<Result<Response>>;

/// Adds to a router and remembers what. Handlers are plain coroutines over the dependencies.
class Routes {
public:
    using Handler = Answer (*)(const Deps&, const Request&);
    using StreamHandler = Answer (*)(const Deps&, const Request&, common::http::ResponseStream&);

    Routes(common::http::Router& router, const Deps& deps, std::vector<Route>& added)
        : router_{router}, deps_{deps}, added_{added} {}

    void get(std::string_view pattern, Handler handler) { add("GET", pattern, handler); }
    void post(std::string_view pattern, Handler handler) { add("POST", pattern, handler); }
    void remove(std::string_view pattern, Handler handler) { add("DELETE", pattern, handler); }
    void stream(std::string_view pattern, StreamHandler handler);

private:
    void add(std::string_view method, std::string_view pattern, Handler handler);

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
void add_message_routes(Routes& routes);
void add_read_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_status_routes(Routes& routes);

}  // namespace bridge::api::detail
