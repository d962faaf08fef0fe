#include "gateway/app/gateway.hpp"

#include "gateway/pages/pages.hpp"

#include <utility>

namespace gateway::app {
namespace {

constexpr std::chrono::milliseconds drain_limit{3'000};

}  // namespace

Gateway::Gateway(asio::any_io_executor executor, Options options, const common::Clock& clock)
    : access_{std::move(options.api_key)},
      bridge_{executor, std::move(options.bridge), clock},
      operations_{bridge_},
      rest_{operations_, metrics_},
      hub_{executor, bridge_, metrics_, options.hub},
      feed_{bridge_, hub_},
      host_{options.server.host},
      router_{make_router()},
      server_{executor, router_, std::move(options.server)},
      tasks_{executor} {}

common::http::Router Gateway::make_router() {
    common::http::Router router;
    router.add_filter([this](const common::http::Request& request) { return access_.refuse(request); });
    rest_.add_to(router);
    hub_.add_to(router);
    pages::add_to(router);
    return router;
}

common::Status Gateway::start() {
    if (auto allowed = access_.may_listen(host_); !allowed) return allowed;
    if (auto listening = server_.listen(); !listening) return listening;
    tasks_.spawn(bridge_.watch());
    tasks_.spawn(feed_.run());
    tasks_.spawn(hub_.keep_alive());
    tasks_.spawn(server_.run());
    return {};
}

asio::awaitable<void> Gateway::stop() {
    co_await server_.drain(drain_limit);
    tasks_.cancel();
    co_await tasks_.join();
}

}  // namespace gateway::app
