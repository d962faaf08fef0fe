#include "common/json/json.hpp"
#include "gateway/rest/rest.hpp"

namespace gateway::rest {
namespace {

/// What is known of the bridge: from memory, nobody is asked.
void write_bridge(common::json::Writer& out, const bridge_link::State& state) {
    out.key("bridge").object();
    out.field("reachable", state.reachable).field("state", state.session);
    if (!state.reason.empty()) out.field("reason", state.reason);
    if (state.checked_at) out.field("checked_at", common::to_rfc3339(*state.checked_at));
    out.end();
}

bool wants_page(const Request& request) {
    const auto accept = request.headers.find("Accept");
    return accept && accept->find("text/html") != std::string_view::npos;
}

}  // namespace

Rest::Answer Rest::front(const Request& request) {
    if (wants_page(request)) {
        Response response{307, "text/plain; charset=utf-8", "The documentation is at /docs\n"};
        response.headers.set("Location", "/docs");
        co_return response;
    }
    common::json::Writer out;
    out.object().field("status", "ok").field("message", "WhatsApp API is running");
    out.key("endpoints").object();
    out.field("contacts", "/contacts").field("chats", "/chats").field("messages", "/chats/{jid}/messages");
    out.field("search", "/messages/search").field("context", "/messages/{message_id}/context");
    out.field("send", "/messages/send").field("websocket", "/ws/messages").field("health", "/health");
    out.field("docs", "/docs").field("redoc", "/redoc").field("openapi", "/openapi.json");
    out.end().end();
    co_return Response{200, "application/json", out.take()};
}

Rest::Answer Rest::health(const Request&) {
    common::json::Writer out;
    out.object().field("status", "healthy");
    write_bridge(out, operations_.bridge_state());
    out.end();
    co_return Response{200, "application/json", out.take()};
}

Rest::Answer Rest::ready(const Request&) {
    const auto& state = operations_.bridge_state();
    common::json::Writer out;
    out.object().field("ready", state.reachable);
    if (!state.reachable) out.field("detail", "The bridge cannot be reached at the moment.");
    write_bridge(out, state);
    out.end();
    Response response{state.reachable ? 200U : 503U, "application/json", out.take()};
    if (!state.reachable) response.headers.set("Retry-After", "2");
    co_return response;
}

Rest::Answer Rest::show_metrics(const Request&) {
    co_return Response{200, common::metrics::Registry::content_type, metrics_.render()};
}

}  // namespace gateway::rest
