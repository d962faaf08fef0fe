/// One request and its answer on a server connection, and what the connection's source files share.
#pragma once

#include "common/http/detail/connection.hpp"

namespace common::http::detail {

constexpr std::chrono::milliseconds no_limit{0};

struct Connection::Exchange {
    Parser parser{Parser::For::request};
    Request request;
    Match match;
    bool keep_alive{true};
    SteadyTime begun{std::chrono::steady_clock::now()};
};

/// To be awaited by a coroutine that was cancelled and still has something to say.
inline auto fresh_start() { return asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation()); }

/// Logs what a handler threw: a bug of ours.
void report(const std::exception_ptr& failure, std::string_view pattern);

}  // namespace common::http::detail
