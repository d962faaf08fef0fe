#include "common/clock/clock.hpp"

namespace common {

UnixMillis SystemClock::now_ms() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace common
