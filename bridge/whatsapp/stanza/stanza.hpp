/// Questions and answers on a connection: IQ correlation, ids, deadlines, keep-alive. Knows no feature.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace bridge::whatsapp::stanza {

using common::Result;
using common::Status;

/// What an `<iq type="error">` or the lack of an answer means (protocol part 1, section 8.7).
enum class Errc {
    bad_request = 400,
    not_authorized = 401,
    forbidden = 403,
    item_not_found = 404,
    not_allowed = 405,
    not_acceptable = 406,
    gone = 410,
    resource_limit = 419,
    locked = 423,
    rate_limited = 429,
    server_error = 500,
    not_implemented = 501,
    service_unavailable = 503,
    other_error = 1,
    disconnected = 2,
    no_answer = 3,
    malformed = 4
};
common::ErrcInfo describe(Errc code) noexcept;
/// The code of an error node, as our enum.
Errc errc_of(std::uint64_t code) noexcept;

/// `<iq type="get|set" xmlns to=SERVER>`; the id is added when it is asked.
Node iq_get(std::string_view xmlns, binary::Node::Nodes children);
Node iq_set(std::string_view xmlns, binary::Node::Nodes children);
/// `<iq type="result" id to>` for a request of the server.
Node iq_result(const Node& request);

/// Asks and matches answers. One per connection; lives on the io executor.
class Iq {
public:
    using Send = std::function<Status(Node)>;
    Iq(common::asio::any_io_executor executor, Send send);

    /// Sends `request` with a fresh id and waits for the node that answers it; `<iq type="error">` becomes an `Error`.
    common::asio::awaitable<Result<Node>> ask_node(Node request, std::chrono::milliseconds limit = default_limit);

    /// The typed form: `Query` has `Reply`, `request()` and a static `parse(const Node&)`.
    template <class Query>
    common::asio::awaitable<Result<typename Query::Reply>> ask(
        Query query, std::chrono::milliseconds limit = default_limit
    ) {
        Node request = query.request();
        auto answer = co_await ask_node(std::move(request), limit);
        if (!answer) co_return answer.error();
        co_return Query::parse(*answer);
    }

    /// Gives an `iq` to whoever waits for it; false when nobody does.
    bool complete(const Node& node);
    /// Every waiter gets `disconnected`; later questions too.
    void disconnect();
    std::string next_id();
    /// How long the server asked to wait with its last error answer; zero when it said nothing.
    std::chrono::seconds asked_to_wait() const noexcept { return asked_to_wait_; }

    static constexpr std::chrono::milliseconds default_limit{75'000};

private:
    struct Waiter {
        explicit Waiter(const common::asio::any_io_executor& executor) : answered{executor} {}
        common::Event answered;
        std::unique_ptr<Node> answer;
    };
    common::asio::any_io_executor executor_;
    Send send_;
    std::string prefix_;
    std::uint64_t counter_{0};
    bool connected_{true};
    std::chrono::seconds asked_to_wait_{0};
    std::map<std::string, std::shared_ptr<Waiter>> waiters_;
};

struct KeepAliveOptions {
    std::chrono::milliseconds interval_min{15'000};
    std::chrono::milliseconds interval_max{25'000};
    std::chrono::milliseconds answer_limit{10'000};
    int misses{2};  ///< unanswered pings in a row that make the connection dead
};

/// Pings (`w:p`) until the connection proves deaf (returns `no_answer`) or the coroutine is cancelled. `on_alive` runs
/// after each round trip: it is the proof of life that `online` means.
common::asio::awaitable<Status> keep_alive(Iq& iq, KeepAliveOptions options, std::function<void()> on_alive);

/// `<ack>` for a stanza, with the attributes copied that protocol part 1, section 8.12 lists. `error` 0 means none.
Node ack_for(const Node& stanza, int error = 0);

}  // namespace bridge::whatsapp::stanza
