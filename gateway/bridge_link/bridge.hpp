/// The gateway's way to the bridge: requests over pooled connections, and what is known of the bridge's state.
///
/// What the requests mean is the business of `operations`; the event stream is followed by `EventFeed`.
#pragma once

#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/http/client.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace gateway::bridge_link {

namespace asio = common::asio;
using common::ErrcInfo;
using common::Kind;
using common::Result;
using common::Status;

enum class Errc { away = 1, slow, refused, unusable_answer, cursor_too_old };
ErrcInfo describe(Errc code) noexcept;

struct Options {
    std::string url{"http://127.0.0.1:8080"};        ///< without a slash at the end
    std::string token;                               ///< shared secret, sent as bearer token; "" for none
    std::chrono::milliseconds answer_limit{25'000};  ///< no request waits longer than this, whatever it asks for
    std::chrono::milliseconds probe_interval{2'000};
    std::chrono::milliseconds shortest_retry{100};  ///< first pause before the event stream is opened again
    std::chrono::milliseconds longest_retry{2'000};
    std::chrono::milliseconds longest_silence{60'000};  ///< of the event stream; the bridge sends a sign of life sooner
};

/// What the last word from the bridge said.
struct State {
    bool reachable{false};
    std::string session{"unknown"};  ///< `state` of GET /api/session
    std::string reason;              ///< why the session is not online; "" otherwise
    std::optional<common::UnixTime> checked_at;
};

using common::http::Headers;
using Reply = common::http::Response;  ///< any status; the body is the bridge's, byte for byte

class Bridge {
public:
    /// `clock` outlives the bridge.
    Bridge(asio::any_io_executor executor, Options options, const common::Clock& clock);

    /// `target` is path and query. Fails with `away` or `slow`; any status of the bridge is a success here, except 401
    /// and 403: those mean our own token and fail with `refused`.
    asio::awaitable<Result<Reply>> get(std::string target, std::chrono::milliseconds limit);
    asio::awaitable<Result<Reply>> post(
        std::string target, std::string body, Headers headers, std::chrono::milliseconds limit
    );

    using OnEvent = std::function<asio::awaitable<Status>(common::http::ServerEvent)>;
    /// GET /api/events after `after` until the stream ends or `on_event` fails (that error is returned). Fails with
    /// `cursor_too_old` when events after `after` are no longer kept.
    asio::awaitable<Status> follow(std::int64_t after, OnEvent on_event);

    /// Asks for the session's state every `probe_interval`, until cancelled.
    asio::awaitable<void> watch();
    const State& state() const noexcept { return state_; }
    const Options& options() const noexcept { return options_; }

private:
    asio::awaitable<Result<Reply>> send(common::http::ClientRequest request);
    common::http::ClientRequest request_to(std::string target) const;
    asio::awaitable<void> probe();
    void heard();
    void lost(const common::Error& why);

    Options options_;
    const common::Clock& clock_;
    common::http::Client client_;
    State state_;
};

}  // namespace gateway::bridge_link
