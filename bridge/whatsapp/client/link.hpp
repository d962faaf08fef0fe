/// The connection and its life: connect, log in or link, keep alive, read, end, and what to do next
/// (protocol part 1, section 8).
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/client/linking.hpp"
#include "bridge/whatsapp/client/processing.hpp"
#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/client/upkeep.hpp"

namespace bridge::whatsapp::client {

/// How a connection ended, as far as the next step depends on it.
enum class Ended {
    lost,           ///< network, 503, unknown: again with back-off
    restart,        ///< 515: again at once
    replaced,       ///< another connection with the same device: stop until asked
    logged_out,     ///< unlinked: forget the link, offer codes
    outdated,       ///< 405: newer version, then again
    refused,        ///< ban and other refusals: stop until asked (or until `refused_until`)
    codes_used_up,  ///< nobody scanned: again at once with new codes
    asked           ///< POST /api/session/reconnect
};

class Link {
public:
    Link(Core& core, Linking& linking, Groups& groups, Processing& processing, Sending& sending, PreKeyUpkeep& upkeep);

    /// For ever, until `stop`.
    asio::awaitable<void> run();
    /// Ends the connection; the loop goes on with the next one, or returns when the core is stopping.
    void end(Ended how, std::string reason);
    /// A person asks to connect now, also after a conflict or refusal.
    void wake();

private:
    asio::awaitable<Status> prepare();
    asio::awaitable<Result<std::unique_ptr<transport::Connection>>> connect();
    asio::awaitable<void> live(transport::Connection& connection);
    asio::awaitable<void> read(transport::Connection& connection);
    asio::awaitable<void> after_success(Node success);
    asio::awaitable<void> guard(asio::awaitable<Status> part, std::string name);
    asio::awaitable<void> next_step();
    asio::awaitable<void> refresh_version(bool needed);
    asio::awaitable<void> forget_link();
    asio::awaitable<void> pause(std::chrono::milliseconds time);

    void dispatch(Node node);
    void on_iq(Node iq);
    void on_failure(const Node& failure);
    void on_stream_error(const Node& error);
    void on_ib(const Node& ib);
    void set_state(events::LinkState state, std::string reason, std::string advice);
    std::chrono::milliseconds back_off();

    Core& core_;
    Linking& linking_;
    Groups& groups_;
    Processing& processing_;
    Sending& sending_;
    PreKeyUpkeep& upkeep_;
    common::Event over_;
    common::Event wake_;
    std::unique_ptr<common::TaskGroup> tasks_;
    bool ended_{true};
    Ended how_{Ended::lost};
    std::string why_;
    bool relink_{false};  ///< logged out: the state stays visible while codes are offered
    bool woken_{false};
    bool success_seen_{false};
    std::optional<std::chrono::steady_clock::time_point> version_checked_;
    std::chrono::seconds banned_for_{0};
};

}  // namespace bridge::whatsapp::client
