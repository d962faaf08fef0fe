#include "common/http/detail/pool.hpp"

namespace common::http::detail {
namespace {

using namespace std::chrono_literals;

/// Shorter than the idle limit of common servers (60 to 75 s), so that we close first.
constexpr auto max_age = 50s;
constexpr auto cleaning_interval = 10s;

std::string key_of(const Target& target) {
    return (target.tls ? "s " : "p ") + target.host + ' ' + std::to_string(target.port);
}

}  // namespace

void Pool::drop_old(std::chrono::steady_clock::time_point now) {
    if (now - cleaned_ < cleaning_interval) return;
    cleaned_ = now;
    for (auto entry = idle_.begin(); entry != idle_.end();) {
        std::erase_if(entry->second, [&](const Idle& idle) { return now - idle.since > max_age; });
        entry = entry->second.empty() ? idle_.erase(entry) : std::next(entry);
    }
}

std::unique_ptr<ByteStream> Pool::take(const Target& target) {
    const auto now = std::chrono::steady_clock::now();
    drop_old(now);
    const auto found = idle_.find(key_of(target));
    if (found == idle_.end()) return nullptr;
    auto& waiting = found->second;
    while (!waiting.empty()) {
        Idle last = std::move(waiting.back());
        waiting.pop_back();
        if (now - last.since <= max_age && !last.stream->peer_has_closed()) return std::move(last.stream);
    }
    return nullptr;
}

void Pool::give_back(const Target& target, std::unique_ptr<ByteStream> stream) {
    const auto now = std::chrono::steady_clock::now();
    drop_old(now);
    auto& waiting = idle_[key_of(target)];
    if (waiting.size() < max_idle_) waiting.push_back({std::move(stream), now});
}

}  // namespace common::http::detail
