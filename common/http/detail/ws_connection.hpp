/// A WebSocket over a byte stream, either role.
#pragma once

#include "common/http/detail/frame.hpp"
#include "common/http/detail/stream.hpp"
#include "common/http/websocket.hpp"

#include <deque>
#include <memory>
#include <string>

namespace common::http::detail {

class WsConnection final : public WebSocket {
public:
    /// `early` are bytes that arrived together with the upgrade.
    WsConnection(std::unique_ptr<ByteStream> stream, Role role, std::size_t max_message, std::string early);
    ~WsConnection() override;

    asio::awaitable<Result<WsMessage>> receive() override;
    asio::awaitable<Status> send_text(std::string_view text) override;
    asio::awaitable<Status> send_binary(ByteView data) override;
    asio::awaitable<Status> send_binaries(const std::vector<Bytes>& messages) override;
    asio::awaitable<Status> ping() override;
    asio::awaitable<void> close(std::uint16_t code, std::string_view reason) override;
    bool push(std::shared_ptr<const std::string> frame) override;
    bool closing() const noexcept override { return close_sent_ || gone_; }

    /// Sends a close frame without waiting; `receive` ends when the peer answers.
    void begin_close(std::uint16_t code, std::string_view reason);
    /// Ends the connection now.
    void cut() noexcept;

private:
    struct Queue;  // exists only while the socket is busy: most connections never need it

    asio::awaitable<Status> send(std::string frame);
    std::string frame_of(Opcode opcode, std::string_view payload) const;
    /// Writes what the socket takes at once and queues the rest; false when the connection is (now) cut.
    bool enqueue(std::shared_ptr<const std::string> frame);
    /// How much the socket takes now; nothing when it is broken.
    std::optional<std::size_t> write_now(std::string_view data, Io& wanted) noexcept;
    void queue_rest(std::shared_ptr<const std::string> frame, std::size_t written, Io wanted);
    void flush_when_ready(Io wanted);
    void flush();
    Result<std::optional<FrameEvent>> next_event();
    std::optional<Result<WsMessage>> handle(FrameEvent event);
    std::optional<Result<WsMessage>> take_message();
    std::optional<Result<WsMessage>> lost(Filled filled);

    std::unique_ptr<ByteStream> stream_;
    Input input_;
    FrameReader reader_;
    Role role_;
    bool reading_{false};
    bool close_sent_{false};
    bool close_received_{false};
    bool gone_{false};
    std::shared_ptr<Queue> queue_;
    Event* ended_{nullptr};  ///< where `close` waits for the reader of another coroutine
};

}  // namespace common::http::detail
