/// What the source files of the client share: its state, and the steps of an exchange.
#pragma once

#include "common/http/client.hpp"
#include "common/http/detail/dial.hpp"
#include "common/http/detail/parser.hpp"
#include "common/http/detail/pool.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace common::http {

struct Client::State : std::enable_shared_from_this<Client::State> {
    State(const asio::any_io_executor& executor, ClientOptions opts)
        : options{std::move(opts)}, pool{options.max_idle_per_host}, freed{executor} {}

    asio::awaitable<Result<Response>> exchange(ClientRequest request, detail::Target target);
    asio::awaitable<Result<Response>> attempt(
        const ClientRequest& request,
        const detail::Target& target,
        std::unique_ptr<detail::ByteStream> stream,
        bool& untouched
    );
    asio::awaitable<Result<std::unique_ptr<detail::ByteStream>>> connect(const detail::Target& target);
    asio::awaitable<Status> wait_for_turn(std::chrono::milliseconds limit);
    asio::awaitable<Result<Response>> carry(
        const Transfer& transfer,
        const detail::Target& target,
        std::unique_ptr<detail::ByteStream> stream,
        bool& untouched
    );

    ClientOptions options;
    detail::Pool pool;
    std::shared_ptr<detail::TlsContext> tls;
    std::size_t in_flight{0};
    Event freed;
};

namespace detail {

/// A place among the requests in flight.
class Turn {
public:
    Turn(std::size_t& count, Event& freed) noexcept : count_{count}, freed_{freed} { ++count_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        --count_;
        freed_.notify();
    }

private:
    std::size_t& count_;
    Event& freed_;
};

/// Without side effects, so that it may be sent again.
bool is_safe(std::string_view method) noexcept;

/// How the end of a request's body is told.
struct Framing {
    bool has_body{false};
    std::optional<std::uint64_t> size;  ///< nothing: in chunks
};

/// Request line and headers; `invalid_argument` for line breaks in what the caller gave.
Result<std::string> request_head(
    const std::string& method,
    const Headers& headers,
    const Target& target,
    std::string_view user_agent,
    const Framing& framing
);

constexpr std::chrono::milliseconds no_stall_limit{0};

/// Waits for more bytes, no longer than `limit` (0: without limit).
asio::awaitable<Result<Filled>> fill_within(Input& input, std::chrono::milliseconds limit);

/// Reads until the header is there; interim answers (100, 103) are passed over. `limit` is the longest silence.
asio::awaitable<Status> read_answer_head(
    Input& input, std::unique_ptr<Parser>& answer, Parser::For kind, std::chrono::milliseconds limit
);
/// What went wrong with an answer; ok when nothing did.
Status problem_of(const Parser& answer);

}  // namespace detail

}  // namespace common::http
