#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <utility>

namespace bridge::api::detail {
namespace {

Response empty_list() { return json_answer("[]"); }

Answer list_chats(const Deps& deps, const Request& request) {
    QueryReader params{request};
    store::ChatQuery query;
    query.limit = params.integer("limit", 20, 0, max_limit);
    query.page = params.integer("page", 0, 0, max_page);
    query.query = params.text("q");
    // The Go family's API took any sort and fell back to the newest first; so does this one.
    query.by_name = params.text("sort") == "name";
    if (params.problem()) co_return *params.problem();
    if (query.limit == 0) co_return empty_list();
    const auto chats = co_await deps.store.chats(std::move(query));
    co_return json_of(chats);
}

Answer get_chat(const Deps& deps, const Request& request) {
    const auto chat = co_await deps.store.chat(chat_address(request.param("jid")));
    co_return json_of(chat);
}

Answer get_chat_by_phone(const Deps& deps, const Request& request) {
    const auto chat = co_await deps.store.chat_by_phone(phone_digits(request.param("phone_number")));
    co_return json_of(chat);
}

Answer list_messages(const Deps& deps, const Request& request) {
    QueryReader params{request};
    const int limit = params.integer("limit", 20, 0, max_limit);
    const int page = params.integer("page", 0, 0, max_page);
    std::string cursor = params.text("cursor");
    if (params.problem()) co_return *params.problem();
    if (limit == 0) co_return empty_list();
    std::string jid = chat_address(request.param("jid"));
    const auto messages = co_await deps.store.messages(std::move(jid), limit, page, std::move(cursor));
    // As in the API this one follows: a chat nobody has written in yet is no error.
    if (!messages && messages.error() == store::Errc::chat_not_found) co_return empty_list();
    co_return json_of(messages);
}

Answer list_contacts(const Deps& deps, const Request& request) {
    QueryReader params{request};
    std::string query = params.text("q");
    const int limit = params.integer("limit", max_limit, 0, max_limit);
    if (params.problem()) co_return *params.problem();
    if (limit == 0) co_return empty_list();
    const auto contacts = co_await deps.store.contacts(std::move(query), limit);
    co_return json_of(contacts);
}

Answer list_contact_chats(const Deps& deps, const Request& request) {
    const auto given = request.param("phone_number");
    const std::string digits = phone_digits(given);
    std::string who = digits.empty() ? chat_address(given) : digits;
    const auto chats = co_await deps.store.contact_chats(std::move(who));
    co_return json_of(chats);
}

}  // namespace

void add_chat_routes(Routes& routes) {
    routes.get("/api/chats", list_chats);
    routes.get("/api/chats/{jid}", get_chat);
    routes.get("/api/chats/by-phone/{phone_number}", get_chat_by_phone);
    routes.get("/api/chats/{jid}/messages", list_messages);
    routes.get("/api/contacts", list_contacts);
    routes.get("/api/contacts/{phone_number}/chats", list_contact_chats);
}

}  // namespace bridge::api::detail
