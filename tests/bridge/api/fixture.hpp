/// The API over a fake link and a real store, asked without sockets.
#pragma once

#include "bridge/api/api.hpp"
#include "common/http/detail/routes.hpp"
#include "common/json/json.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests::api {

namespace api = bridge::api;
namespace asio = common::asio;
namespace http = common::http;
namespace store = bridge::store;
using bridge::whatsapp::events::LinkState;
using common::Result;
using common::Status;

inline common::UnixTime at(std::int64_t seconds) { return common::UnixTime{std::chrono::seconds{seconds}}; }

/// Answers what the test put in, keeps what it was asked.
class FakeSession final : public api::Session {
public:
    api::SessionInfo info() const override { return current; }
    std::optional<api::QrCode> qr() const override { return code; }
    asio::awaitable<Result<api::PairCode>> pair_code(std::string phone) override {
        asked.push_back("pair-code " + phone);
        co_return pair_answer;
    }
    std::optional<api::PasskeyChallenge> passkey() const override { return challenge; }
    asio::awaitable<Status> passkey_assertion(std::string json) override { return answer("assertion " + json); }
    asio::awaitable<Status> passkey_confirm() override { return answer("confirm"); }
    asio::awaitable<Status> reconnect() override { return answer("reconnect"); }
    asio::awaitable<Status> logout() override { return answer("logout"); }

    api::SessionInfo current;
    std::optional<api::QrCode> code;
    std::optional<api::PasskeyChallenge> challenge;
    Result<api::PairCode> pair_answer{api::PairCode{"ABCD-EFGH", at(1'760'000'160)}};
    Status status;
    std::vector<std::string> asked;

private:
    asio::awaitable<Status> answer(std::string question) {
        asked.push_back(std::move(question));
        co_return status;
    }
};

class FakeSender final : public api::Sender {
public:
    asio::awaitable<Result<common::contract::SendResult>> send(api::SendRequest request) override {
        requests.push_back(std::move(request));
        co_return answer;
    }
    asio::awaitable<Status> mark_read(api::ReadRequest request) override {
        reads.push_back(std::move(request));
        co_return read_answer;
    }
    asio::awaitable<Result<common::contract::SendResult>> act(api::ActRequest request) override {
        actions.push_back(std::move(request));
        co_return answer;
    }
    asio::awaitable<Status> cancel(std::string message_id) override {
        cancelled.push_back(std::move(message_id));
        co_return status;
    }
    asio::awaitable<Result<std::vector<common::contract::QueuedSend>>> waiting(std::size_t) override {
        co_return queued;
    }
    asio::awaitable<Status> typing(std::string chat_jid, bridge::whatsapp::events::Typing typing) override {
        typed.emplace_back(std::move(chat_jid), typing);
        co_return status;
    }
    static common::contract::SendResult result_of(std::string status) {
        return {"3EB0A1", at(1'760'000'000), "15550001111@s.whatsapp.net", std::move(status)};
    }

    Result<common::contract::SendResult> answer{result_of("sent")};
    std::vector<api::SendRequest> requests;
    std::vector<api::ActRequest> actions;
    std::vector<std::string> cancelled;
    std::vector<common::contract::QueuedSend> queued;
    std::vector<std::pair<std::string, bridge::whatsapp::events::Typing>> typed;
    Status status;
    Status read_answer;
    std::vector<api::ReadRequest> reads;

    /// The text of the last request.
    std::string text() const {
        const auto* text = std::get_if<bridge::whatsapp::content::Text>(&requests.back().content.body);
        return text ? text->text : std::string{};
    }
};

class FakePresence final : public api::Presence {
public:
    asio::awaitable<Status> set_available(bool available) override {
        asked.push_back(available ? "available" : "unavailable");
        co_return status;
    }
    asio::awaitable<Status> subscribe(std::string jid) override {
        asked.push_back("subscribe " + jid);
        co_return status;
    }

    std::vector<std::string> asked;
    Status status;
};

/// Files that the test put in; uploads are kept under their own names.
class FakeMedia final : public api::MediaFiles {
public:
    asio::awaitable<Result<api::MediaFile>> fetch(api::Target target) override {
        asked.push_back(target.chat_jid + ' ' + target.message_id);
        co_return answer;
    }
    std::string uploads_folder() const override { return folder; }
    Result<std::string> keep(std::string file_path, std::string file_name) override {
        const std::string id = std::to_string(++kept) + '-' + file_name;
        std::filesystem::rename(file_path, std::filesystem::path{folder} / id);
        return id;
    }

    std::string folder;
    int kept{0};
    Result<api::MediaFile> answer{store::Errc::media_not_found};
    std::vector<std::string> asked;
};

/// A body in the pieces that the test says.
class FakeBody final : public http::RequestBody {
public:
    explicit FakeBody(std::vector<std::string> pieces) : pieces_{std::move(pieces)} {}
    std::optional<std::uint64_t> size() const override { return std::nullopt; }
    asio::awaitable<Result<std::string>> read() override {
        if (next_ == fail_at) co_return common::Error{http::HttpErrc::connection_lost};
        if (next_ == pieces_.size()) co_return std::string{};
        co_return pieces_[next_++];
    }

    std::size_t fail_at{std::string::npos};

private:
    std::vector<std::string> pieces_;
    std::size_t next_{0};
};

/// What a stream handler writes; `leave_after` writes the peer is gone.
class FakeStream final : public http::ResponseStream {
public:
    asio::awaitable<Status> start(unsigned status, std::string content_type) override {
        started = std::to_string(status) + " " + content_type;
        co_return Status{};
    }
    asio::awaitable<Status> write(std::string data) override {
        written += data;
        ++writes;
        if (on_write) on_write(writes);
        if (writes >= leave_after) co_return common::Errc::unavailable;
        co_return Status{};
    }
    bool closing() const noexcept override { return false; }

    std::string started;
    std::string written;
    std::size_t writes{0};
    std::size_t leave_after{1};
    std::function<void(std::size_t)> on_write;
};

/// Removed with everything in it at the end of the test.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "api-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

struct Fixture {
    explicit Fixture(std::string token = "") : service{deps(std::move(token))} {
        service.add_routes(router);
        media.folder = folder.file("uploads");
        std::filesystem::create_directory(media.folder);
    }

    template <class T>
    T run(asio::awaitable<T> task) {
        std::optional<T> result;
        auto keep = [&](std::exception_ptr failure, T value) {
            if (failure) std::rethrow_exception(failure);
            result.emplace(std::move(value));
        };
        asio::co_spawn(io, std::move(task), keep);
        io.restart();
        while (!result && io.run_one() > 0) {
        }
        REQUIRE(result);
        return std::move(*result);
    }

    http::Response ask(http::Request request) {
        for (const auto& filter : router.table().filters) {
            if (auto refused = filter(request)) return *refused;
        }
        const auto match = router.table().match(request);
        REQUIRE(match.route);
        const auto& handler = std::get<http::Handler>(match.route->action);
        const auto answer = run(handler(request));
        return answer ? *answer : router.table().error_responder(answer.error(), request);
    }
    http::Response get(const std::string& target, std::vector<std::pair<std::string, std::string>> headers = {}) {
        auto request = request_for("GET", target);
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        return ask(std::move(request));
    }
    http::Response post(
        const std::string& target, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}
    ) {
        auto request = request_for("POST", target);
        request.body = std::move(body);
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        return ask(std::move(request));
    }
    http::Response upload(
        const std::string& target,
        std::vector<std::string> pieces,
        std::vector<std::pair<std::string, std::string>> headers = {}
    ) {
        FakeBody body{std::move(pieces)};
        return upload(target, body, std::move(headers));
    }
    http::Response upload(
        const std::string& target, FakeBody& body, std::vector<std::pair<std::string, std::string>> headers = {}
    ) {
        auto request = request_for("POST", target);
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        const auto match = router.table().match(request);
        REQUIRE(match.route);
        const auto& handler = std::get<http::detail::UploadRoute>(match.route->action).handler;
        const auto answer = run(handler(request, body));
        return answer ? *answer : router.table().error_responder(answer.error(), request);
    }
    /// What would be sent of a response with a source.
    std::string content_of(const http::Response& response) {
        std::string content;
        while (response.source) {
            auto piece = run(response.source->read());
            REQUIRE(piece);
            if (piece->empty()) break;
            content += *piece;
        }
        return content;
    }
    http::Response remove(const std::string& target) { return ask(request_for("DELETE", target)); }
    /// The event stream's answer when it refuses; what it wrote is in `stream`.
    http::Response follow(const std::string& target, FakeStream& stream, std::string last_event_id = "") {
        auto request = request_for("GET", target);
        if (!last_event_id.empty()) request.headers.add("Last-Event-ID", last_event_id);
        const auto match = router.table().match(request);
        REQUIRE(match.route);
        const auto& handler = std::get<http::StreamHandler>(match.route->action);
        const auto answer = run(handler(request, stream));
        return answer ? *answer : router.table().error_responder(answer.error(), request);
    }

    static http::Request request_for(std::string method, const std::string& target) {
        http::Request request;
        request.method = std::move(method);
        request.target = target;
        const auto question = target.find('?');
        request.path = http::percent_decode(target.substr(0, question));
        std::string rest = question == std::string::npos ? "" : target.substr(question + 1);
        while (!rest.empty()) {
            const std::string pair = rest.substr(0, rest.find('&'));
            rest = pair.size() == rest.size() ? "" : rest.substr(pair.size() + 1);
            const auto equals = pair.find('=');
            request.query.emplace_back(pair.substr(0, equals), http::percent_decode(pair.substr(equals + 1)));
        }
        request.remote_address = "127.0.0.1";
        request.remote_is_loopback = true;
        return request;
    }

    void apply(std::vector<store::Change> changes) {
        const auto applied = run(messages->apply(std::move(changes)));
        INFO((applied ? std::string{} : applied.error().message()));
        REQUIRE(applied);
    }
    static store::AddMessage text_from(const store::Party& who, std::string id, std::string text, std::int64_t time) {
        store::AddMessage message;
        message.chat = who;
        message.sender = who;
        message.id = std::move(id);
        message.text = std::move(text);
        message.time = at(time);
        message.status = "received";
        return message;
    }

    Folder folder;
    asio::io_context io;
    common::FakeClock clock{common::UnixMillis{std::chrono::milliseconds{1'760'000'000'000}}};
    FakeSession session;
    FakeSender sender;
    FakePresence presence;
    FakeMedia media;
    std::string not_ready;
    std::unique_ptr<store::Store> messages{open_store()};
    bridge::eventlog::EventLog event_log{io.get_executor(), *messages};
    http::Router router;
    api::Api service;

private:
    std::unique_ptr<store::Store> open_store() {
        store::Options options;
        options.path = folder.file("messages.db");
        auto opened = store::Store::open(std::move(options), clock);
        INFO((opened ? std::string{} : opened.error().message()));
        REQUIRE(opened);
        return std::move(*opened);
    }
    api::Deps deps(std::string token) {
        return {
            session,
            sender,
            presence,
            media,
            *messages,
            event_log,
            clock,
            io.get_executor(),
            std::move(token),
            [] { return std::string{"wa_up 1\n"}; },
            [this] { return not_ready; },
            std::chrono::milliseconds{30}};
    }
};

inline const store::Party maya{"15550001111@s.whatsapp.net", "100000000000001@lid"};
inline const store::Party omar{"15550002222@s.whatsapp.net", ""};

inline common::json::Document json_of(const http::Response& response) {
    auto document = common::json::Document::parse(response.body);
    INFO(response.body);
    REQUIRE(document);
    return std::move(*document);
}
inline std::string detail_of(const http::Response& response) {
    return json_of(response).root()["detail"].string_or("");
}

}  // namespace tests::api
