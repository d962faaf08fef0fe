/// The WebSocket door: `/ws/messages?since=SEQ&types=a,b&chat=JID`, fed from the bridge's event stream.
///
/// Frames are `{"type","seq","data"}`. A client that names its last `seq` gets everything after it, once: from memory,
/// or from the bridge when that does not reach back far enough. A cursor older than what is kept ends with close code
/// 4410 and the oldest cursor that works as the reason. A client that does not read is cut and may resume. Any text is
/// answered with `{"type":"pong"}`, as the original does.
#pragma once

#include "common/http/server.hpp"
#include "common/metrics/metrics.hpp"
#include "gateway/bridge_link/event_feed.hpp"
#include "gateway/ws/ring.hpp"
#include "gateway/ws/slots.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::ws {

namespace asio = common::asio;
using common::Result;
using common::Status;

struct HubOptions {
    std::size_t max_frames{4'096};  ///< kept in memory
    std::size_t max_bytes{2U << 20};
    std::size_t max_clients{9'000};
    std::size_t max_catching_up{16};  ///< clients that are served from the bridge at a time
    std::chrono::milliseconds ping_interval{30'000};
};

class Hub final : public bridge_link::FeedListener {
public:
    static constexpr std::uint16_t close_too_old = 4410;

    /// `bridge` and `metrics` outlive the hub; the hub outlives the server that runs its routes.
    Hub(asio::any_io_executor executor,
        bridge_link::Bridge& bridge,
        common::metrics::Registry& metrics,
        HubOptions options);
    ~Hub() override;

    void add_to(common::http::Router& router);
    /// Pings every client now and then, so that proxies keep idle connections and dead ones come to light. Until
    /// cancelled.
    asio::awaitable<void> keep_alive();
    std::size_t clients() const noexcept { return connected_; }

    void on_start(std::int64_t after, std::int64_t newest) override;
    asio::awaitable<void> on_event(common::contract::Event event) override;
    void on_gap(std::int64_t oldest_cursor) override;

private:
    struct Client;

    asio::awaitable<std::optional<common::http::Response>> admit(const common::http::Request& request);
    asio::awaitable<void> serve(const common::http::Request& request, common::http::WebSocket& socket);
    asio::awaitable<void> converse(Client& client);
    asio::awaitable<void> catch_up(Client& client);
    asio::awaitable<Status> catch_up_further(Client& client);
    asio::awaitable<Status> replay_from_bridge(Client& client);
    asio::awaitable<Status> check_future_cursor(Client& client);
    asio::awaitable<Status> deliver(Client& client, Frame frame);
    asio::awaitable<void> turn_away(Client& client, std::int64_t oldest);
    void begin(Client& client, bool resumes);
    bool try_join(Client& client);
    void join(Client& client);
    void leave(Client& client);
    void broadcast(const Frame& frame);
    bool push_or_leave(Client& client, std::shared_ptr<const std::string> frame);

    asio::any_io_executor executor_;
    bridge_link::Bridge& bridge_;
    HubOptions options_;
    Ring ring_;
    std::int64_t newest_{0};
    std::vector<Client*> live_;  ///< get every frame as it comes
    std::size_t connected_{0};
    Slots slots_;  ///< of those who are catching up
    common::metrics::Gauge clients_metric_;
    common::metrics::Counter delivered_;
    common::metrics::Counter cut_;
};

}  // namespace gateway::ws
