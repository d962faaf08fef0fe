/// HTTP/1.1 client with pooled keep-alive connections, deadlines and bounded answers; transfers of any size; and a
/// line-wise event stream reader.
#pragma once

#include "common/async/async.hpp"
#include "common/http/address.hpp"
#include "common/http/body.hpp"
#include "common/http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace common::http {

struct ClientOptions {
    std::size_t max_idle_per_host{64};
    std::size_t max_in_flight{1024};  ///< more wait for their turn, within their timeout
    std::size_t max_body{64U << 20};
    std::string ca_file;  ///< extra PEM bundle
    std::string user_agent{"whatsapp-bridge"};
    AddressFilter allow_address;  ///< e.g. `is_public`, where strangers say what is fetched
};

struct ClientRequest {
    std::string method{"GET"};
    std::string url;  ///< http:// or https://
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{10'000};  ///< whole exchange
};

/// A request and an answer of any size, for `Client::transfer`.
struct Transfer {
    std::string method{"GET"};
    std::string url;  ///< http:// or https://
    Headers headers;
    std::optional<BodySource> body;
    std::chrono::milliseconds connect_timeout{20'000};  ///< for a free place, name, TCP and TLS
    /// The longest time without a byte in either direction. What `body` and the sink take does not count.
    std::chrono::milliseconds stall_timeout{30'000};
    std::uint64_t max_body{64U << 20};  ///< of what goes to a sink
    /// Sees status and headers of the answer and gives the sink for its body; an empty sink leaves it to
    /// `Response::body` (at most `ClientOptions::max_body`), an error ends the transfer.
    std::function<Result<BodySink>(const Response& head)> accept;
    /// Body bytes sent and received so far.
    std::function<void(std::uint64_t sent, std::uint64_t received)> on_progress;
};

/// One Server-Sent Event.
struct ServerEvent {
    std::string id;
    std::string type;
    std::string data;
};

class Client {
public:
    Client(asio::any_io_executor executor, ClientOptions options);
    ~Client();
    /// Any status is a success here; errors are of the network. A request on a pooled connection that the server had
    /// closed is repeated once on a fresh one if nothing of the answer had arrived and the method is safe. Redirects
    /// are not followed.
    asio::awaitable<Result<Response>> send(ClientRequest request);
    /// Sends and receives piece by piece, with no more than a few pieces in memory. Any status is a success. When the
    /// server answers before it has read the whole request, the rest is not sent. What had gone to the sink when an
    /// error came was good as far as HTTP can tell. Nothing is repeated, except a request without body whose pooled
    /// connection turned out to be closed.
    asio::awaitable<Result<Response>> transfer(Transfer transfer);
    /// Follows an event stream until it ends: `on_open` on status 200, then `on_event` for each event (await inside
    /// slows the reader; its error ends the stream and is returned). Another status is returned as `Errc::unavailable`
    /// with the status in `detail` ("410"). `request.timeout` holds until the header is there; from then on `idle` is
    /// the longest silence.
    asio::awaitable<Status> follow(
        ClientRequest request,
        std::chrono::milliseconds idle,
        std::function<asio::awaitable<Status>(ServerEvent)> on_event,
        std::function<void()> on_open = {}
    );

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace common::http
