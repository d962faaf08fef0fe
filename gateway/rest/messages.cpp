#include "gateway/rest/params.hpp"
#include "gateway/rest/rest.hpp"

namespace gateway::rest {
namespace {

using namespace operations;

std::optional<common::UnixTime> read_time(BodyReader& body, std::string_view name) {
    const auto text = body.text(name);
    if (!text || text->empty()) return std::nullopt;
    const auto time = common::parse_time(*text);
    if (!time) body.refuse(name, "Input should be a date and time as in 2026-01-31T12:00:00Z", "datetime_parsing");
    return time;
}

/// The original takes an empty text for "no filter".
std::optional<std::string> read_filter(BodyReader& body, std::string_view name) {
    auto text = body.text(name);
    if (text && text->empty()) text.reset();
    return text;
}

}  // namespace

Rest::Answer Rest::search_messages(const Request& request) {
    Problems problems;
    BodyReader body{request, problems};
    SearchQuery query;
    query.after = read_time(body, "after");
    query.before = read_time(body, "before");
    query.sender_phone_number = read_filter(body, "sender_phone_number");
    query.chat_jid = read_filter(body, "chat_jid");
    query.text = read_filter(body, "query");
    query.limit = body.integer("limit", query.limit, {0, max_limit});
    query.page = body.integer("page", query.page, {0, max_page});
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.search_messages(std::move(query));
}

Rest::Answer Rest::load_context(const Request& request) {
    Problems problems;
    QueryReader query{request, problems};
    ContextQuery wanted;
    wanted.message_id = request.param("message_id");
    wanted.chat_jid = query.text("chat_jid");
    wanted.before = query.integer("before", wanted.before, {0, max_context});
    wanted.after = query.integer("after", wanted.after, {0, max_context});
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.load_context(std::move(wanted));
}

Rest::Answer Rest::send_text(const Request& request) {
    Problems problems;
    BodyReader body{request, problems};
    TextToSend message;
    message.recipient = body.required_text("recipient");
    message.text = body.required_text("text");
    message.is_group = body.boolean("is_group", false);
    message.idempotency_key = request.headers.find("Idempotency-Key").value_or("");
    if (problems.empty() && message.recipient.empty()) {
        problems.add("body", "recipient", "Input should be a phone number or a JID", "string_too_short");
    }
    if (!problems.empty()) co_return problems.response();
    co_return co_await operations_.send_text(std::move(message));
}

Rest::Answer Rest::load_delivery(const Request& request) {
    co_return co_await operations_.load_delivery(std::string{request.param("message_id")});
}

}  // namespace gateway::rest
