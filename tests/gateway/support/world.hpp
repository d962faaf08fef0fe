/// A gateway in front of a fake bridge, and the clients that use it; everything on one io_context that a test turns.
#pragma once

#include "common/http/client.hpp"
#include "common/json/json.hpp"
#include "gateway/app/gateway.hpp"
#include "tests/gateway/support/fake_bridge.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>

namespace tests::gateway {

/// A WebSocket client that keeps what it was sent.
class Listener {
public:
    Listener(asio::io_context& io, std::string url);
    ~Listener();

    bool connected() const noexcept { return socket_ != nullptr; }
    bool ended() const noexcept { return ended_; }
    const std::string& refusal() const noexcept { return refusal_; }  ///< HTTP status of a refused upgrade
    const std::vector<std::string>& frames() const noexcept { return frames_; }
    /// `seq` of every frame that has one.
    std::vector<std::int64_t> seqs() const;
    void send(std::string text);
    /// Leaves without a goodbye.
    void leave();
    void pause_reading() { paused_ = true; }

private:
    asio::awaitable<void> run(std::string url);
    asio::awaitable<void> say(std::string text);

    asio::io_context& io_;
    std::unique_ptr<common::http::WebSocket> socket_;
    std::vector<std::string> frames_;
    std::string refusal_;
    bool paused_{false};
    bool ended_{false};
    std::unique_ptr<common::TaskGroup> tasks_;
};

class World {
public:
    using Options = ::gateway::app::Options;
    explicit World(std::function<void(Options&)> change = {});
    ~World();

    asio::io_context io{1};
    FakeBridge bridge;
    common::SystemClock clock;

    ::gateway::app::Gateway& gateway() { return *gateway_; }
    void start_gateway();  ///< on the same port as before
    void stop_gateway();

    common::http::Response get(const std::string& path, common::http::Headers headers = {});
    common::http::Response post(const std::string& path, std::string body, common::http::Headers headers = {});
    common::http::Response ask(
        const std::string& method, const std::string& path, std::string body, common::http::Headers headers
    );
    std::unique_ptr<Listener> listen(const std::string& query);

    /// Turns the io_context until `done`; throws after ten seconds.
    void until(const std::function<bool()>& done);
    /// Turns it for a while, for things that must not happen.
    void settle(std::chrono::milliseconds time = std::chrono::milliseconds{50});

    template <class T>
    T await(asio::awaitable<T> op) {
        std::optional<T> result;
        auto keep = [&](std::exception_ptr failure, T value) {
            if (failure) std::rethrow_exception(failure);
            result.emplace(std::move(value));
        };
        asio::co_spawn(io, std::move(op), keep);
        until([&] { return result.has_value(); });
        return std::move(*result);
    }
    void await(asio::awaitable<void> op);

private:
    std::function<void(Options&)> change_;
    std::uint16_t port_{0};
    std::unique_ptr<::gateway::app::Gateway> gateway_;
    std::unique_ptr<common::http::Client> client_;
};

common::json::Document parsed(const std::string& text);

}  // namespace tests::gateway
