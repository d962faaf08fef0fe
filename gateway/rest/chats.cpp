#include "gateway/rest/params.hpp"
#include "gateway/rest/rest.hpp"

namespace gateway::rest {
namespace {

using namespace operations;

constexpr Range limits{0, max_limit};
constexpr Range pages{0, max_page};
constexpr int contacts_at_most = 50;  ///< as the original
constexpr std::size_t most_read_ids = 1'000;
constexpr std::size_t longest_message_id = 256;

}  // namespace

Rest::Answer Rest::find_contacts(const Request& request) {
    Problems problems;
    QueryReader query{request, problems};
    auto text = query.text("q");
    const int limit = query.integer("limit", contacts_at_most, limits);
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.find_contacts(std::move(text), limit);
}

Rest::Answer Rest::list_contact_chats(const Request& request) {
    co_return co_await operations_.list_contact_chats(std::string{request.param("phone_number")});
}

Rest::Answer Rest::list_chats(const Request& request) {
    Problems problems;
    QueryReader query{request, problems};
    ChatQuery wanted;
    wanted.limit = query.integer("limit", wanted.limit, limits);
    wanted.page = query.integer("page", wanted.page, pages);
    wanted.sort = query.one_of("sort", {"last_active", "name"});
    wanted.text = query.text("q");
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.list_chats(std::move(wanted));
}

Rest::Answer Rest::load_chat(const Request& request) {
    co_return co_await operations_.load_chat(std::string{request.param("jid")});
}

Rest::Answer Rest::load_chat_by_phone(const Request& request) {
    co_return co_await operations_.load_chat_by_phone(std::string{request.param("phone_number")});
}

Rest::Answer Rest::list_messages(const Request& request) {
    Problems problems;
    QueryReader query{request, problems};
    MessagePage page;
    page.chat_jid = request.param("jid");
    page.limit = query.integer("limit", page.limit, limits);
    page.page = query.integer("page", page.page, pages);
    page.cursor = query.text("cursor");
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.list_messages(std::move(page));
}

Rest::Answer Rest::mark_read(const Request& request) {
    ReadMark mark;
    mark.chat_jid = request.param("jid");
    if (!request.body.empty()) {
        Problems problems;
        BodyReader body{request, problems};
        mark.message_ids = body.texts("message_ids", most_read_ids, longest_message_id);
        mark.sender = body.text("sender").value_or("");
        if (!problems.empty()) co_return problems.response();
    }
    co_return co_await operations_.mark_read(std::move(mark));
}

}  // namespace gateway::rest
