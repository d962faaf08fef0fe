/// The REST door: reads parameters, calls `operations`, answers in JSON. Routes answer under /api/v1 and without
/// prefix.
///
/// Errors are `{"detail": "…"}`; parameters that do not fit get 422 with a list of `{loc, msg, type}`, as clients of
/// the FastAPI original expect. Pages (`/docs`) and the WebSocket are other rooms' routes.
#pragma once

#include "common/http/server.hpp"
#include "common/metrics/metrics.hpp"
#include "gateway/operations/operations.hpp"
#include "gateway/rest/traffic.hpp"

#include <string_view>
#include <vector>

namespace gateway::rest {

namespace asio = common::asio;
using common::Result;
using common::http::Request;
using common::http::Response;

constexpr std::string_view prefix = "/api/v1";

struct RouteName {
    std::string_view method;
    std::string_view path;  ///< without the prefix
    bool prefixed;          ///< answers under the prefix as well
};

/// Every route of this room, for the test that compares them with the OpenAPI document.
std::vector<RouteName> routes();

class Rest {
public:
    /// All outlive this.
    Rest(operations::Operations& operations, common::metrics::Registry& metrics);
    /// Adds all routes, the error responder and the observer; this outlives the router's use.
    void add_to(common::http::Router& router);

private:
    struct Route;
    static const std::vector<Route>& table();
    friend std::vector<RouteName> routes();

    using Answer = asio::awaitable<Result<Response>>;
    Answer find_contacts(const Request& request);
    Answer list_contact_chats(const Request& request);
    Answer list_chats(const Request& request);
    Answer load_chat(const Request& request);
    Answer load_chat_by_phone(const Request& request);
    Answer list_messages(const Request& request);
    Answer mark_read(const Request& request);
    Answer search_messages(const Request& request);
    Answer load_context(const Request& request);
    Answer send_text(const Request& request);
    Answer load_delivery(const Request& request);
    Answer front(const Request& request);
    Answer health(const Request& request);
    Answer ready(const Request& request);
    Answer show_metrics(const Request& request);

    operations::Operations& operations_;
    common::metrics::Registry& metrics_;
    Traffic traffic_;
};

/// Kind of error -> status, in one table; 503 carries `Retry-After`.
Response error_response(const common::Error& error, const Request& request);

}  // namespace gateway::rest
