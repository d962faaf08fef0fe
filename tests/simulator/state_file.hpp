/// What `--data-dir` keeps: the Noise keys, accounts, linked devices with their keys and queues. Signal sessions of
/// phones are not kept; they heal by retry receipts, as after a real reinstallation from a backup.
#pragma once

#include "tests/simulator/server.hpp"

#include <string>

namespace simulator {

enum class StateErrc { unreadable = 1, malformed, unwritable };
common::ErrcInfo describe(StateErrc code) noexcept;

common::Result<NoiseIdentity> load_or_make_identity(const std::string& file);
/// A missing file is an empty network.
common::Status load_state(Server& server, const std::string& file);
/// Written beside and renamed, so that a crash leaves the old or the new state.
common::Status save_state(Server& server, const std::string& file);

}  // namespace simulator
