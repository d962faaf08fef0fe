// Calls of the control API about files: on the media hosts, and what phones make of them.
#include "tests/simulator/control.hpp"
#include "tests/simulator/phone_media.hpp"

#include <algorithm>
#include <array>

namespace simulator {

namespace asio = common::asio;
namespace content = bridge::whatsapp::content;
namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

constexpr std::size_t most_kept = 16U << 20;

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }
http::Response done() { return {200, "application/json", R"({"done":true})"}; }

unsigned unsigned_of(json::Value value, unsigned fallback) {
    return static_cast<unsigned>(value.unsigned_integer().value_or(fallback));
}

media::Trouble trouble_of(json::Value body) {
    media::Trouble trouble;
    trouble.fail = unsigned_of(body["fail"], 0);
    trouble.status = unsigned_of(body["status"], trouble.status);
    trouble.retry_after = unsigned_of(body["retry_after"], 0);
    trouble.cuts = unsigned_of(body["cuts"], 0);
    trouble.cut_after = body["cut_after"].unsigned_integer().value_or(0);
    trouble.corrupt = unsigned_of(body["corrupt"], 0);
    trouble.primary_only = body["primary_only"].boolean_or(false);
    return trouble;
}

std::optional<Reupload> reupload_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Reupload>, 4> ways{
        {{"renew", Reupload::renew},
         {"not_found", Reupload::not_found},
         {"failed", Reupload::failed},
         {"silent", Reupload::silent}}};
    const auto found = std::ranges::find(ways, name, [](const auto& way) { return way.first; });
    return found == ways.end() ? std::nullopt : std::optional{found->second};
}

void write(json::Writer& out, const media::Blob& blob) {
    out.object().field("path", blob.path).field("type", blob.type).field("size", blob.size);
    out.field("sha256", common::to_hex(blob.sha256)).field("gone", blob.gone);
    out.field("downloads", blob.downloads).end();
}

/// The file that a message is about; null when it has none.
const content::Media* file_of(const common::Result<content::Content>& said) {
    return said ? std::get_if<content::Media>(&said->body) : nullptr;
}

}  // namespace

asio::awaitable<Control::Answer> Control::download(Account& account, std::string request) {
    const auto document = json::Document::parse(request);
    if (!document) co_return Error{ControlErrc::bad_request, std::string{document.error().text()}};
    const json::Value body = document->root();
    const PhoneMessage* message = server_.phone_of(account).find_message(body["id"].string_or(""));
    if (message == nullptr) co_return ControlErrc::no_message;
    const auto said = content::read(message->message);
    const content::Media* file = file_of(said);
    if (file == nullptr) co_return Error{ControlErrc::bad_request, "the message has no file"};
    const std::uint64_t keep = std::min<std::uint64_t>(body["keep"].unsigned_integer().value_or(0), most_kept);
    auto opened = co_await open_file(server_.media(), *file, static_cast<std::size_t>(keep));
    if (!opened) co_return opened.error();
    json::Writer out;
    out.object().field("sha256", common::to_hex(opened->sha256)).field("size", opened->size);
    out.field("mime", file->mime_type).field("data", common::to_base64(opened->data)).end();
    co_return ok(out);
}

void Control::install_media(http::Router& routes) {
    const auto download_one = [this](const Request& request) -> asio::awaitable<Answer> {
        const auto account = account_of(request);
        if (!account) co_return account.error();
        co_return co_await download(**account, request.body);
    };
    routes.add("POST", "/accounts/{phone}/download", download_one, {1U << 20, std::chrono::minutes{10}});
    add(routes, "POST", "/accounts/{phone}/reupload", [this](const Request& request, json::Value body) -> Answer {
        const auto account = account_of(request);
        if (!account) return account.error();
        const auto how = reupload_of(body["answer"].string_or(""));
        if (!how) return Error{ControlErrc::bad_request, "answer is renew, not_found, failed or silent"};
        server_.phone_of(**account).set_reupload(*how);
        return done();
    });
    add(routes, "GET", "/media", [this](const Request&, json::Value) -> Answer {
        json::Writer out;
        out.array();
        for (const auto& [path, blob] : server_.media().store().blobs()) write(out, blob);
        out.end();
        return ok(out);
    });
    add(routes, "POST", "/media/expire", [this](const Request&, json::Value body) -> Answer {
        const unsigned status = unsigned_of(body["status"], 404);
        media::Store& store = server_.media().store();
        if (const auto path = body["path"].string()) {
            media::Blob* blob = store.find(*path);
            if (blob == nullptr) return media::Errc::no_file;
            blob->gone = status;
            return done();
        }
        for (auto& [path, blob] : store.blobs()) blob.gone = status;
        return done();
    });
    add(routes, "POST", "/media/faults", [this](const Request&, json::Value body) -> Answer {
        media::Host& host = server_.media();
        for (const std::string_view key : body.keys()) {
            const json::Value value = body[key];
            if (key == "uploads") {
                host.uploads() = trouble_of(value);
            } else if (key == "downloads") {
                host.downloads() = trouble_of(value);
            } else if (key == "revoke_auth") {
                if (value.boolean_or(false)) host.revoke_authorisations();
            } else if (key == "dead_primary") {
                host.dead_hosts().clear();
                if (value.boolean_or(false)) host.dead_hosts().emplace_back("127.0.0.1:9");
            } else {
                return Error{ControlErrc::bad_request, "unknown fault " + std::string{key}};
            }
        }
        return done();
    });
    add(routes, "POST", "/media/faults/reset", [this](const Request&, json::Value) -> Answer {
        server_.media().uploads() = server_.media().downloads() = media::Trouble{};
        server_.media().dead_hosts().clear();
        return done();
    });
}

}  // namespace simulator
