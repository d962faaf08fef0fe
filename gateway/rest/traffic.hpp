/// Counts answered requests for /metrics, by method, route and class of status.
#pragma once

#include "common/metrics/metrics.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace gateway::rest {

class Traffic {
public:
    /// `metrics` outlives this.
    explicit Traffic(common::metrics::Registry& metrics) : metrics_{metrics} {}
    /// `pattern` is the route, "" when there is none: a value from a small, known set.
    void count(std::string_view method, std::string_view pattern, unsigned status, std::chrono::nanoseconds took);

private:
    struct Series {
        common::metrics::Histogram duration;
        std::map<unsigned, common::metrics::Counter> by_class;  ///< 2 for 2xx
    };
    Series& series_of(std::string_view method, std::string_view pattern);

    common::metrics::Registry& metrics_;
    std::map<std::string, Series, std::less<>> series_;
    std::string key_;  ///< kept, so that looking up a route allocates nothing
};

}  // namespace gateway::rest
