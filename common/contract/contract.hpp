/// What bridge and gateway say to each other: values and their JSON, which is also the public JSON of the gateway
/// (design.md section 5). Fields may be added, never renamed.
#pragma once

#include "common/clock/clock.hpp"
#include "common/contract/group.hpp"
#include "common/contract/parts.hpp"
#include "common/json/json.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace common::contract {

/// A chat. `jid` is the phone-number JID where known (else the LID or group JID); `lid` stands beside it.
struct Chat {
    std::string jid;
    std::optional<std::string> name;
    std::optional<UnixTime> last_message_time;
    std::optional<std::string> last_message;
    std::optional<std::string> last_sender;  ///< full JID
    std::optional<bool> last_is_from_me;
    bool is_group{false};
    std::optional<std::string> lid;
    bool archived{false};
    bool pinned{false};
    std::optional<UnixTime> muted_until;
    std::int64_t unread_count{0};
    // What most chats do not have is left out of the JSON.
    std::int64_t ephemeral_seconds{0};  ///< new messages disappear after this long; 0 stay
    std::optional<std::int64_t> participants_count;
    std::optional<std::string> description;
    std::optional<UnixTime> left_at;  ///< a group that we are not in any more

    friend bool operator==(const Chat&, const Chat&) = default;
};

/// A message. `sender` is a full JID; `status` is one of queued, sent, delivered, read, played, failed (own messages),
/// received, or undecryptable (a visible stub that is completed when the retry arrives).
struct Message {
    std::string id;
    UnixTime timestamp{};
    std::string sender;
    std::string content;
    bool is_from_me{false};
    std::string chat_jid;
    std::optional<std::string> chat_name;
    std::optional<std::string> media_type;
    std::optional<std::string> sender_name;
    std::optional<std::string> sender_lid;
    std::string status{"received"};
    std::string cursor;        ///< opaque: continue a list after this message (`cursor=`)
    std::string kind{"text"};  ///< text, image, voice_note, poll, system, revoked ... (content room's names)

    // What most messages do not have is left out of the JSON.
    std::optional<Media> media;
    std::optional<Quote> quoted;
    std::vector<std::string> mentions;  ///< JIDs
    bool mentions_me{false};
    std::vector<Reaction> reactions;  ///< oldest first
    std::optional<UnixTime> edited_at;
    std::optional<UnixTime> deleted_at;     ///< for everybody or by its timer: the content is gone
    std::optional<std::string> deleted_by;  ///< JID; nothing when a timer did it
    std::optional<Poll> poll;
    std::optional<EventAnswers> event_answers;
    bool is_forwarded{false};
    std::int64_t forwarding_score{0};  ///< 5 and more: forwarded many times
    bool is_view_once{false};
    bool is_status{false};  ///< posted as a status
    bool starred{false};
    bool is_kept{false};  ///< stays although its chat's messages disappear
    std::optional<UnixTime> expires_at;
    std::optional<UnixTime> pinned_until;
    std::optional<std::string> parent_id;  ///< the album, or the message commented on, that this one belongs to
    /// A JSON object whose members stand beside the fields above: location, contacts, event, link_preview ...
    std::string details;

    friend bool operator==(const Message&, const Message&) = default;
};

struct Contact {
    std::string phone_number;  ///< digits; the LID's digits when the number is unknown
    std::optional<std::string> name;
    std::string jid;
    std::optional<std::string> lid;

    friend bool operator==(const Contact&, const Contact&) = default;
};

struct MessageContext {
    Message message;
    std::vector<Message> before;  ///< oldest first
    std::vector<Message> after;   ///< oldest first
};

/// One step of a send's life. `state`: queued, sent (server acknowledged), delivered, read, played, failed.
struct DeliveryStep {
    std::string state;
    std::optional<std::string> recipient;  ///< JID whose device it concerns; absent for queued, sent, failed
    UnixTime time{};
    std::optional<std::string> reason;
};

struct Delivery {
    std::string message_id;
    std::string chat_jid;
    std::string state;                  ///< the furthest state reached, or failed
    std::vector<DeliveryStep> steps;    ///< oldest first
    std::vector<Recipient> recipients;  ///< of a message to several people: everybody who should get it
};

/// One line of the event stream. `data` is JSON text. Types: message, message_update, receipt, chat, contact,
/// connection ...
struct Event {
    std::int64_t seq{0};
    std::string type;
    std::string chat_jid;  ///< "" when it concerns no chat
    std::string data;
};

/// `POST /api/send`'s answer on success.
struct SendResult {
    std::string message_id;
    UnixTime timestamp{};
    std::string chat_jid;
    std::string status;  ///< queued or sent
};

/// A send that waits in the outbox.
struct QueuedSend {
    std::string message_id;
    std::string chat_jid;
    std::string kind;     ///< "text", "image" ...
    std::string content;  ///< as lists show it
    std::string status;   ///< queued, or sending
    UnixTime accepted_at{};
    std::optional<UnixTime> send_at;       ///< scheduled
    std::optional<std::string> waits_for;  ///< why it has not gone out yet, when that is known
};

void write(json::Writer& out, const Chat& chat);
void write(json::Writer& out, const Message& message);
void write(json::Writer& out, const Contact& contact);
void write(json::Writer& out, const MessageContext& context);
void write(json::Writer& out, const Delivery& delivery);
void write(json::Writer& out, const SendResult& result);
void write(json::Writer& out, const QueuedSend& send);

template <class T>
std::string to_json(const T& value) {
    json::Writer out;
    write(out, value);
    return out.take();
}
template <class T>
std::string to_json(const std::vector<T>& values) {
    json::Writer out;
    out.array();
    for (const T& value : values) write(out, value);
    out.end();
    return out.take();
}

/// {"detail": text}
std::string error_body(std::string_view detail);

}  // namespace common::contract
