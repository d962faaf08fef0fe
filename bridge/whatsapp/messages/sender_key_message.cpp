#include "bridge/whatsapp/messages/sender_key_message.hpp"

#include "bridge/whatsapp/content/content.hpp"
#include "proto/e2e.pb.h"

namespace bridge::whatsapp::messages {

using common::Bytes;
using common::ByteView;

namespace {

Bytes with_key(wa::e2e::Message message, const std::string& group, ByteView distribution) {
    auto& key = *message.mutable_sender_key_distribution_message();
    key.set_group_id(group);
    key.set_axolotl_sender_key_distribution_message(common::to_string(distribution));
    return common::to_bytes(message.SerializeAsString());
}

}  // namespace

Bytes make_sender_key_message(const std::string& group, ByteView distribution) {
    return with_key(wa::e2e::Message{}, group, distribution);
}

common::Result<Bytes> add_sender_key(ByteView content, const std::string& group, ByteView distribution) {
    wa::e2e::Message message;
    if (content.size() > (16U << 20) || !message.ParseFromArray(content.data(), static_cast<int>(content.size())))
        return content::Errc::not_a_message;
    return with_key(std::move(message), group, distribution);
}

}  // namespace bridge::whatsapp::messages
