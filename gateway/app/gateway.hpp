/// The gateway put together: one io thread, all doors, the link to the bridge, start and graceful end.
#pragma once

#include "common/http/server.hpp"
#include "common/metrics/metrics.hpp"
#include "gateway/auth/access.hpp"
#include "gateway/bridge_link/event_feed.hpp"
#include "gateway/operations/operations.hpp"
#include "gateway/rest/rest.hpp"
#include "gateway/ws/hub.hpp"

namespace gateway::app {

namespace asio = common::asio;

struct Options {
    common::http::ServerOptions server;
    bridge_link::Options bridge;
    ws::HubOptions hub;
    common::SecretBytes api_key;  ///< empty: none, then only loopback may be listened on
};

class Gateway {
public:
    /// `clock` outlives the gateway.
    Gateway(asio::any_io_executor executor, Options options, const common::Clock& clock);

    /// Binds and begins to follow the bridge; fails with a sentence for the person who started the program in `text`
    /// or `detail`.
    common::Status start();
    std::uint16_t port() const noexcept { return server_.port(); }
    /// Lets running requests end, says goodbye to WebSockets, ends everything. After it nothing runs any more.
    asio::awaitable<void> stop();

    const ws::Hub& hub() const noexcept { return hub_; }

private:
    common::http::Router make_router();

    auth::Access access_;
    common::metrics::Registry metrics_;
    bridge_link::Bridge bridge_;
    operations::Operations operations_;
    rest::Rest rest_;
    ws::Hub hub_;
    bridge_link::EventFeed feed_;
    std::string host_;
    common::http::Router router_;
    common::http::Server server_;
    common::TaskGroup tasks_;
};

}  // namespace gateway::app
