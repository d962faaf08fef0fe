#include "tests/gateway/support/fake_bridge.hpp"

#include "common/json/json.hpp"

#include <stdexcept>
#include <utility>

namespace tests::gateway {
namespace {

using common::Result;
using common::http::Request;
using common::http::Response;

std::string line_of(const common::contract::Event& event) {
    return "id: " + std::to_string(event.seq) + "\nevent: " + event.type + "\ndata: " + event.data + "\n\n";
}

}  // namespace

FakeBridge::FakeBridge(asio::any_io_executor executor) : executor_{executor}, changed_{executor} {
    const auto handler = [this](const Request& request) { return serve(request); };
    for (const auto* path : {
             "/api/session",
             "/api/contacts",
             "/api/contacts/{phone}/chats",
             "/api/chats",
             "/api/chats/{jid}",
             "/api/chats/by-phone/{phone}",
             "/api/chats/{jid}/messages",
             "/api/messages/{id}/context",
             "/api/deliveries/{id}",
         }) {
        router_.add("GET", path, handler);
    }
    router_.add("POST", "/api/messages/search", handler);
    router_.add("POST", "/api/chats/{jid}/read", handler);
    router_.add("POST", "/api/send", handler);
    router_.add("GET", "/health", [this](const Request&) { return health(); });
    router_.add_stream("GET", "/api/events", [this](const Request& request, common::http::ResponseStream& out) {
        return stream_events(request, out);
    });
    answer("GET /api/session", 200, R"({"state":"online"})");
}

void FakeBridge::start() {
    common::http::ServerOptions options;
    options.port = port_;
    server_ = std::make_unique<common::http::Server>(executor_, router_, options);
    if (const auto listening = server_->listen(); !listening) throw std::runtime_error{listening.error().message()};
    port_ = server_->port();
    tasks_ = std::make_unique<common::TaskGroup>(executor_);
    tasks_->spawn(server_->run());
}

asio::awaitable<void> FakeBridge::stop() {
    break_streams();
    co_await server_->drain(std::chrono::milliseconds{50});
    tasks_->cancel();
    co_await tasks_->join();
    server_.reset();
}

std::string FakeBridge::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void FakeBridge::answer(const std::string& route, unsigned status, std::string body) {
    Canned canned;
    canned.status = status;
    canned.body = std::move(body);
    answers_[route] = std::move(canned);
}

FakeBridge::Answer FakeBridge::serve(const Request& request) {
    if (request.path != "/api/session") {
        asked.push_back(request.method + " " + request.target);
        last_body = request.body;
        last_headers = request.headers;
    }
    const auto place = answers_.find(request.method + " " + request.path);
    if (place == answers_.end()) co_return Response{404, "application/json", R"({"detail":"Not found"})"};
    const Canned canned = place->second;
    if (canned.hang) {
        const auto waited = co_await common::sleep_for(std::chrono::hours{1});
        if (!waited) co_return waited.error();
    }
    Response response{canned.status, "application/json", canned.body};
    if (canned.status == 503) response.headers.set("Retry-After", "7");
    co_return response;
}

FakeBridge::Answer FakeBridge::health() {
    common::json::Writer out;
    out.object().field("status", "healthy").field("newest_seq", newest_).field("oldest_cursor", oldest_cursor_).end();
    co_return Response{200, "application/json", out.take()};
}

FakeBridge::Answer FakeBridge::stream_events(const Request& request, common::http::ResponseStream& out) {
    std::int64_t cursor = std::stoll(std::string{request.query_value("after").value_or("0")});
    if (cursor < oldest_cursor_) {
        common::json::Writer gone;
        gone.object().field("detail", "too old").field("oldest", oldest_cursor_).end();
        co_return Response{410, "application/json", gone.take()};
    }
    const int generation = generation_;
    ++streams_opened;
    ++streams_;
    struct Left {
        std::size_t& count;
        ~Left() { --count; }
    };
    const Left left{streams_};
    const auto started = co_await out.start(200, "text/event-stream");
    if (!started) co_return started.error();
    while (generation == generation_ && !out.closing()) {
        std::string batch;
        for (const auto& event : events_) {
            if (event.seq <= cursor) continue;
            cursor = event.seq;
            batch += line_of(event);
        }
        if (batch.empty()) batch = ": alive\n\n";
        const auto written = co_await out.write(std::move(batch));
        if (!written) co_return written.error();
        const auto waited = co_await changed_.wait(std::chrono::milliseconds{100});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
    co_return Response{};
}

void FakeBridge::publish(const std::string& type, const std::string& data) {
    common::contract::Event event;
    event.seq = ++newest_;
    event.type = type;
    event.data = data;
    events_.push_back(std::move(event));
    changed_.notify();
}

void FakeBridge::break_streams() {
    ++generation_;
    changed_.notify();
}

void FakeBridge::forget_up_to(std::int64_t seq) {
    oldest_cursor_ = seq;
    while (!events_.empty() && events_.front().seq <= seq) events_.pop_front();
}

}  // namespace tests::gateway
