#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <utility>

namespace bridge::api::detail {
namespace {

/// Both ways to ask for a search take the same fields.
template <class Reader>
store::SearchFilter read_filter(Reader& params) {
    store::SearchFilter filter;
    filter.after = params.time("after");
    filter.before = params.time("before");
    filter.sender = params.optional_text("sender_phone_number");
    filter.chat_jid = params.optional_text("chat_jid");
    filter.query = params.text("query");
    filter.limit = params.integer("limit", 20, 0, max_limit);
    filter.page = params.integer("page", 0, 0, max_page);
    filter.cursor = params.text("cursor");
    if (filter.chat_jid) filter.chat_jid = chat_address(*filter.chat_jid);
    if (filter.sender && filter.sender->find('@') == std::string::npos) {
        if (auto digits = phone_digits(*filter.sender); !digits.empty()) filter.sender = std::move(digits);
    } else if (filter.sender) {
        filter.sender = chat_address(*filter.sender);
    }
    return filter;
}

Answer found(const Deps& deps, store::SearchFilter filter) {
    if (filter.limit == 0) co_return json_answer("[]");
    const auto messages = co_await deps.store.search(std::move(filter));
    co_return json_of(messages);
}

Answer post_search(const Deps& deps, const Request& request) {
    BodyReader params{request};
    auto filter = read_filter(params);
    if (params.problem()) co_return *params.problem();
    co_return co_await found(deps, std::move(filter));
}

Answer get_search(const Deps& deps, const Request& request) {
    QueryReader params{request};
    auto filter = read_filter(params);
    if (params.problem()) co_return *params.problem();
    co_return co_await found(deps, std::move(filter));
}

std::string chat_of(QueryReader& params) {
    const auto chat = params.optional_text("chat_jid");
    return chat ? chat_address(*chat) : std::string{};
}

Answer get_message(const Deps& deps, const Request& request) {
    QueryReader params{request};
    std::string chat = chat_of(params);
    if (params.problem()) co_return *params.problem();
    const auto message = co_await deps.store.message(std::string{request.param("id")}, std::move(chat));
    co_return json_of(message);
}

Answer get_context(const Deps& deps, const Request& request) {
    QueryReader params{request};
    const int before = params.integer("before", 5, 0, max_context);
    const int after = params.integer("after", 5, 0, max_context);
    std::string chat = chat_of(params);
    if (params.problem()) co_return *params.problem();
    std::string id{request.param("id")};
    const auto context = co_await deps.store.context(std::move(id), std::move(chat), before, after);
    co_return json_of(context);
}

Answer get_delivery(const Deps& deps, const Request& request) {
    QueryReader params{request};
    std::string chat = chat_of(params);
    if (params.problem()) co_return *params.problem();
    const auto delivery = co_await deps.store.delivery(std::string{request.param("id")}, std::move(chat));
    co_return json_of(delivery);
}

}  // namespace

void add_message_routes(Routes& routes) {
    routes.post("/api/messages/search", post_search);
    routes.get("/api/messages/search", get_search);
    routes.get("/api/messages/{id}", get_message);
    routes.get("/api/messages/{id}/context", get_context);
    routes.get("/api/deliveries/{id}", get_delivery);
}

}  // namespace bridge::api::detail
