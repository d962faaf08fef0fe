#include "tests/gateway/support/world.hpp"

#include "common/log/log.hpp"

#include <utility>

namespace tests::gateway {
namespace {

using common::http::Response;

constexpr std::chrono::seconds patience{10};

}  // namespace

Listener::Listener(asio::io_context& io, std::string url)
    : io_{io}, tasks_{std::make_unique<common::TaskGroup>(io.get_executor())} {
    tasks_->spawn(run(std::move(url)));
}

Listener::~Listener() { leave(); }

asio::awaitable<void> Listener::run(std::string url) {
    common::http::WsClientOptions options;
    options.url = std::move(url);
    auto socket = co_await common::http::connect_websocket(std::move(options));
    if (!socket) {
        refusal_ = socket.error().detail();
        ended_ = true;
        co_return;
    }
    socket_ = std::move(*socket);
    while (!paused_) {
        auto message = co_await socket_->receive();
        if (!message) break;
        frames_.push_back(std::move(message->data));
    }
    ended_ = !paused_;
}

void Listener::send(std::string text) { tasks_->spawn(say(std::move(text))); }

asio::awaitable<void> Listener::say(std::string text) {
    const auto sent = co_await socket_->send_text(text);
    if (!sent) ended_ = true;
}

void Listener::leave() {
    if (!tasks_) return;
    tasks_->cancel();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (tasks_->size() > 0 && std::chrono::steady_clock::now() < deadline) {
        io_.restart();
        io_.run_one_for(std::chrono::milliseconds{20});
    }
    tasks_.reset();
    socket_.reset();
}

std::vector<std::int64_t> Listener::seqs() const {
    std::vector<std::int64_t> out;
    for (const auto& frame : frames_) {
        const auto document = parsed(frame);
        if (const auto seq = document.root()["seq"].integer()) out.push_back(*seq);
    }
    return out;
}

World::World(std::function<void(Options&)> change) : bridge{io.get_executor()}, change_{std::move(change)} {
    common::log::configure("error", false);
    bridge.start();
    client_ = std::make_unique<common::http::Client>(io.get_executor(), common::http::ClientOptions{});
    start_gateway();
}

World::~World() {
    if (gateway_) stop_gateway();
    await(bridge.stop());
}

void World::start_gateway() {
    Options options;
    options.server.port = port_;
    options.bridge.url = bridge.url();
    options.bridge.probe_interval = std::chrono::milliseconds{20};
    options.bridge.shortest_retry = std::chrono::milliseconds{10};
    options.bridge.longest_retry = std::chrono::milliseconds{50};
    if (change_) change_(options);
    gateway_ = std::make_unique<::gateway::app::Gateway>(io.get_executor(), std::move(options), clock);
    if (const auto started = gateway_->start(); !started) throw std::runtime_error{started.error().message()};
    port_ = gateway_->port();
}

void World::stop_gateway() {
    await(gateway_->stop());
    gateway_.reset();
}

Response World::ask(
    const std::string& method, const std::string& path, std::string body, common::http::Headers headers
) {
    common::http::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    request.headers = std::move(headers);
    request.body = std::move(body);
    auto response = await(client_->send(std::move(request)));
    if (!response) throw std::runtime_error{response.error().message()};
    return std::move(*response);
}

Response World::get(const std::string& path, common::http::Headers headers) {
    return ask("GET", path, "", std::move(headers));
}

Response World::post(const std::string& path, std::string body, common::http::Headers headers) {
    return ask("POST", path, std::move(body), std::move(headers));
}

std::unique_ptr<Listener> World::listen(const std::string& query) {
    auto listener = std::make_unique<Listener>(io, "ws://127.0.0.1:" + std::to_string(port_) + "/ws/messages" + query);
    until([&] { return listener->connected() || listener->ended(); });
    return listener;
}

void World::until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error{"what the test waits for did not happen"};
        io.restart();
        io.run_one_for(std::chrono::milliseconds{20});
    }
}

void World::settle(std::chrono::milliseconds time) {
    io.restart();
    io.run_for(time);
}

void World::await(asio::awaitable<void> op) {
    bool ended = false;
    auto keep = [&](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
        ended = true;
    };
    asio::co_spawn(io, std::move(op), keep);
    until([&] { return ended; });
}

common::json::Document parsed(const std::string& text) {
    auto document = common::json::Document::parse(text);
    if (!document) throw std::runtime_error{"not JSON: " + text};
    return std::move(*document);
}

}  // namespace tests::gateway
