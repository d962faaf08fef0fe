/// Server-Sent Events as text.
#pragma once

#include "common/contract/contract.hpp"

#include <string>

namespace bridge::api::detail {

/// `id`, `event` and `data` of one event, with the empty line behind it.
std::string event_text(const common::contract::Event& event);
/// First bytes of a stream: how soon to come back after a loss.
std::string stream_opening();
/// A comment: sign of life.
std::string heartbeat_text();

}  // namespace bridge::api::detail
