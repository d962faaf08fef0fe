/// What the tests of contents have in common.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "proto/e2e.pb.h"

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace tests::content {

namespace content = bridge::whatsapp::content;
namespace server = bridge::whatsapp::server;
using bridge::whatsapp::Jid;
using common::Bytes;
using common::ByteView;

inline const Bytes secret(32, 7);

inline Bytes bytes_of(const google::protobuf::MessageLite& message) {
    return common::to_bytes(message.SerializeAsString());
}

inline wa::e2e::Message parsed(ByteView bytes) {
    wa::e2e::Message message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) throw std::runtime_error{"no message"};
    return message;
}

/// A message that is only text.
inline Bytes text_message(std::string_view text) {
    wa::e2e::Message message;
    message.set_conversation(std::string{text});
    return bytes_of(message);
}

/// Field `number`, length-delimited, with `content`.
inline Bytes tagged(std::uint32_t number, const Bytes& content) {
    Bytes out;
    const auto varint = [&out](std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
        out.push_back(static_cast<std::uint8_t>(value));
    };
    varint(std::uint64_t{number} << 3 | 2);
    varint(content.size());
    common::append(out, content);
    return out;
}

/// Field `number` (a FutureProofMessage) around `inner`.
inline Bytes wrapped(std::uint32_t number, const Bytes& inner) { return tagged(number, tagged(1, inner)); }

}  // namespace tests::content
