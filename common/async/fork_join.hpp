/// Blocking work split over threads: for code that runs on a worker already (`run_on`), never on the io thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <span>

namespace common {

/// Runs all tasks and returns when the last one has ended; they may run at the same time. The caller works too, on what
/// nobody else has begun, so this also ends when `helpers` is busy or has the caller as its only thread. Tasks go in
/// order: put the longest first. What a task throws is thrown here, once all have ended.
void fork_join(const boost::asio::any_io_executor& helpers, std::span<const std::function<void()>> tasks);

}  // namespace common
