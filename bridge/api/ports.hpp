/// What the local HTTP API asks of the program around it: the link and sending. Implemented in bridge/app.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/events/events.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/contract/contract.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bridge::api {

using common::Result;
using common::Status;
using common::UnixTime;

/// `GET /api/session`.
struct SessionInfo {
    whatsapp::events::LinkState state{whatsapp::events::LinkState::unlinked};
    std::string jid;  ///< "" until linked
    std::string lid;
    std::string push_name;
    std::string platform;
    std::optional<UnixTime> connected_since;
    std::optional<UnixTime> last_seen_alive;  ///< last round trip or stanza: proof of life
    std::string client_version;               ///< "2.3000.1045649367"
    std::string reason;                       ///< why offline, refused or logged out; "" otherwise
    std::string advice;                       ///< what to do about it
    int reconnect_attempts{0};
    bool conflict{false};  ///< another process holds the connection
};

struct QrCode {
    std::string code;  ///< raw string WhatsApp scans
    UnixTime expires_at{};
};

struct PairCode {
    std::string code;  ///< "ABCD-EFGH"
    UnixTime expires_at{};
};

/// The passkey step some accounts ask for after the scan (protocol part 1, section 7.5).
struct PasskeyChallenge {
    std::string options_json;  ///< PublicKeyCredentialRequestOptions, binary values unpadded base64url
    std::string confirmation;  ///< code to compare on both screens; "" until known
    UnixTime expires_at{};
};

class Session {
public:
    virtual ~Session() = default;
    virtual SessionInfo info() const = 0;
    virtual std::optional<QrCode> qr() const = 0;
    /// One attempt at a time. `conflict` when linked, `invalid` for a bad number, `unavailable` before the server is
    /// ready.
    virtual common::asio::awaitable<Result<PairCode>> pair_code(std::string phone) = 0;
    virtual std::optional<PasskeyChallenge> passkey() const = 0;
    /// The browser's assertion as JSON.
    virtual common::asio::awaitable<Status> passkey_assertion(std::string assertion_json) = 0;
    virtual common::asio::awaitable<Status> passkey_confirm() = 0;
    virtual common::asio::awaitable<Status> reconnect() = 0;
    virtual common::asio::awaitable<Status> logout() = 0;
};

/// What every request that ends in a message may say about its way.
struct SendOptions {
    std::string message_id;             ///< client-chosen; "" for ours
    std::string idempotency_key;        ///< "" for none; the same key answers with the first send's result
    std::optional<UnixTime> send_at;    ///< scheduled
    std::chrono::milliseconds wait{0};  ///< wait this long for the server's acknowledgement before answering
};

/// Messages of one sender in one chat were read.
struct ReadRequest {
    std::string chat;    ///< JID
    std::string sender;  ///< JID or number of who wrote them, in groups; "" in direct chats
    std::vector<std::string> ids;
};

/// Where the bytes of a file come from; exactly one is named.
struct MediaSource {
    std::string path;        ///< a file inside one of the configured folders
    std::string upload;      ///< id that `Uploads::keep` gave
    std::string url;         ///< fetched by the bridge: allowed hosts only, never private addresses
    std::string message_id;  ///< media of a message that is known (with `chat_jid`): sent again without a new upload
    std::string chat_jid;
};

struct SendRequest {
    std::string recipient;               ///< number in any spelling, or JID
    whatsapp::content::Content content;  ///< of media: kind, caption, file name, view-once; the rest is found out
    std::optional<MediaSource> media;    ///< needed when the content is a file
    std::string quoted_id;               ///< message that this answers; "" for none
    std::string quoted_chat;             ///< "" when it is in the same chat
    SendOptions options;
};

/// A message that is known, by id; `chat_jid` in either form.
struct Target {
    std::string chat_jid;
    std::string message_id;
};

struct React {
    std::string emoji;  ///< "" takes it back
};
struct EditText {
    std::string text;
};
struct RevokeForAll {};
struct PinFor {
    std::chrono::seconds duration{0};  ///< 86400, 604800 or 2592000; 0 to unpin
};
struct KeepIt {
    bool keep{true};
};
/// The whole choice of the voter; empty takes the vote back.
struct Vote {
    std::vector<std::string> options;  ///< names of options, exactly
};
struct AnswerEvent {
    enum class Answer { going, not_going, maybe };
    Answer answer{Answer::going};
    int extra_guests{0};
};
struct ForwardTo {
    std::string recipient;
};
using Action = std::variant<React, EditText, RevokeForAll, PinFor, KeepIt, Vote, AnswerEvent, ForwardTo>;

struct ActRequest {
    Target target;
    Action action;
    SendOptions options;
};

class Sender {
public:
    virtual ~Sender() = default;
    /// Durable when it returns a value. `invalid` for a bad recipient, a file that does not fit its kind, or a chat
    /// that does not take such a content; `not_found` for a number that is not on WhatsApp (when that is known) or an
    /// unknown quoted message; `unauthorized` for a path outside the folders or a group that does not let us write;
    /// `conflict` for a used message id; `unavailable` when not linked.
    virtual common::asio::awaitable<Result<common::contract::SendResult>> send(SendRequest request) = 0;
    /// The same for what acts on a message. `not_found` when the message is not known.
    virtual common::asio::awaitable<Result<common::contract::SendResult>> act(ActRequest request) = 0;
    /// Takes a queued or scheduled send back; `conflict` when it is on its way.
    virtual common::asio::awaitable<Status> cancel(std::string message_id) = 0;
    /// Sends that wait, oldest first.
    virtual common::asio::awaitable<Result<std::vector<common::contract::QueuedSend>>> waiting(std::size_t limit) = 0;
    /// Tells the sender and our other devices. `invalid` for a bad address, `unavailable` when not connected.
    virtual common::asio::awaitable<Status> mark_read(ReadRequest request) = 0;
    /// Tells a chat that somebody types or records here; lapses by itself.
    virtual common::asio::awaitable<Status> typing(std::string chat_jid, whatsapp::events::Typing typing) = 0;
};

class Presence {
public:
    virtual ~Presence() = default;
    virtual common::asio::awaitable<Status> set_available(bool available) = 0;
    /// From now on, until the connection ends, presence of this person comes as events.
    virtual common::asio::awaitable<Status> subscribe(std::string jid) = 0;
};

/// A file that is ready to be handed out.
struct MediaFile {
    std::string path;  ///< complete and verified
    std::string mime_type;
    std::string file_name;  ///< as the sender called it, made safe; may be empty
    std::uint64_t size{0};
};

class MediaFiles {
public:
    virtual ~MediaFiles() = default;
    /// Downloads when it is not there yet: hosts, resuming, a request to the phone when the file is gone. `not_found`
    /// for no such message or no media, `unavailable` when WhatsApp does not have it any more.
    virtual common::asio::awaitable<Result<MediaFile>> fetch(Target target) = 0;
    /// Where uploads are kept until they are sent.
    virtual std::string uploads_folder() const = 0;
    /// Names a file in that folder, complete now; returns the id to send it by.
    virtual Result<std::string> keep(std::string file_path, std::string file_name) = 0;
};

}  // namespace bridge::api
