/// One client's WebSocket: handshake, then nodes both ways. Knows no accounts; the server hangs those on it.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/async/async.hpp"
#include "common/http/websocket.hpp"
#include "tests/simulator/frames.hpp"
#include "tests/simulator/noise.hpp"

#include <deque>
#include <string>

namespace simulator {

class Connection;

/// What the server does when something happens on a connection.
class ConnectionEvents {
public:
    virtual ~ConnectionEvents() = default;
    virtual Bytes certificate_chain() = 0;
    virtual void opened(Connection& connection, ByteView client_payload) = 0;
    virtual void received(Connection& connection, const bridge::whatsapp::Node& node) = 0;
};

class Connection {
public:
    Connection(
        common::asio::any_io_executor executor,
        common::http::WebSocket& socket,
        const NoiseIdentity& identity,
        ConnectionEvents& events
    );
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Until the client leaves, breaks the protocol, or `finish` or `drop`.
    common::asio::awaitable<void> run();

    void send(const bridge::whatsapp::Node& node);
    /// A frame plaintext as it is (flag byte included): malformed nodes on request.
    void send_plaintext(ByteView plaintext);
    /// A frame that was not encrypted for this stream.
    void send_garbage(ByteView frame);
    /// Writes what is queued, takes nothing more, and closes once the client has had a moment to leave by itself.
    void finish();
    /// Cuts the TCP connection, nothing more is written.
    void drop();

    const common::crypto::PublicKey& client_static() const noexcept { return noise_.client_static(); }

    std::string phone;        ///< the account logged in; "" before
    std::uint16_t device{0};  ///< the companion logged in; 0 before

private:
    enum class Stage { hello, finish, open };

    common::asio::awaitable<Result<void>> read();
    common::asio::awaitable<Result<void>> write();
    common::asio::awaitable<Result<void>> wait_for_drop();
    Result<void> take(ByteView frame);
    void queue(Bytes bytes);

    common::asio::any_io_executor executor_;
    common::http::WebSocket& socket_;
    const NoiseIdentity& identity_;
    ConnectionEvents& events_;
    NoiseResponder noise_;
    FrameReader frames_;
    Stage stage_{Stage::hello};
    std::deque<Bytes> outgoing_;
    std::size_t queued_bytes_{0};
    common::Event writable_;
    common::Event dropped_;
    bool finishing_{false};
    bool dropping_{false};
};

}  // namespace simulator
