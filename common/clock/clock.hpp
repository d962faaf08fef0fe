/// Time as an argument: only this room asks the system what time it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common {

using UnixTime = std::chrono::sys_seconds;
using UnixMillis = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
public:
    virtual ~Clock() = default;
    virtual UnixMillis now_ms() const = 0;
    UnixTime now() const { return std::chrono::floor<std::chrono::seconds>(now_ms()); }
};

/// The machine's clock.
class SystemClock final : public Clock {
public:
    UnixMillis now_ms() const override;
};

/// A clock that tests move by hand.
class FakeClock final : public Clock {
public:
    explicit FakeClock(UnixMillis start) : now_{start.time_since_epoch().count()} {}
    UnixMillis now_ms() const override { return UnixMillis{std::chrono::milliseconds{now_}}; }
    void advance(std::chrono::milliseconds by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_;  ///< threads under test read it
};

/// "2026-01-31T12:00:00Z" (RFC 3339, UTC).
std::string to_rfc3339(UnixTime time);

/// "2026-01-31", "2026-01-31T12:00", "2026-01-31 12:00:00.5+01:00", "…Z": RFC 3339 and the looser forms that people and
/// programs write; without an offset it is UTC. Fractions are dropped. Nothing for any other text; a leap second (:60)
/// is other text, as a Unix time has no place for it.
std::optional<UnixTime> parse_time(std::string_view text);

}  // namespace common
