/// Forgets what storage need not keep any longer: retries that were given up, sends that ended long ago.
#pragma once

#include "bridge/whatsapp/client/core.hpp"

#include <chrono>

namespace bridge::whatsapp::client {

class Housekeeping {
public:
    /// Sends are kept this long to answer retry receipts (protocol part 2, section 6.10), idempotency keys with them.
    static constexpr std::chrono::days lifetime{7};

    explicit Housekeeping(Core& core) : core_{core} {}
    /// Tidies soon after the start and then every `Options::tidy_interval` or so, until cancelled.
    asio::awaitable<void> run();
    /// One pass, in one transaction.
    asio::awaitable<Status> tidy();

private:
    Core& core_;
};

}  // namespace bridge::whatsapp::client
