/// What every request that ends in a message may say about its way: id, time, waiting, idempotency.
#pragma once

#include "bridge/api/detail/fields.hpp"
#include "bridge/api/ports.hpp"
#include "common/http/message.hpp"

#include <chrono>

namespace bridge::api::detail {

/// Longest `wait` of a send.
inline constexpr std::chrono::milliseconds longest_wait{25'000};

/// `id`, `send_at` and `wait` of the body, `Idempotency-Key` of the headers.
SendOptions read_send_options(Fields& body, const common::http::Headers& headers);

}  // namespace bridge::api::detail
