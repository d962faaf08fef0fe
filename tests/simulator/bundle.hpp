/// Pre-key bundles as they stand in pre-key answers and in retry receipts.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/signal/signal.hpp"

namespace simulator {

/// From `<user>` (registration inside).
common::Result<bridge::whatsapp::signal::PreKeyBundle> parse_bundle(const bridge::whatsapp::Node& user);
/// From a retry receipt's `<keys>`, with `<registration>` beside it.
common::Result<bridge::whatsapp::signal::PreKeyBundle> parse_bundle(
    const bridge::whatsapp::Node& keys, const bridge::whatsapp::Node* registration
);

}  // namespace simulator
