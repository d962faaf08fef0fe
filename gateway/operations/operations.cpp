#include "gateway/operations/operations.hpp"

#include "common/contract/contract.hpp"
#include "common/json/json.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>

namespace gateway::operations {
namespace {

namespace http = common::http;
namespace json = common::json;

constexpr std::chrono::milliseconds read_limit{10'000};
constexpr std::chrono::milliseconds search_limit{20'000};
constexpr std::chrono::milliseconds send_limit{25'000};
/// How long the bridge may wait for WhatsApp's acknowledgement before it answers "queued".
constexpr std::chrono::milliseconds longest_wait{5'000};

/// A path with query on the bridge; values are encoded.
class Target {
public:
    explicit Target(std::string_view path) : text_{path} {}
    Target& segment(std::string_view value) {
        text_ += '/';
        text_ += http::percent_encode(value);
        return *this;
    }
    Target& literal(std::string_view path) {
        text_ += path;
        return *this;
    }
    Target& with(std::string_view name, std::string_view value) {
        text_ += std::exchange(separator_, '&');
        text_ += name;
        text_ += '=';
        text_ += http::percent_encode(value);
        return *this;
    }
    Target& with(std::string_view name, int value) { return with(name, std::to_string(value)); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
    char separator_{'?'};
};

/// The sentence of a refusal: our own routes say `detail`, those of the Go bridge's family `message`.
std::string detail_of(const Reply& reply) {
    const auto document = json::Document::parse(reply.body);
    if (!document) return {};
    const auto root = document->root();
    return root["detail"].string_or(root["message"].string_or(""));
}

bool is_refusal(unsigned status) noexcept {
    switch (status) {
        case 400:
        case 404:
        case 409:
        case 413:
        case 422:
        case 429:
        case 503:
        case 504: return true;
        default: return false;
    }
}

/// What of a bridge's answer goes on to the client.
Result<Reply> passed_on(Reply reply) {
    if (reply.status < 300) {
        Reply out{200, "application/json", std::move(reply.body)};
        return out;
    }
    if (!is_refusal(reply.status)) {
        common::log::warn("the bridge failed", {{"status", reply.status}});
        return Errc::bridge_failed;
    }
    auto detail = detail_of(reply);
    if (detail.empty()) detail = "The bridge refused the request.";
    Reply out{reply.status, "application/json", common::contract::error_body(detail)};
    if (const auto after = reply.headers.find("Retry-After")) out.headers.set("Retry-After", *after);
    return out;
}

std::optional<std::string> text_of(const std::optional<common::UnixTime>& time) {
    if (!time) return std::nullopt;
    return common::to_rfc3339(*time);
}

std::string body_of(const SearchQuery& query) {
    json::Writer out;
    out.object();
    if (query.after) out.field("after", text_of(query.after));
    if (query.before) out.field("before", text_of(query.before));
    if (query.sender_phone_number) out.field("sender_phone_number", query.sender_phone_number);
    if (query.chat_jid) out.field("chat_jid", query.chat_jid);
    if (query.text) out.field("query", query.text);
    out.field("limit", query.limit).field("page", query.page).end();
    return out.take();
}

bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// The public answer to a send. It says sent only when the server has acknowledged the message.
Result<Reply> send_answer(const Reply& reply) {
    const auto document = json::Document::parse(reply.body);
    if (!document) return bridge_link::Errc::unusable_answer;
    const auto root = document->root();
    if (!root["success"].boolean_or(false) || !root["message_id"].is_string())
        return bridge_link::Errc::unusable_answer;
    const bool queued = root["status"].string_or("") == "queued";
    json::Writer out;
    out.object().field("success", true).field("message", queued ? "Message queued" : "Message sent");
    out.key("result").object();
    for (const auto name : root.keys()) {
        if (name == "success" || name == "message") continue;
        out.key(name).raw(to_text(root[name]));
    }
    out.end().end();
    return Reply{200, "application/json", out.take()};
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::empty_text: return {common::Kind::invalid, "Message text cannot be empty"};
        case Errc::bridge_failed: return {common::Kind::internal, "The bridge could not answer this request."};
    }
    return {common::Kind::internal, "unknown operations error"};
}

asio::awaitable<Result<Reply>> Operations::read(std::string target, std::chrono::milliseconds limit) {
    auto reply = co_await bridge_.get(std::move(target), limit);
    if (!reply) co_return reply.error();
    co_return passed_on(std::move(*reply));
}

asio::awaitable<Result<Reply>> Operations::find_contacts(std::string text, int limit) {
    Target target{"/api/contacts"};
    if (!text.empty()) target.with("q", text);
    target.with("limit", limit);
    return read(target.take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::list_contact_chats(std::string phone_number) {
    return read(Target{"/api/contacts"}.segment(phone_number).literal("/chats").take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::list_chats(ChatQuery query) {
    Target target{"/api/chats"};
    target.with("limit", query.limit).with("page", query.page).with("sort", query.sort);
    if (!query.text.empty()) target.with("q", query.text);
    return read(target.take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::load_chat(std::string jid) {
    return read(Target{"/api/chats"}.segment(jid).take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::load_chat_by_phone(std::string phone_number) {
    return read(Target{"/api/chats/by-phone"}.segment(phone_number).take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::list_messages(MessagePage page) {
    Target target{"/api/chats"};
    target.segment(page.chat_jid).literal("/messages").with("limit", page.limit);
    if (page.cursor.empty()) {
        target.with("page", page.page);
    } else {
        target.with("cursor", page.cursor);
    }
    return read(target.take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::mark_read(ReadMark mark) {
    json::Writer body;
    body.object().key("message_ids").array();
    for (const std::string& id : mark.message_ids) body.value(id);
    body.end();
    if (!mark.sender.empty()) body.field("sender", mark.sender);
    body.end();
    std::string target = Target{"/api/chats"}.segment(mark.chat_jid).literal("/read").take();
    http::Headers none;
    auto reply = co_await bridge_.post(std::move(target), body.take(), std::move(none), send_limit);
    if (!reply) co_return reply.error();
    co_return passed_on(std::move(*reply));
}

asio::awaitable<Result<Reply>> Operations::search_messages(SearchQuery query) {
    http::Headers none;
    auto reply = co_await bridge_.post("/api/messages/search", body_of(query), none, search_limit);
    if (!reply) co_return reply.error();
    co_return passed_on(std::move(*reply));
}

asio::awaitable<Result<Reply>> Operations::load_context(ContextQuery query) {
    Target target{"/api/messages"};
    target.segment(query.message_id).literal("/context").with("before", query.before).with("after", query.after);
    if (!query.chat_jid.empty()) target.with("chat_jid", query.chat_jid);
    return read(target.take(), read_limit);
}

asio::awaitable<Result<Reply>> Operations::send_text(TextToSend message) {
    if (is_blank(message.text)) co_return Errc::empty_text;
    if (message.is_group && message.recipient.find('@') == std::string::npos) message.recipient += "@g.us";
    json::Writer body;
    body.object().field("recipient", message.recipient).field("message", message.text);
    body.field("wait", longest_wait.count()).end();
    http::Headers headers;
    if (!message.idempotency_key.empty()) headers.set("Idempotency-Key", message.idempotency_key);
    auto reply = co_await bridge_.post("/api/send", body.take(), std::move(headers), send_limit);
    if (!reply) co_return reply.error();
    if (reply->status >= 300) co_return passed_on(std::move(*reply));
    co_return send_answer(*reply);
}

asio::awaitable<Result<Reply>> Operations::load_delivery(std::string message_id) {
    return read(Target{"/api/deliveries"}.segment(message_id).take(), read_limit);
}

}  // namespace gateway::operations
