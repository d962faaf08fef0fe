/// WebSocket (RFC 6455), both roles, without extensions. Idle connections hold no buffers.
///
/// One reader and one writer coroutine at a time. Pings are answered inside `receive`. Client frames must be masked and
/// server frames must not be; fragments are joined up to `max_message`; text must be UTF-8.
#pragma once

#include "common/async/async.hpp"
#include "common/bytes/bytes.hpp"
#include "common/http/message.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace common::http {

enum class WsErrc { closed = 1, protocol_error, message_too_large, not_utf8, refused };
ErrcInfo describe(WsErrc code) noexcept;

struct WsMessage {
    bool is_text{false};
    std::string data;
};

class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// The next whole message; `WsErrc::closed` after a clean close.
    virtual asio::awaitable<Result<WsMessage>> receive() = 0;
    virtual asio::awaitable<Status> send_text(std::string_view text) = 0;
    virtual asio::awaitable<Status> send_binary(ByteView data) = 0;
    /// A frame each, handed to the system together: what waits at the same moment costs one call.
    virtual asio::awaitable<Status> send_binaries(const std::vector<Bytes>& messages);
    virtual asio::awaitable<Status> ping() = 0;
    /// Sends a close frame and waits briefly for the answer.
    virtual asio::awaitable<void> close(std::uint16_t code, std::string_view reason) = 0;
    /// A frame made once by `encode_text_frame`, shared by many connections: queued when the socket is busy (at most
    /// `max_queued` bytes), sent at once otherwise. False: the client does not read; the connection is being cut.
    virtual bool push(std::shared_ptr<const std::string> frame) = 0;
    /// True once the server drains or the peer has gone.
    virtual bool closing() const noexcept = 0;
};

/// An unmasked text frame (server to client).
std::string encode_text_frame(std::string_view text);

struct WsClientOptions {
    std::string url;      ///< wss://host[:port]/path, or ws:// where the caller allows it
    Headers headers;      ///< e.g. Origin
    std::string ca_file;  ///< extra PEM bundle trusted besides the system's; "" for none
    std::chrono::milliseconds connect_timeout{20'000};
    std::size_t max_message{(16U << 20) + 64};
};

/// Resolves, connects (TCP_NODELAY), TLS with host name check, upgrade. `refused` carries the HTTP status in `detail`.
asio::awaitable<Result<std::unique_ptr<WebSocket>>> connect_websocket(WsClientOptions options);

}  // namespace common::http
