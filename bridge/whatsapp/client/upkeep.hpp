/// Keeps one-time pre-keys on the server (protocol part 1, section 8.5).
#pragma once

#include "bridge/whatsapp/client/core.hpp"

namespace bridge::whatsapp::client {

class PreKeyUpkeep {
public:
    explicit PreKeyUpkeep(Core& core) : core_{core} {}
    /// Counts and uploads when there are few. One at a time; a second call while one runs returns at once.
    asio::awaitable<Status> top_up();

private:
    asio::awaitable<Status> upload(std::size_t count);
    Core& core_;
    bool running_{false};
};

}  // namespace bridge::whatsapp::client
