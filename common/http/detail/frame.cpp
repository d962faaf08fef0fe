#include "common/http/detail/frame.hpp"

#include "common/bytes/utf8.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>
#include <cstring>

namespace common::http::detail {
namespace {

constexpr std::size_t max_control = 125;

bool is_control(Opcode opcode) noexcept { return static_cast<std::uint8_t>(opcode) >= 8; }

bool is_known(std::uint8_t opcode) noexcept { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

/// Codes that may travel in a close frame (section 7.4).
bool is_valid_close(std::uint16_t code) noexcept {
    if (code >= 3000) return code <= 4999;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/// XORs `data` with the mask, which starts at its byte `at`.
void apply_mask(char* data, std::size_t size, const Mask& mask, std::size_t at) noexcept {
    std::array<std::uint8_t, 8> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(at + i) % 4];
    std::uint64_t wide = 0;
    std::memcpy(&wide, turned.data(), sizeof wide);
    for (; size >= sizeof wide; data += sizeof wide, size -= sizeof wide) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, sizeof word);
        word ^= wide;
        std::memcpy(data, &word, sizeof word);
    }
    for (std::size_t i = 0; i < size; ++i) {
        data[i] = static_cast<char>(static_cast<std::uint8_t>(data[i]) ^ turned[i]);
    }
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, const std::optional<Mask>& mask) {
    const std::uint8_t masked = mask ? 0x80 : 0;
    const std::size_t size = payload.size();
    out.reserve(out.size() + size + 14);
    out.push_back(static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode)));
    if (size < 126) {
        out.push_back(static_cast<char>(masked | size));
    } else {
        const bool wide = size > 0xFFFF;
        out.push_back(static_cast<char>(masked | (wide ? 127 : 126)));
        for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
            out.push_back(static_cast<char>(static_cast<std::uint64_t>(size) >> shift & 0xFF));
        }
    }
    if (mask) out.append(reinterpret_cast<const char*>(mask->data()), mask->size());
    const std::size_t start = out.size();
    out.append(payload);
    if (mask) apply_mask(out.data() + start, size, *mask, 0);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload += reason.substr(0, max_control - 2);
    return payload;
}

std::size_t FrameReader::header_size() const noexcept {
    if (header_used_ < 2) return 2;
    const std::size_t mask = (header_[1] & 0x80) != 0 ? 4 : 0;
    const int length = header_[1] & 0x7F;
    return 2 + mask + (length == 127 ? 8 : length == 126 ? 2 : 0);
}

Result<std::optional<FrameEvent>> FrameReader::next(std::string_view& bytes) {
    for (;;) {
        while (!in_payload_ && header_used_ < header_size()) {
            if (bytes.empty()) return std::optional<FrameEvent>{};
            header_[header_used_++] = static_cast<std::uint8_t>(bytes.front());
            bytes.remove_prefix(1);
        }
        if (!in_payload_) {
            if (auto begun = begin_frame(); !begun) return begun.error();
        }
        take_payload(bytes);
        if (left_ > 0) return std::optional<FrameEvent>{};
        auto event = end_frame();
        if (!event || *event) return event;
    }
}

Status FrameReader::begin_frame() {
    const std::uint8_t code = header_[0] & 0x0F;
    if ((header_[0] & 0x70) != 0) return Error{WsErrc::protocol_error, "reserved bits"};
    if (!is_known(code)) return Error{WsErrc::protocol_error, "unknown opcode"};
    opcode_ = static_cast<Opcode>(code);
    final_ = (header_[0] & 0x80) != 0;
    const bool masked = (header_[1] & 0x80) != 0;
    if (masked != (role_ == Role::server)) return Error{WsErrc::protocol_error, masked ? "masked" : "not masked"};

    const std::size_t short_length = header_[1] & 0x7F;
    const std::size_t length_size = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
    left_ = length_size == 0 ? short_length : read_be(ByteView{header_}.subspan(2, length_size));
    if (length_size != 0 && left_ < (length_size == 2 ? 126U : 65536U)) {
        return Error{WsErrc::protocol_error, "length is not minimal"};
    }
    if (is_control(opcode_)) {
        if (!final_ || left_ > max_control) return Error{WsErrc::protocol_error, "control frame"};
    } else {
        if ((opcode_ == Opcode::continuation) != message_kind_.has_value()) {
            return Error{WsErrc::protocol_error, "continuation"};
        }
        if (left_ > max_message_ - message_.size()) return WsErrc::message_too_large;
        if (opcode_ != Opcode::continuation) message_kind_ = opcode_;
    }
    if (masked) std::copy_n(header_.begin() + 2 + static_cast<std::ptrdiff_t>(length_size), 4, mask_.begin());
    mask_at_ = 0;
    in_payload_ = true;
    return {};
}

void FrameReader::take_payload(std::string_view& bytes) {
    std::string& into = is_control(opcode_) ? control_ : message_;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    const std::size_t start = into.size();
    into.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    left_ -= size;
    if (role_ == Role::server) apply_mask(into.data() + start, size, mask_, mask_at_);
    mask_at_ = static_cast<std::uint8_t>((mask_at_ + size) % 4);
}

Result<std::optional<FrameEvent>> FrameReader::end_frame() {
    in_payload_ = false;
    header_used_ = 0;
    FrameEvent event;
    if (is_control(opcode_)) {
        event.kind = opcode_;
        event.data = std::exchange(control_, {});
        if (opcode_ != Opcode::close) return std::optional{std::move(event)};
        event.close_code = 1005;
        if (event.data.empty()) return std::optional{std::move(event)};
        if (event.data.size() == 1) return Error{WsErrc::protocol_error, "close frame of one byte"};
        event.close_code = static_cast<std::uint16_t>(read_be(as_bytes(event.data).first(2)));
        event.data.erase(0, 2);
        if (!is_valid_close(event.close_code)) return Error{WsErrc::protocol_error, "close code"};
        if (!is_utf8(event.data)) return WsErrc::not_utf8;
        return std::optional{std::move(event)};
    }
    if (!final_) return std::optional<FrameEvent>{};
    event.kind = *std::exchange(message_kind_, std::nullopt);
    event.data = std::exchange(message_, {});
    if (event.kind == Opcode::text && !is_utf8(event.data)) return WsErrc::not_utf8;
    return std::optional{std::move(event)};
}

std::uint16_t close_code_for(const Error& error) noexcept {
    if (error == WsErrc::message_too_large) return 1009;
    if (error == WsErrc::not_utf8) return 1007;
    return 1002;
}

std::string accept_value(std::string_view key) {
    constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const auto digest = crypto::sha1({as_bytes(key), as_bytes(guid)});
    return to_base64(digest);
}

}  // namespace common::http::detail
