/// Counters, gauges and histograms, rendered for Prometheus. The only room that includes prometheus-cpp.
///
/// Ask the registry once, at start, and keep the handle: an increment is an atomic addition, a look-up is not. Labels
/// hold few, known values (a route, a kind of stanza), never a JID, a message id or anything else that grows with
/// traffic.
///
///     metrics::Counter received = registry.counter("wa_messages_received_total", "messages opened", {{"type",
///     "text"}}); received.add();
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace common::metrics {

using Labels = std::map<std::string, std::string>;

/// Only grows. Handles are cheap to copy, may be used from any thread and live as long as their registry.
class Counter {
public:
    void add(double by = 1);
    double value() const;

private:
    friend class Registry;
    explicit Counter(prometheus::Counter& native) : native_{&native} {}
    prometheus::Counter* native_;
};

/// Goes up and down.
class Gauge {
public:
    void set(double value);
    void add(double by);
    double value() const;

private:
    friend class Registry;
    explicit Gauge(prometheus::Gauge& native) : native_{&native} {}
    prometheus::Gauge* native_;
};

/// Counts observations per bucket; the unit is in the name (`_seconds`, `_bytes`).
class Histogram {
public:
    void observe(double value);

private:
    friend class Registry;
    explicit Histogram(prometheus::Histogram& native) : native_{&native} {}
    prometheus::Histogram* native_;
};

/// Upper bounds in seconds that suit everything from a store query to a slow network.
std::vector<double> latency_buckets();

/// All metrics of a process. The same name and labels give the same metric again; a name used as two types, or one that
/// Prometheus does not allow, is a bug of ours and throws.
class Registry {
public:
    Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry();

    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// `buckets`: ascending upper bounds; one for infinity is added.
    Histogram histogram(
        const std::string& name, const std::string& help, const std::vector<double>& buckets, const Labels& labels = {}
    );

    /// The text exposition format 0.0.4; its media type is `content_type`.
    std::string render() const;
    static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace common::metrics
