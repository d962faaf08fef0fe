/// What the local HTTP API asks of the program around it: the link and sending. Implemented in bridge/app.
#pragma once

#include "bridge/whatsapp/events/events.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/contract/contract.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <optional>
#include <string>
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

struct TextRequest {
    std::string recipient;  ///< number in any spelling, or JID
    std::string text;
    std::string message_id;             ///< client-chosen; "" for ours
    std::string idempotency_key;        ///< "" for none; the same key answers with the first send's result
    std::chrono::milliseconds wait{0};  ///< wait this long for the server's acknowledgement before answering
};

/// Messages of one sender in one chat were read.
struct ReadRequest {
    std::string chat;    ///< JID
    std::string sender;  ///< JID or number of who wrote them, in groups; "" in direct chats
    std::vector<std::string> ids;
};

class Sender {
public:
    virtual ~Sender() = default;
    /// Durable when it returns a value. `invalid` for a bad recipient or empty text, `not_found` for a number that is
    /// not on WhatsApp (when that is known), `conflict` for a used message id, `unavailable` when not linked.
    virtual common::asio::awaitable<Result<common::contract::SendResult>> send_text(TextRequest request) = 0;
    /// Tells the sender and our other devices. `invalid` for a bad address, `unavailable` when not connected.
    virtual common::asio::awaitable<Status> mark_read(ReadRequest request) = 0;
};

}  // namespace bridge::api
