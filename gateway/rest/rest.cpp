#include "gateway/rest/rest.hpp"

#include "common/contract/contract.hpp"

#include <string>

namespace gateway::rest {
namespace {

using common::Kind;

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

struct Rest::Route {
    std::string_view method;
    std::string_view path;
    Answer (Rest::*handler)(const Request&);
    bool prefixed{true};
};

const std::vector<Rest::Route>& Rest::table() {
    static const std::vector<Route> all{
        {"GET", "/", &Rest::front, false},
        {"GET", "/api/v1", &Rest::front, false},
        {"GET", "/health", &Rest::health},
        {"GET", "/ready", &Rest::ready},
        {"GET", "/metrics", &Rest::show_metrics, false},
        {"GET", "/contacts", &Rest::find_contacts},
        {"GET", "/contacts/{phone_number}/chats", &Rest::list_contact_chats},
        {"GET", "/chats", &Rest::list_chats},
        {"GET", "/chats/by-phone/{phone_number}", &Rest::load_chat_by_phone},
        {"GET", "/chats/{jid}", &Rest::load_chat},
        {"GET", "/chats/{jid}/messages", &Rest::list_messages},
        {"POST", "/chats/{jid}/read", &Rest::mark_read},
        {"POST", "/messages/search", &Rest::search_messages},
        {"GET", "/messages/{message_id}/context", &Rest::load_context},
        {"POST", "/messages/send", &Rest::send_text},
        {"GET", "/deliveries/{message_id}", &Rest::load_delivery},
    };
    return all;
}

std::vector<RouteName> routes() {
    std::vector<RouteName> names;
    for (const auto& route : Rest::table()) names.push_back({route.method, route.path, route.prefixed});
    return names;
}

Rest::Rest(operations::Operations& operations, common::metrics::Registry& metrics)
    : operations_{operations}, metrics_{metrics}, traffic_{metrics} {}

void Rest::add_to(common::http::Router& router) {
    for (const auto& route : table()) {
        auto handler = [this, handle = route.handler](const Request& request) { return (this->*handle)(request); };
        router.add(route.method, route.path, handler);
        if (route.prefixed) router.add(route.method, std::string{prefix} + std::string{route.path}, handler);
    }
    router.set_error_responder(error_response);
    auto count = [this](
                     std::string_view method, std::string_view pattern, unsigned status, std::chrono::nanoseconds took
                 ) { traffic_.count(method, pattern, status, took); };
    router.set_observer(count);
}

Response error_response(const common::Error& error, const Request&) {
    const unsigned status = status_of(error.kind());
    Response response{status, "application/json", common::contract::error_body(error.text())};
    if (status == 503) response.headers.set("Retry-After", "2");
    return response;
}

}  // namespace gateway::rest
