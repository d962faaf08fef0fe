// Calls of the control API about people and what their phones do.
#include "tests/simulator/control.hpp"

namespace simulator {

namespace asio = common::asio;
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

void write(json::Writer& out, const Account& account, Phone& phone) {
    out.object().field("phone", account.phone).field("jid", account.jid(Space::pn).to_string());
    out.field("lid", account.jid(Space::lid).to_string()).field("name", account.name);
    out.field("devices", account.devices.size()).field("messages", phone.messages().size());
    out.field("undecryptable", phone.counters().undecryptable);
    out.field("retries_sent", phone.counters().retries_sent);
    out.field("retries_answered", phone.counters().retries_answered).end();
}

void write(json::Writer& out, const PhoneMessage& message) {
    out.object().field("seq", message.seq).field("id", message.id).field("from", message.from);
    out.field("from_device", message.from_device).field("to", message.to).field("from_me", message.from_me);
    out.field("text", message.text).field("timestamp", message.timestamp).end();
}

void write(json::Writer& out, const PhoneReceipt& receipt) {
    out.object().field("seq", receipt.seq).field("id", receipt.id).field("from", receipt.from);
    out.field("device", receipt.device).field("type", receipt.type.empty() ? "delivered" : receipt.type);
    out.field("timestamp", receipt.timestamp).end();
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

http::Response linked(std::uint16_t device) {
    json::Writer body;
    body.object().field("device", device).end();
    return ok(body);
}

}  // namespace

void Control::install_accounts(http::Router& routes) {
    add(routes, "POST", "/accounts", [this](const Request&, json::Value body) -> Answer {
        const auto jid = Jid::parse_recipient(body["phone"].string_or(""));
        if (!jid || !jid->is_pn()) return Error{ControlErrc::bad_request, "phone is a number"};
        const Account& account = server_.add_account(jid->user, body["name"].string_or(""));
        json::Writer out;
        write(out, account, server_.phone_of(account));
        return ok(out);
    });
    add(routes, "GET", "/accounts", [this](const Request&, json::Value) -> Answer {
        json::Writer out;
        out.array();
        for (const auto& [phone, account] : server_.registry().accounts())
            write(out, account, server_.phone_of(account));
        out.end();
        return ok(out);
    });
    // These two wait for the companion's answer.
    const auto scan = [this](const Request& request) -> asio::awaitable<Answer> {
        const auto account = account_of(request);
        if (!account) co_return account.error();
        const auto document = json::Document::parse(request.body);
        if (!document) co_return Error{ControlErrc::bad_request};
        std::string qr = document->root()["qr"].string_or("");
        const auto device = co_await server_.pairing().scan(**account, std::move(qr));
        if (!device) co_return device.error();
        co_return linked(*device);
    };
    routes.add("POST", "/accounts/{phone}/scan", scan);
    const auto enter_code = [this](const Request& request) -> asio::awaitable<Answer> {
        const auto account = account_of(request);
        if (!account) co_return account.error();
        const auto document = json::Document::parse(request.body);
        if (!document) co_return Error{ControlErrc::bad_request};
        std::string code = document->root()["code"].string_or("");
        const auto device = co_await server_.pairing().enter_code(**account, std::move(code));
        if (!device) co_return device.error();
        co_return linked(*device);
    };
    routes.add("POST", "/accounts/{phone}/enter-code", enter_code);
    add(routes, "POST", "/accounts/{phone}/send", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        const auto to = find_account(body["to"].string_or(""));
        const auto text = body["text"].string();
        if (!account) return account.error();
        if (!to) return to.error();
        if (!text || text->empty()) return Error{ControlErrc::bad_request, "text is missing"};
        const auto id = server_.phone_of(**account).send_text(**to, std::string{*text}, body["id"].string_or(""));
        if (!id) return id.error();
        json::Writer out;
        out.object().field("id", *id).end();
        return ok(out);
    });
    add(routes, "POST", "/accounts/{phone}/read", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        const auto from = find_account(body["from"].string_or(""));
        if (!account) return account.error();
        if (!from) return from.error();
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < body["ids"].size(); ++i) ids.push_back(body["ids"].at(i).string_or(""));
        server_.phone_of(**account).read(**from, ids);
        json::Writer out;
        out.object().field("read", ids.size()).end();
        return ok(out);
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
    add(routes, "POST", "/accounts/{phone}/unlink", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        const auto device = static_cast<std::uint16_t>(body["device"].integer_or(0));
        if (!server_.unlink((*account)->phone, device)) return Error{ControlErrc::no_device, std::to_string(device)};
        return linked(device);
    });
    add(routes, "POST", "/accounts/{phone}/change-identity", [this](const Request& request, json::Value) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        server_.change_identity(**account);
        json::Writer out;
        out.object().field("identity", common::to_hex((*account)->identity.public_key)).end();
        return ok(out);
    });
}

}  // namespace simulator
