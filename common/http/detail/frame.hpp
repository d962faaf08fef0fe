/// WebSocket frames (RFC 6455 section 5) as bytes: no socket, no waiting.
#pragma once

#include "common/http/websocket.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common::http::detail {

enum class Role { client, server };
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
using Mask = std::array<std::uint8_t, 4>;

/// Appends one whole frame; clients give a mask, servers none.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, const std::optional<Mask>& mask);

/// The payload of a close frame.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// A whole message (text, binary) or control frame (close, ping, pong).
struct FrameEvent {
    Opcode kind{Opcode::text};
    std::string data;             ///< of a close frame: the reason
    std::uint16_t close_code{0};  ///< 1005 when the close frame has none
};

/// Joins frames to messages and unmasks them.
class FrameReader {
public:
    FrameReader(Role own_role, std::size_t max_message) noexcept : role_{own_role}, max_message_{max_message} {}
    /// The next event; nothing once all of `bytes` is used, which moves past what was read. After an error the
    /// connection is to be closed (`close_code_for`).
    Result<std::optional<FrameEvent>> next(std::string_view& bytes);

private:
    Status begin_frame();
    void take_payload(std::string_view& bytes);
    Result<std::optional<FrameEvent>> end_frame();
    std::size_t header_size() const noexcept;

    Role role_;
    std::size_t max_message_;
    std::array<std::uint8_t, 14> header_{};
    std::uint8_t header_used_{0};
    bool in_payload_{false};
    std::optional<Opcode> message_kind_;  ///< set while a fragmented message is open
    Opcode opcode_{Opcode::text};
    bool final_{false};
    std::uint8_t mask_at_{0};
    Mask mask_{};
    std::uint64_t left_{0};
    std::string message_;
    std::string control_;
};

/// The status code that tells the peer why (section 7.4.1).
std::uint16_t close_code_for(const Error& error) noexcept;

/// The value of Sec-WebSocket-Accept for a key (section 4.2.2).
std::string accept_value(std::string_view key);

}  // namespace common::http::detail
