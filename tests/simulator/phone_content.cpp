#include "tests/simulator/phone_content.hpp"

#include "common/crypto/crypto.hpp"
#include "proto/e2e.pb.h"

#include <algorithm>

namespace simulator {

namespace crypto = common::crypto;
using common::Bytes;
using common::ByteView;

std::string fresh_message_id() {
    std::string hex = common::to_hex(crypto::random_bytes(9));
    for (char& c : hex) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
    return "3A" + hex;
}

Bytes padded(ByteView message) {
    Bytes bytes = common::to_bytes(message);
    const auto random = static_cast<std::uint8_t>(crypto::random_below(16));
    const std::uint8_t pad = random == 0 ? std::uint8_t{15} : random;
    bytes.insert(bytes.end(), pad, pad);
    return bytes;
}

common::Result<ByteView> unpadded(ByteView plaintext) {
    if (plaintext.empty()) return common::Errc::invalid_argument;
    const std::uint8_t pad = plaintext.back();
    if (pad == 0 || pad > 16 || pad > plaintext.size()) return common::Errc::invalid_argument;
    const ByteView tail = plaintext.last(pad);
    if (std::ranges::any_of(tail, [&](std::uint8_t byte) { return byte != pad; }))
        return common::Errc::invalid_argument;
    return plaintext.first(plaintext.size() - pad);
}

Bytes text_message(const std::string& text) {
    wa::e2e::Message message;
    message.set_conversation(text);
    return common::to_bytes(message.SerializeAsString());
}

common::Result<Bytes> with_sender_key(ByteView message, const Jid& group, ByteView key) {
    wa::e2e::Message whole;
    if (!whole.ParseFromArray(message.data(), static_cast<int>(message.size()))) return common::Errc::invalid_argument;
    auto& distribution = *whole.mutable_sender_key_distribution_message();
    distribution.set_group_id(group.to_string());
    distribution.set_axolotl_sender_key_distribution_message(key.data(), key.size());
    return common::to_bytes(whole.SerializeAsString());
}

}  // namespace simulator
