/// What all benchmarks measure with: wall and CPU time, percentiles, lines that compare.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace bench {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// CPU seconds of this process so far, all threads.
inline double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Wall and CPU time of a stretch of work.
struct Stopwatch {
    std::chrono::steady_clock::time_point start{std::chrono::steady_clock::now()};
    double cpu{cpu_seconds()};

    double wall_s() const { return seconds_since(start); }
    double cpu_s() const { return cpu_seconds() - cpu; }
};

/// Milliseconds of single operations.
class Samples {
public:
    void add(double milliseconds) { values_.push_back(milliseconds); }
    double percentile(double p) {
        if (values_.empty()) return 0;
        std::sort(values_.begin(), values_.end());
        const auto at = static_cast<std::size_t>(p / 100 * static_cast<double>(values_.size() - 1) + 0.5);
        return values_[std::min(at, values_.size() - 1)];
    }
    std::size_t size() const { return values_.size(); }

private:
    std::vector<double> values_;
};

}  // namespace bench
