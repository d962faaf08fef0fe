/// The client's counters as Prometheus metrics.
#pragma once

#include "bridge/eventlog/eventlog.hpp"
#include "bridge/whatsapp/client/client.hpp"
#include "common/metrics/metrics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bridge::app {

class ClientMetrics {
public:
    explicit ClientMetrics(const whatsapp::client::Client& client);
    /// Prometheus text of this moment.
    std::string render();
    void request_answered(
        std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took
    );

private:
    struct Total {
        common::metrics::Counter counter;
        std::uint64_t whatsapp::client::Counters::*field;
        std::uint64_t seen{0};
    };
    const whatsapp::client::Client& client_;
    common::metrics::Registry registry_;
    std::vector<Total> totals_;
    common::metrics::Gauge online_;
};

}  // namespace bridge::app
