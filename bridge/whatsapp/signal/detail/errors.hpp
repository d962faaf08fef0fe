/// libsignal's numbers as our errors.
#pragma once

#include "bridge/whatsapp/signal/signal.hpp"

namespace bridge::whatsapp::signal::detail {

/// For negative codes only (protocol part 2, section 6.3).
Errc errc_of(int code) noexcept;

}  // namespace bridge::whatsapp::signal::detail
