// Calls of the control API about what phones write, read and have seen.
#include "tests/simulator/compose.hpp"
#include "tests/simulator/control.hpp"
#include "tests/simulator/phone_content.hpp"

namespace simulator {

namespace asio = common::asio;
namespace content = bridge::whatsapp::content;
namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

constexpr std::size_t most_rows = 100'000;

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }

std::uint64_t after_of(const http::Request& request) {
    const std::string text{request.query_value("after").value_or("0")};
    return std::strtoull(text.c_str(), nullptr, 10);
}

void write(json::Writer& out, const PhoneMessage& message) {
    out.object().field("seq", message.seq).field("id", message.id).field("from", message.from);
    out.field("from_device", message.from_device).field("to", message.to).field("chat", message.chat.to_string());
    out.field("from_me", message.from_me).field("kind", message.kind).field("text", message.text);
    out.field("message", common::to_base64(message.message)).field("timestamp", message.timestamp).end();
}

void write(json::Writer& out, const PhoneReceipt& receipt) {
    out.object().field("seq", receipt.seq).field("id", receipt.id).field("from", receipt.from);
    out.field("device", receipt.device).field("type", receipt.type.empty() ? "delivered" : receipt.type);
    out.field("chat", receipt.chat.empty() ? "" : receipt.chat.to_string()).field("timestamp", receipt.timestamp).end();
}

/// The rows after `seq`; rows are numbered from 1 without gaps.
template <class Row>
http::Response rows_after(const std::vector<Row>& rows, std::uint64_t seq) {
    json::Writer body;
    body.array();
    for (std::size_t i = seq; i < rows.size() && i - seq < most_rows; ++i) write(body, rows[i]);
    body.end();
    return ok(body);
}

std::vector<std::string> strings_of(json::Value list) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.size(); ++i) texts.push_back(list.at(i).string_or(""));
    return texts;
}

}  // namespace

common::Result<Jid> Control::find_chat(std::string_view text, Space space) {
    if (const auto group = find_group(text)) return (*group)->jid();
    if (const auto jid = Jid::parse(text); jid && jid->is_broadcast()) return *jid;
    const auto account = find_account(text);
    if (!account) return account.error();
    return (*account)->jid(space);
}

common::Result<Outgoing> Control::addressed(json::Value body) {
    const Space space = body["address"].string_or("lid") == "pn" ? Space::pn : Space::lid;
    const auto chat = find_chat(body["to"].string_or(""), space);
    if (!chat) return chat.error();
    Outgoing outgoing;
    outgoing.chat = *chat;
    outgoing.id = body["id"].string_or("");
    for (const std::string& who : strings_of(body["audience"])) {
        const auto account = find_account(who);
        if (!account) return account.error();
        outgoing.audience.push_back((*account)->phone);
    }
    return outgoing;
}

asio::awaitable<Control::Answer> Control::send(Account& account, std::string request) {
    const auto document = json::Document::parse(request);
    if (!document) co_return Error{ControlErrc::bad_request, std::string{document.error().text()}};
    const json::Value body = document->root();
    Phone& phone = server_.phone_of(account);
    auto outgoing = addressed(body);
    if (!outgoing) co_return outgoing.error();
    std::optional<Composed> composed;
    if (const auto raw = body["message"].string()) {
        auto bytes = common::from_base64(*raw);
        if (!bytes || bytes->empty()) co_return Error{ControlErrc::bad_request, "message is base64"};
        outgoing->message = std::move(*bytes);
    } else if (body["content"].exists()) {
        auto made = compose(body["content"], phone, outgoing->chat);
        if (!made) co_return made.error();
        composed = std::move(*made);
    } else {
        const auto text = body["text"].string();
        if (!text || text->empty()) co_return Error{ControlErrc::bad_request, "text is missing"};
        outgoing->message = text_message(std::string{*text});
    }
    if (composed && composed->file) {
        auto description = std::get<content::Media>(composed->content.body);
        auto file = std::move(*composed->file);
        auto put = co_await put_file(server_.media(), std::move(description), std::move(file), phone.now());
        if (!put) co_return put.error();
        composed->content.body = std::move(*put);
    }
    if (composed) {
        auto message = content::write(composed->content, common::crypto::random_bytes(32));
        if (!message) co_return message.error();
        outgoing->message = std::move(*message);
    }
    const auto id = phone.send(std::move(*outgoing));
    if (!id) co_return id.error();
    json::Writer out;
    out.object().field("id", *id);
    const auto* file = composed ? std::get_if<content::Media>(&composed->content.body) : nullptr;
    if (file != nullptr) {
        out.field("sha256", common::to_hex(file->file_sha256)).field("size", file->file_length);
        out.field("direct_path", file->direct_path);
    }
    out.end();
    co_return ok(out);
}

Control::Answer Control::read(Phone& phone, json::Value body) {
    const auto from = find_account(body["from"].string_or(""));
    if (!from) return from.error();
    Jid chat = (*from)->jid(Space::lid);
    if (body["chat"].exists()) {
        const auto named = find_chat(body["chat"].string_or(""));
        if (!named) return named.error();
        chat = *named;
    }
    const std::vector<std::string> ids = strings_of(body["ids"]);
    phone.read(chat, *from, ids, body["type"].string_or("read"));
    json::Writer out;
    out.object().field("read", ids.size()).end();
    return ok(out);
}

void Control::install_messages(http::Router& routes) {
    const auto send_one = [this](const Request& request) -> asio::awaitable<Answer> {
        const auto account = account_of(request);
        if (!account) co_return account.error();
        co_return co_await send(**account, request.body);
    };
    const http::RouteOptions large{64U << 20, std::chrono::minutes{10}};
    routes.add("POST", "/accounts/{phone}/send", send_one, large);
    add(routes, "POST", "/accounts/{phone}/read", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        return read(server_.phone_of(**account), body);
    });
    add(routes, "GET", "/accounts/{phone}/messages", [this](const Request& request, json::Value) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        return rows_after(server_.phone_of(**account).messages(), after_of(request));
    });
    add(routes, "GET", "/accounts/{phone}/receipts", [this](const Request& request, json::Value) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        return rows_after(server_.phone_of(**account).receipts(), after_of(request));
    });
    add(routes,
        "POST",
        "/accounts/{phone}/forget-sender-key",
        [this](const Request& request, json::Value body) -> Answer {
            const auto account = account_of(request);
            if (!account) return account.error();
            const auto group = find_group(body["group"].string_or(""));
            const auto author = find_account(body["author"].string_or(""));
            if (!group) return group.error();
            if (!author) return author.error();
            for (const auto& [number, device] : (*author)->devices) {
                auto gone = server_.phone_of(**account).forget_sender_key((*group)->jid(), **author, number);
                if (!gone) return gone.error();
            }
            return Response{200, "application/json", R"({"done":true})"};
        });
}

}  // namespace simulator
