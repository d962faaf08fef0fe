#include "common/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace common::metrics {

struct Registry::State {
    prometheus::Registry native;
};

void Counter::add(double by) { native_->Increment(by); }
double Counter::value() const { return native_->Value(); }

void Gauge::set(double value) { native_->Set(value); }
void Gauge::add(double by) { native_->Increment(by); }
double Gauge::value() const { return native_->Value(); }

void Histogram::observe(double value) { native_->Observe(value); }

std::vector<double> latency_buckets() {
    return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

Registry::Registry() : state_{std::make_unique<State>()} {}
Registry::~Registry() = default;

Counter Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
    return Counter{prometheus::BuildCounter().Name(name).Help(help).Register(state_->native).Add(labels)};
}

Gauge Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    return Gauge{prometheus::BuildGauge().Name(name).Help(help).Register(state_->native).Add(labels)};
}

Histogram Registry::histogram(
    const std::string& name, const std::string& help, const std::vector<double>& buckets, const Labels& labels
) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->native);
    return Histogram{family.Add(labels, buckets)};
}

std::string Registry::render() const { return prometheus::TextSerializer{}.Serialize(state_->native.Collect()); }

}  // namespace common::metrics
