/// The way to the server and back: a WebSocket, the Noise handshake on it, then nodes in both directions.
///
/// Knows frames and nodes, not what they mean: questions, keep-alive and reconnecting are `stanza`'s and `client`'s.
/// Everything happens on the executor that opened the connection.
#pragma once

#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/noise/certificate.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/http/websocket.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace bridge::whatsapp::transport {

namespace asio = boost::asio;
using common::Bytes;
using common::Result;
using common::Status;

enum class Errc { closed = 1, queue_full, unsendable, insecure_url };
common::ErrcInfo describe(Errc code) noexcept;

struct ConnectionOptions {
    std::string url{"wss://web.whatsapp.com/ws/chat"};         ///< plain ws:// for this machine only
    common::crypto::PublicKey root_key{noise::whatsapp_root};  ///< must vouch for the server
    std::string ca_file;                                       ///< PEM bundle trusted besides the system's; "" for none
    Bytes routing_info;                                        ///< from an earlier connection; may be empty
    std::string origin{"https://web.whatsapp.com"};
    std::chrono::milliseconds connect_timeout{20'000};
    std::chrono::milliseconds handshake_timeout{20'000};
    std::chrono::milliseconds close_timeout{5'000};  ///< for what is still queued
    std::size_t queue_nodes{8'192};                  ///< nodes waiting to be sent, at most
    std::size_t queue_bytes{32U << 20};              ///< and their size
    binary::Limits limits;                           ///< of nodes received
};

class Connection {
public:
    /// Connects and shakes hands. `noise_key` and `clock` outlive the call, `clock` the connection too.
    static asio::awaitable<Result<std::unique_ptr<Connection>>> open(
        ConnectionOptions options,
        const common::crypto::KeyPair& noise_key,
        Bytes client_payload,
        const common::Clock& clock
    );
    /// The same over a WebSocket that is open already.
    static asio::awaitable<Result<std::unique_ptr<Connection>>> over(
        std::unique_ptr<common::http::WebSocket> socket,
        ConnectionOptions options,
        const common::crypto::KeyPair& noise_key,
        Bytes client_payload,
        const common::Clock& clock
    );
    /// Cuts the connection when it was not closed. No `receive`, `flush` or `close` may be under way.
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Queues; nodes leave in this order. `closed`, `queue_full`, or `unsendable` for what the wire format cannot hold.
    Status send(Node node);
    /// The next node; one caller at a time. Fails when the connection has ended, with what ended it first: a frame that
    /// does not decrypt, the server, the network, a failed write, `close`. Nodes that do not decode are logged and
    /// dropped. A cancelled wait changes nothing.
    asio::awaitable<Result<Node>> receive();
    /// Until everything queued so far is written; fails when the connection ends first.
    asio::awaitable<Status> flush();
    /// Sends what is queued, then closes with code 1000. A waiting `receive` ends with `closed`.
    asio::awaitable<Status> close();
    /// When the last message of the server arrived; at first when the handshake ended.
    common::UnixMillis last_received() const noexcept;

private:
    struct State;
    Connection(const asio::any_io_executor& executor, std::shared_ptr<State> state);
    static asio::awaitable<void> write_queue(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;  // shared with the writing coroutine, which may end a moment later
    common::TaskGroup tasks_;
};

}  // namespace bridge::whatsapp::transport
