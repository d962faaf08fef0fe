// Time texts of API callers: a time or nothing, and what is a time survives writing and reading.
#include "common/clock/clock.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto time = common::parse_time({reinterpret_cast<const char*>(data), size});
    // Beyond the years of four digits (an offset may lead there) there is no text to read again.
    const auto first = common::parse_time("0000-01-01");
    const auto last = common::parse_time("9999-12-31T23:59:59Z");
    if (time && *time >= *first && *time <= *last && common::parse_time(common::to_rfc3339(*time)) != time)
        std::abort();
    return 0;
}
