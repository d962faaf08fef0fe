#include "tests/simulator/control.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace simulator {

namespace asio = common::asio;
namespace http = common::http;
namespace json = common::json;
using common::Error;
using common::Kind;

common::ErrcInfo describe(ControlErrc code) noexcept {
    switch (code) {
        case ControlErrc::bad_request: return {Kind::invalid, "the request is not understood"};
        case ControlErrc::no_account: return {Kind::not_found, "no such account"};
        case ControlErrc::no_device: return {Kind::not_found, "no such device"};
        case ControlErrc::no_group: return {Kind::not_found, "no such group"};
        case ControlErrc::no_message: return {Kind::not_found, "the phone does not know that message"};
        case ControlErrc::not_connected: return {Kind::conflict, "the device is not connected"};
    }
    return {Kind::internal, "unknown control error"};
}

namespace {

unsigned status_for(Kind kind) {
    switch (kind) {
        case Kind::invalid: return 422;
        case Kind::unauthorized: return 401;
        case Kind::not_found: return 404;
        case Kind::conflict: return 409;
        case Kind::timed_out: return 504;
        default: return 500;
    }
}

http::Response error_response(const Error& error) {
    std::string detail{error.text()};
    if (!error.detail().empty()) detail += ": " + error.detail();
    json::Writer body;
    body.object().field("detail", detail).end();
    return {status_for(error.kind()), "application/json", body.take()};
}

http::Response version_script(std::uint32_t build) {
    return {200, "application/javascript", "self.__swData={\"client_revision\":" + std::to_string(build) + ",};"};
}

}  // namespace

void Control::add(http::Router& routes, std::string_view method, std::string_view pattern, Call call) {
    auto handler = [call = std::move(call)](const Request& request) -> asio::awaitable<Answer> {
        if (request.body.empty()) co_return call(request, {});
        const auto document = json::Document::parse(request.body);
        if (!document) co_return Error{ControlErrc::bad_request, std::string{document.error().text()}};
        co_return call(request, document->root());
    };
    routes.add(method, pattern, std::move(handler));
}

common::Result<Account*> Control::find_account(std::string_view number_or_jid) {
    Account* account = server_.registry().find(number_or_jid);
    if (account == nullptr) {
        const auto jid = Jid::parse_recipient(number_or_jid);
        if (jid) account = server_.registry().find(jid->normalised());
    }
    if (account == nullptr) return Error{ControlErrc::no_account, std::string{number_or_jid}};
    return account;
}

common::Result<Account*> Control::account_of(const Request& request) { return find_account(request.param("phone")); }

common::Result<std::pair<Account*, Device*>> Control::device_of(const Request& request) {
    const auto account = account_of(request);
    if (!account) return account.error();
    const std::string number{request.param("device")};
    for (auto& [id, device] : (*account)->devices) {
        if (std::to_string(id) == number) return std::pair{*account, &device};
    }
    return Error{ControlErrc::no_device, number};
}

void Control::install_version(http::Router& routes) {
    const auto handler = [](const Request&) -> asio::awaitable<Answer> { co_return version_script(current_build); };
    routes.add("GET", "/sw.js", handler);
    routes.add("GET", "/", handler);
}

void Control::install(http::Router& routes) {
    routes.set_error_responder([](const Error& error, const Request&) { return error_response(error); });
    add(routes, "GET", "/health", [](const Request&, json::Value) -> Answer {
        return Response{200, "application/json", R"({"status":"healthy"})"};
    });
    add(routes, "GET", "/info", [this](const Request&, json::Value) -> Answer {
        json::Writer body;
        body.object().field("whatsapp_url", info_.whatsapp_url);
        body.field("root_key", common::to_hex(server_.identity().root.public_key));
        body.field("ca_file", info_.ca_file).field("control_url", info_.control_url).key("media_hosts").array();
        for (const std::string& host : info_.media_hosts) body.value(host);
        body.end().end();
        return Response{200, "application/json", body.take()};
    });
    add(routes, "GET", "/ca.pem", [this](const Request&, json::Value) -> Answer {
        std::ostringstream pem;
        pem << std::ifstream{info_.ca_file}.rdbuf();
        return Response{200, "application/x-pem-file", pem.str()};
    });
    // Never older than what the login asks for: a client that looks the version up is let in.
    add(routes, "GET", "/sw.js", [this](const Request&, json::Value) -> Answer {
        return version_script(std::max(current_build, server_.faults().min_build));
    });
    install_accounts(routes);
    install_devices(routes);
    install_messages(routes);
    install_media(routes);
    install_profiles(routes);
    install_groups(routes);
    install_faults(routes);
}

}  // namespace simulator
