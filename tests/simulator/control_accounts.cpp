// Calls of the control API about people and what their phones do.
#include "tests/simulator/control.hpp"

namespace simulator {

namespace asio = common::asio;
namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }

void write(json::Writer& out, const Account& account, Phone& phone) {
    out.object().field("phone", account.phone).field("jid", account.jid(Space::pn).to_string());
    out.field("lid", account.jid(Space::lid).to_string()).field("name", account.name);
    out.field("devices", account.devices.size()).field("messages", phone.messages().size());
    out.field("undecryptable", phone.counters().undecryptable);
    out.field("retries_sent", phone.counters().retries_sent);
    out.field("retries_answered", phone.counters().retries_answered).end();
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
