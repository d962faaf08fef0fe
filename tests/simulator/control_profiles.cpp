// Calls of the control API about what people show, whom they let near, and whether they are there.
#include "tests/simulator/control.hpp"
#include "tests/simulator/people_queries.hpp"

namespace simulator {

namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }
http::Response done() { return {200, "application/json", R"({"done":true})"}; }

void write(json::Writer& out, const Account& account) {
    const Profile& profile = account.profile;
    out.object().field("name", account.name).field("about", profile.about).field("picture_id", profile.picture_id);
    out.field("disappearing", profile.disappearing).field("token_required", profile.token_required);
    out.field("nct_salt", common::to_hex(profile.nct_salt)).key("privacy").object();
    for (const auto& [name, value] : profile.privacy) out.field(name, value);
    out.end().key("blocked").array();
    for (const std::string& phone : profile.blocked) out.value(phone);
    out.end().key("tokens").object();
    for (const auto& [phone, token] : profile.issued) out.field(phone, token.time);
    out.end().end();
}

std::optional<Placeholders> placeholders_of(std::string_view name) {
    if (name == "resend") return Placeholders::resend;
    if (name == "unknown") return Placeholders::unknown;
    if (name == "silent") return Placeholders::silent;
    return std::nullopt;
}

}  // namespace

Control::Answer Control::change_profile(Account& account, json::Value body) {
    Profile& profile = account.profile;
    for (const std::string_view key : body.keys()) {
        const json::Value value = body[key];
        if (key == "name") {
            account.name = value.string_or("");
        } else if (key == "about") {
            set_about(server_.router(), account, value.string_or(""), server_.phone_of(account).now());
        } else if (key == "picture") {
            const auto jpeg = common::from_base64(value.string_or(""));
            if (!jpeg) return Error{ControlErrc::bad_request, "picture is base64"};
            auto set = set_profile_picture(server_.router(), server_.media(), account, *jpeg);
            if (!set) return set.error();
        } else if (key == "privacy") {
            for (const std::string_view name : value.keys()) {
                profile.privacy[std::string{name}] = value[name].string_or("all");
            }
        } else if (key == "blocked") {
            profile.blocked.clear();
            for (std::size_t i = 0; i < value.size(); ++i) {
                const auto who = find_account(value.at(i).string_or(""));
                if (!who) return who.error();
                profile.blocked.insert((*who)->phone);
            }
        } else if (key == "token_required") {
            profile.token_required = value.boolean_or(false);
        } else if (key == "disappearing") {
            profile.disappearing = static_cast<std::uint32_t>(value.unsigned_integer().value_or(0));
        } else if (key == "present") {
            profile.present = value.boolean();
            server_.router().announce_presence(account);
        } else {
            return Error{ControlErrc::bad_request, "unknown field " + std::string{key}};
        }
    }
    json::Writer out;
    write(out, account);
    return ok(out);
}

void Control::install_profiles(http::Router& routes) {
    add(routes, "GET", "/accounts/{phone}/profile", [this](const Request& request, json::Value) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        json::Writer out;
        write(out, **account);
        return ok(out);
    });
    add(routes, "POST", "/accounts/{phone}/profile", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        return change_profile(**account, body);
    });
    add(routes, "POST", "/accounts/{phone}/issue-token", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        const auto to = find_account(body["to"].string_or(""));
        if (!account) return account.error();
        if (!to) return to.error();
        const std::uint64_t now = server_.phone_of(**account).now();
        give_token(server_.router(), **account, **to, body["time"].unsigned_integer().value_or(now));
        return done();
    });
    add(routes, "POST", "/accounts/{phone}/typing", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        const auto chat = find_chat(body["to"].string_or(""));
        if (!account) return account.error();
        if (!chat) return chat.error();
        const std::string state = body["state"].string_or("composing");
        if (state != "composing" && state != "recording" && state != "paused") {
            return Error{ControlErrc::bad_request, "state is composing, recording or paused"};
        }
        server_.phone_of(**account).show_typing(*chat, state);
        return done();
    });
    add(routes, "POST", "/accounts/{phone}/placeholders", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        const auto how = placeholders_of(body["answer"].string_or(""));
        if (!how) return Error{ControlErrc::bad_request, "answer is resend, unknown or silent"};
        server_.phone_of(**account).set_placeholders(*how);
        return done();
    });
}

}  // namespace simulator
