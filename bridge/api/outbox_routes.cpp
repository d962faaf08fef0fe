#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <utility>

namespace bridge::api::detail {
namespace {

Answer list_outbox(const Deps& deps, const Request& request) {
    QueryReader params{request};
    const int limit = params.integer("limit", 100, 1, max_limit);
    if (params.problem()) co_return *params.problem();
    const auto waiting = co_await deps.sender.waiting(static_cast<std::size_t>(limit));
    co_return json_of(waiting);
}

Answer cancel_send(const Deps& deps, const Request& request) {
    std::string id{request.param("id")};
    const auto cancelled = co_await deps.sender.cancel(id);
    if (!cancelled) co_return cancelled.error();
    common::json::Writer out;
    out.object().field("message_id", id).field("status", "cancelled").end();
    co_return json_answer(out.take());
}

}  // namespace

void add_outbox_routes(Routes& routes) {
    routes.get("/api/outbox", list_outbox);
    routes.remove("/api/outbox/{id}", cancel_send);
}

}  // namespace bridge::api::detail
