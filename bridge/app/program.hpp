/// The bridge as a whole: stores, client, event log and local API, wired, run and ended in order.
#pragma once

#include "bridge/app/settings.hpp"
#include "common/result/result.hpp"

namespace bridge::app {

/// Until SIGTERM or SIGINT; the exit status. Blocking. Problems at start are printed.
int run_program(const Settings& settings);

}  // namespace bridge::app
