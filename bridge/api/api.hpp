/// The local HTTP API of the bridge (design, section 4; described by /openapi.json): translation between HTTP and the
/// ports (ports.hpp), the message store and the event log. Decides who may call; everything else is others'
/// business.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/eventlog/eventlog.hpp"
#include "bridge/store/store.hpp"
#include "common/clock/clock.hpp"
#include "common/http/server.hpp"

#include <functional>
#include <string>
#include <vector>

namespace bridge::api {

/// What the API stands on; the references outlive it.
struct Deps {
    Session& session;
    Sender& sender;
    Presence& presence;
    MediaFiles& media;
    store::Store& store;
    eventlog::EventLog& event_log;
    const common::Clock& clock;
    common::asio::any_io_executor worker;  ///< where files are read and written
    std::string token;                     ///< shared secret; "" serves loopback only
    std::function<std::string()> metrics;  ///< Prometheus text
    std::function<std::string()>
        not_ready;  ///< why the program around is not ready (starting, stopping); "" when it is
    std::chrono::milliseconds heartbeat{15'000};  ///< silence on an event stream after which a comment is sent
};

struct Route {
    std::string method;
    std::string pattern;
    friend auto operator<=>(const Route&, const Route&) = default;
};

class Api {
public:
    explicit Api(Deps deps);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// All routes, the filter that decides who may call, and the error responder. The API outlives the router's use.
    void add_routes(common::http::Router& router);
    /// What `add_routes` added.
    const std::vector<Route>& routes() const noexcept { return routes_; }

private:
    Deps deps_;
    std::vector<Route> routes_;
};

}  // namespace bridge::api
