#include "bridge/whatsapp/messages/content.hpp"

#include "bridge/whatsapp/messages/padding.hpp"
#include "bridge/whatsapp/messages/wire_fields.hpp"
#include "proto/e2e.pb.h"

#include <array>
#include <optional>

namespace bridge::whatsapp::messages {

using common::Bytes;
using common::ByteView;

namespace {

constexpr int max_wrappers = 8;

Bytes serialised(const wa::e2e::Message& message) {
    std::string text;
    message.SerializeToString(&text);
    return common::to_bytes(text);
}

bool parse(ByteView bytes, wa::e2e::Message& out) {
    return bytes.size() <= (16U << 20) && out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

/// Fields of `Message` that are FutureProofMessage wrappers (protocol part 2, sections 6.4 and 7.1).
bool is_wrapper(std::uint32_t field) {
    constexpr std::array<std::uint32_t, 28> wrappers{37, 40, 53, 55, 58,  59,  62,  67,  74,  85,  87,  90,  91,  92,
                                                     93, 95, 96, 99, 100, 101, 103, 104, 106, 116, 118, 126, 131, 0};
    for (const std::uint32_t wrapper : wrappers) {
        if (wrapper == field && field != 0) return true;
    }
    return false;
}

struct KindName {
    std::uint32_t field;
    std::string_view name;
};
constexpr std::array kind_names{
    KindName{3, "image"},
    KindName{4, "contact"},
    KindName{5, "location"},
    KindName{7, "document"},
    KindName{8, "audio"},
    KindName{9, "video"},
    KindName{10, "call"},
    KindName{13, "contacts"},
    KindName{14, "template"},
    KindName{16, "payment"},
    KindName{18, "live_location"},
    KindName{22, "payment"},
    KindName{23, "payment"},
    KindName{24, "payment"},
    KindName{25, "template"},
    KindName{26, "sticker"},
    KindName{28, "group_invite"},
    KindName{29, "template_reply"},
    KindName{30, "product"},
    KindName{36, "list"},
    KindName{38, "order"},
    KindName{39, "list_response"},
    KindName{41, "invoice"},
    KindName{42, "buttons"},
    KindName{43, "buttons_response"},
    KindName{44, "payment_invite"},
    KindName{45, "interactive"},
    KindName{46, "reaction"},
    KindName{48, "interactive_response"},
    KindName{49, "poll"},
    KindName{50, "poll_update"},
    KindName{51, "keep"},
    KindName{54, "phone_number_request"},
    KindName{56, "reaction"},
    KindName{60, "poll"},
    KindName{61, "scheduled_call"},
    KindName{63, "pin"},
    KindName{64, "poll"},
    KindName{65, "scheduled_call"},
    KindName{66, "video_note"},
    KindName{69, "call_log"},
    KindName{70, "history_bundle"},
    KindName{71, "comment"},
    KindName{75, "event"},
    KindName{76, "event_response"},
    KindName{77, "comment"},
    KindName{78, "newsletter_invite"},
    KindName{80, "placeholder"},
    KindName{82, "encrypted_edit"},
    KindName{83, "album"},
    KindName{86, "sticker_pack"},
    KindName{88, "poll_result"},
    KindName{111, "poll"},
    KindName{119, "poll"},
};

/// The message inside a wrapper field: FutureProofMessage{1 message}.
std::optional<ByteView> inner_message(ByteView message) {
    for (const WireField& field : wire_fields(message)) {
        if (!is_wrapper(field.number)) continue;
        for (const WireField& inside : wire_fields(field.value)) {
            if (inside.number == 1) return inside.value;
        }
    }
    return std::nullopt;
}

}  // namespace

Bytes make_text(std::string_view text, ByteView message_secret) {
    wa::e2e::Message message;
    message.set_conversation(std::string{text});
    message.mutable_message_context_info()->set_message_secret(common::to_string(message_secret));
    return serialised(message);
}

common::Result<Bytes> make_device_sent(const Jid& chat, ByteView content) {
    wa::e2e::Message inner;
    if (!parse(content, inner)) return Errc::bad_content;
    wa::e2e::Message outer;
    if (inner.has_message_context_info()) *outer.mutable_message_context_info() = inner.message_context_info();
    auto& sent = *outer.mutable_device_sent_message();
    sent.set_destination_jid(chat.to_string());
    *sent.mutable_message() = std::move(inner);
    return serialised(outer);
}

Description describe(ByteView content) {
    wa::e2e::Message message;
    if (!parse(content, message)) return {};
    if (message.has_conversation()) return {Description::Kind::text, message.conversation(), ""};
    if (message.has_extended_text_message())
        return {Description::Kind::text, message.extended_text_message().text(), ""};
    if (message.has_protocol_message()) return {Description::Kind::protocol, "", ""};
    for (const WireField& field : wire_fields(content)) {
        for (const KindName& kind : kind_names) {
            if (kind.field == field.number) return {Description::Kind::other, "", std::string{kind.name}};
        }
        if (field.number != 2 && field.number != 15 && field.number != 35)
            return {Description::Kind::other, "", "unknown"};
    }
    return {};
}

common::Result<Unwrapped> unwrap(ByteView plain) {
    Unwrapped out;
    wa::e2e::Message outer;
    if (!parse(plain, outer)) return Errc::bad_content;
    if (outer.has_sender_key_distribution_message()) {
        const auto& distribution = outer.sender_key_distribution_message();
        out.sender_key_group = distribution.group_id();
        out.sender_key = common::to_bytes(distribution.axolotl_sender_key_distribution_message());
    }
    Bytes current = common::to_bytes(plain);
    if (outer.has_device_sent_message()) {
        out.device_sent = true;
        if (const auto destination = Jid::parse(outer.device_sent_message().destination_jid()))
            out.destination = destination->bare();
        wa::e2e::Message inner = outer.device_sent_message().message();
        if (!inner.has_message_context_info() && outer.has_message_context_info()) {
            *inner.mutable_message_context_info() = outer.message_context_info();
        }
        current = serialised(inner);
    }
    for (int depth = 0;; ++depth) {
        const auto inner = inner_message(current);
        if (!inner) break;
        if (depth == max_wrappers) return Errc::bad_content;
        wa::e2e::Message wrapper;
        wa::e2e::Message message;
        if (!parse(current, wrapper) || !parse(*inner, message)) return Errc::bad_content;
        if (!message.has_message_context_info() && wrapper.has_message_context_info()) {
            *message.mutable_message_context_info() = wrapper.message_context_info();
        }
        current = serialised(message);
    }
    const Description what = describe(current);
    out.has_content = what.kind != Description::Kind::nothing;
    out.is_protocol = what.kind == Description::Kind::protocol;
    out.content = std::move(current);
    return out;
}

}  // namespace bridge::whatsapp::messages
