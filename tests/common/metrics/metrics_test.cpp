#include "common/metrics/metrics.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>

namespace metrics = common::metrics;

TEST_CASE("metrics: a counter is rendered with its help, type and labels", "[metrics]") {
    metrics::Registry registry;
    metrics::Counter sent = registry.counter("wa_sent_total", "messages sent", {{"type", "text"}});
    sent.add();
    sent.add(2);
    const std::string text = registry.render();
    CHECK_THAT(text, Catch::Contains("# HELP wa_sent_total messages sent\n"));
    CHECK_THAT(text, Catch::Contains("# TYPE wa_sent_total counter\n"));
    CHECK_THAT(text, Catch::Contains("wa_sent_total{type=\"text\"} 3\n"));
}

TEST_CASE("metrics: a counter never goes down", "[metrics]") {
    metrics::Registry registry;
    metrics::Counter counter = registry.counter("a_total", "a");
    counter.add(5);
    counter.add(-3);
    CHECK(counter.value() == 5);
}

TEST_CASE("metrics: a gauge goes up and down", "[metrics]") {
    metrics::Registry registry;
    metrics::Gauge open = registry.gauge("open_connections", "connections");
    open.set(10);
    open.add(-3);
    CHECK(open.value() == 7);
    CHECK_THAT(registry.render(), Catch::Contains("open_connections 7\n"));
}

TEST_CASE("metrics: a histogram counts into every bucket that is high enough", "[metrics]") {
    metrics::Registry registry;
    metrics::Histogram latency = registry.histogram("latency_seconds", "how long", {0.1, 1});
    latency.observe(0.05);
    latency.observe(0.5);
    latency.observe(5);
    const std::string text = registry.render();
    CHECK_THAT(text, Catch::Contains("latency_seconds_bucket{le=\"0.1\"} 1\n"));
    CHECK_THAT(text, Catch::Contains("latency_seconds_bucket{le=\"1\"} 2\n"));
    CHECK_THAT(text, Catch::Contains("latency_seconds_bucket{le=\"+Inf\"} 3\n"));
    CHECK_THAT(text, Catch::Contains("latency_seconds_count 3\n"));
}

TEST_CASE("metrics: the same name and labels are the same metric", "[metrics]") {
    metrics::Registry registry;
    registry.counter("a_total", "a", {{"x", "1"}}).add();
    registry.counter("a_total", "a", {{"x", "2"}}).add(10);
    CHECK(registry.counter("a_total", "a", {{"x", "1"}}).value() == 1);
    CHECK(registry.counter("a_total", "a", {{"x", "2"}}).value() == 10);
}

TEST_CASE("metrics: label values cannot break out of their quotes", "[metrics]") {
    metrics::Registry registry;
    registry.counter("a_total", "a", {{"x", "\"\n\\"}}).add();
    CHECK_THAT(registry.render(), Catch::Contains("a_total{x=\"\\\"\\n\\\\\"} 1\n"));
}

TEST_CASE("metrics: a name used twice for different things, or malformed, is refused", "[metrics]") {
    metrics::Registry registry;
    registry.counter("a_total", "a");
    CHECK_THROWS(registry.gauge("a_total", "a"));
    CHECK_THROWS(registry.counter("not a name", "a"));
}

TEST_CASE("metrics: additions of several threads all count", "[metrics]") {
    metrics::Registry registry;
    metrics::Counter counter = registry.counter("a_total", "a");
    const auto work = [counter]() mutable {
        for (int i = 0; i < 10'000; ++i) counter.add();
    };
    std::thread one{work};
    std::thread two{work};
    one.join();
    two.join();
    CHECK(counter.value() == 20'000);
}

TEST_CASE("metrics: latency buckets ascend", "[metrics]") {
    const auto buckets = metrics::latency_buckets();
    CHECK(std::is_sorted(buckets.begin(), buckets.end()));
}
