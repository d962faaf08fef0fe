#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/openapi.hpp"
#include "bridge/api/detail/routes.hpp"

namespace bridge::api::detail {
namespace {

using whatsapp::events::LinkState;

std::optional<std::string> time_text(const std::optional<UnixTime>& time) {
    if (!time) return std::nullopt;
    return common::to_rfc3339(*time);
}

/// The process is alive; what it knows of the link stands beside it, with the evidence.
Answer get_health(const Deps& deps, const Request&) {
    const SessionInfo info = deps.session.info();
    common::json::Writer out;
    out.object().field("status", "healthy").field("session", whatsapp::events::name(info.state));
    out.field("connected_since", time_text(info.connected_since));
    out.field("last_seen_alive", time_text(info.last_seen_alive));
    out.field("store_writable", deps.store.writable());
    out.field("newest_seq", deps.store.newest_seq()).field("oldest_cursor", deps.store.oldest_cursor());
    out.field("time", common::to_rfc3339(deps.clock.now())).end();
    co_return not_cached(json_answer(out.take()));
}

std::string why_not_ready(const Deps& deps) {
    if (std::string why = deps.not_ready(); !why.empty()) return why;
    if (!deps.store.writable()) return "The message store cannot be written.";
    const SessionInfo info = deps.session.info();
    if (info.state == LinkState::online) return {};
    std::string why = "WhatsApp is not connected: " + std::string{whatsapp::events::name(info.state)} + ".";
    if (!info.reason.empty()) why += " " + info.reason;
    return why;
}

Answer get_ready(const Deps& deps, const Request&) {
    const std::string why = why_not_ready(deps);
    if (!why.empty()) co_return not_cached(refusal(503, why));
    co_return not_cached(json_answer(R"({"status":"ready"})"));
}

Answer get_metrics(const Deps& deps, const Request&) {
    co_return Response{200, "text/plain; version=0.0.4; charset=utf-8", deps.metrics()};
}

Answer get_openapi(const Deps&, const Request&) { co_return json_answer(std::string{openapi_json}); }

}  // namespace

void add_status_routes(Routes& routes) {
    routes.get("/health", get_health);
    routes.get("/ready", get_ready);
    routes.get("/metrics", get_metrics);
    routes.get("/openapi.json", get_openapi);
}

}  // namespace bridge::api::detail
