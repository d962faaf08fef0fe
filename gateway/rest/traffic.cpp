#include "gateway/rest/traffic.hpp"

namespace gateway::rest {

void Traffic::count(std::string_view method, std::string_view pattern, unsigned status, std::chrono::nanoseconds took) {
    // Without a route the method is whatever the client wrote.
    Series& series = pattern.empty() ? series_of("", "none") : series_of(method, pattern);
    series.duration.observe(std::chrono::duration<double>{took}.count());
    const unsigned kind = status / 100;
    auto place = series.by_class.find(kind);
    if (place == series.by_class.end()) {
        const common::metrics::Labels labels{
            {"method", pattern.empty() ? "" : std::string{method}},
            {"route", pattern.empty() ? "none" : std::string{pattern}},
            {"status", std::to_string(kind) + "xx"}};
        place =
            series.by_class.emplace(kind, metrics_.counter("gateway_http_requests_total", "answered requests", labels))
                .first;
    }
    place->second.add();
}

Traffic::Series& Traffic::series_of(std::string_view method, std::string_view pattern) {
    key_.assign(method).append(1, ' ').append(pattern);
    const auto place = series_.find(key_);
    if (place != series_.end()) return place->second;
    const common::metrics::Labels labels{{"method", std::string{method}}, {"route", std::string{pattern}}};
    auto duration = metrics_.histogram(
        "gateway_http_request_seconds", "time from request to answer", common::metrics::latency_buckets(), labels
    );
    return series_.emplace(key_, Series{duration, {}}).first->second;
}

}  // namespace gateway::rest
