/// One linked device: the composition of all the rooms of the protocol. Owns the connection and keeps it up; reads,
/// opens and answers what arrives; sends what is in the outbox. Knows no HTTP API and no message store: they are behind
/// `Sink`.
///
/// Everything runs on the io executor, except what `storage` does, which runs on the storage executor (one thread), and
/// files and their ciphers, which run on the worker (any number of threads).
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/events/events.hpp"
#include "bridge/whatsapp/media/retry.hpp"
#include "bridge/whatsapp/media/transfers.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::client {

using common::Result;
using common::Status;
using common::UnixTime;
using Version = std::array<std::uint32_t, 3>;

enum class Errc {
    not_linked = 1,
    already_linked,
    not_ready,
    not_on_whatsapp,
    bad_recipient,
    unsupported_recipient,
    duplicate_id,
    no_passkey_asked,
    not_a_member,
    only_admins_write,
    no_such_send,
    already_sent,
    not_allowed_here,
    no_such_message,
    stopped
};
common::ErrcInfo describe(Errc code) noexcept;

struct Options {
    std::string url{"wss://web.whatsapp.com/ws/chat"};
    common::crypto::PublicKey root_key{};
    std::string ca_file;
    std::string version_url{"https://web.whatsapp.com/sw.js"};  ///< "" never asks
    std::optional<Version> version;                             ///< fixed by the operator: never refreshed
    std::string version_file;                                   ///< last good version is kept here; "" for nowhere
    std::string media_host;       ///< takes the place of all media hosts; see media::HostPolicy; "" follows the server
    std::string outgoing_folder;  ///< encrypted files of queued sends; made where it is missing
    std::string device_name{"Chrome (Linux)"};  ///< "Browser (OS)"; the OS part is shown under Linked devices
    stanza::KeepAliveOptions keep_alive;
    std::chrono::milliseconds back_off_unit{1'000};  ///< reconnect delays are Fibonacci numbers of this, +-10 %
    std::chrono::milliseconds back_off_limit{300'000};
    std::chrono::milliseconds tidy_interval{3'600'000};  ///< about how often old entries are removed from storage
    std::chrono::milliseconds ack_limit{75'000};  ///< a send without acknowledgement is reported and repeated (same id)
};

/// What `/api/session` shows.
struct LinkStatus {
    events::LinkState state{events::LinkState::unlinked};
    Jid jid;
    Jid lid;
    std::string push_name;
    std::string platform;
    std::optional<UnixTime> connected_since;
    std::optional<UnixTime> last_seen_alive;
    Version version{};
    std::string reason;
    std::string advice;
    int reconnect_attempts{0};
    bool conflict{false};
    std::optional<std::string> qr;
    UnixTime qr_expires{};
    std::optional<std::string> passkey_options;
    std::string passkey_code;
};

/// A message as the message store has it: what add-ons are sealed with and quotes are made from.
struct KnownMessage {
    common::Bytes content;   ///< wa.e2e.Message, of the latest version
    common::Bytes original;  ///< of an edited message: as it was first, with its secret; else empty
    Jid sender;              ///< bare
    Jid sender_alt;          ///< bare; the other form where known
    bool from_me{false};
    UnixTime time{};
};

/// Takes what happened. `store` returns after the commit: only then the server hears an acknowledgement.
class Sink {
public:
    virtual ~Sink() = default;
    virtual common::asio::awaitable<Status> store(std::vector<events::Happening> happenings) = 0;
    /// A stored message with its content; nothing when unknown or without content.
    virtual common::asio::awaitable<Result<std::optional<KnownMessage>>> find_message(Jid chat, std::string id) = 0;
    virtual void link_changed(const LinkStatus& status) = 0;
};

struct Counters {
    std::uint64_t messages_opened{0};
    std::uint64_t duplicates{0};
    std::uint64_t undecryptable{0};
    std::uint64_t refused_protocol{0};
    std::uint64_t sent{0};
    std::uint64_t acknowledged{0};
    std::uint64_t send_failures{0};
    std::uint64_t unconfirmed{0};
    std::uint64_t retries_answered{0};
    std::uint64_t connects{0};
};

/// The file of a queued send that has not been uploaded: nobody can fetch it yet.
bool is_waiting_for_upload(const content::Media& media) noexcept;

class Client {
public:
    Client(
        common::asio::any_io_executor io,
        common::asio::any_io_executor storage_executor,
        common::asio::any_io_executor worker,
        storage::Storage& storage,
        const common::Clock& clock,
        Sink& sink,
        Options options
    );
    ~Client();

    /// Until `stop`. Drains the inbox first, then links or connects, for ever.
    common::asio::awaitable<void> run();
    /// Sends what is being written, closes the socket properly; `run` returns.
    common::asio::awaitable<void> stop();

    const LinkStatus& status() const noexcept;
    Counters counters() const noexcept;

    struct PairCode {
        std::string code;
        UnixTime expires_at{};
    };
    common::asio::awaitable<Result<PairCode>> request_pair_code(std::string phone);
    common::asio::awaitable<Status> give_passkey_assertion(std::string json);
    common::asio::awaitable<Status> confirm_passkey();
    common::asio::awaitable<Status> reconnect();
    common::asio::awaitable<Status> logout();

    /// A send that is ready for the outbox.
    struct SendRequest {
        Jid chat;                            ///< bare
        common::Bytes content;               ///< wa.e2e.Message
        common::Bytes addon;                 ///< what is sealed inside `content`; else empty
        std::string attachment;              ///< body that is uploaded first; "" for none
        std::string id;                      ///< "" for one of ours
        std::string idempotency_key;         ///< "" for none; a repeated key returns the first send
        std::optional<UnixTime> not_before;  ///< scheduled
    };
    struct Accepted {
        bool repeated{false};  ///< the idempotency key was known: this is the first send
        std::string id;
        Jid chat;
        UnixTime time{};
        storage::OutboxState state{storage::OutboxState::queued};
    };
    struct SendOptions {
        std::string id;               ///< "" for one of ours
        std::string idempotency_key;  ///< "" for none; a repeated key returns the first send
        std::optional<UnixTime> not_before;
        std::string attachment;  ///< `Attachment::name`, for what `attach` gave; taken over, also when the send fails
    };
    /// A file that was encrypted and waits to be uploaded with its send.
    struct Attachment {
        content::Media media;  ///< with key and hashes
        std::string name;      ///< of the body in the outgoing folder
    };
    /// Encrypts `file`. What the media needs for people (size, duration, thumbnail ...) is the caller's.
    common::asio::awaitable<Result<Attachment>> attach(
        std::shared_ptr<const common::files::File> file, content::Media what
    );
    /// An attachment that is not going to be sent.
    void discard(const Attachment& attachment);
    /// Into a temporary file in `folder`, verified; the phone is asked to upload it again when it is gone. Errors as of
    /// media::Transfers::download.
    common::asio::awaitable<Result<media::Downloaded>> download(
        content::Media what, media::RetryTarget target, std::string folder
    );
    /// Durable (outbox and sink) when it returns a value. To people, groups and status@broadcast; `not_allowed_here`
    /// when the chat does not take this kind of content. Votes, event answers and reactions to announcements are sealed
    /// here: `no_such_message` when the message they act on is not known.
    common::asio::awaitable<Result<Accepted>> send(Jid chat, content::Content what, SendOptions how);
    /// Takes a queued send back. `not_found`, or `conflict` when it is on its way.
    common::asio::awaitable<Status> cancel(std::string id);
    /// Sends that wait, oldest first.
    common::asio::awaitable<Result<std::vector<storage::OutboxEntry>>> waiting(std::size_t limit);
    /// Waits until the server acknowledged or refused the send, at most `limit`; its state then.
    common::asio::awaitable<Result<storage::OutboxState>> wait_sent(std::string id, std::chrono::milliseconds limit);
    /// From the cache, else from the server.
    common::asio::awaitable<Result<events::GroupInfo>> group(Jid group);
    /// Shown as online or not; not online is the rule, so that the phone keeps notifying. Lasts over reconnects.
    common::asio::awaitable<Status> set_available(bool available);
    /// Presence of a person, until the connection ends; told only while we are available.
    common::asio::awaitable<Status> subscribe_presence(Jid who);
    common::asio::awaitable<Status> send_typing(Jid chat, events::Typing typing);
    /// Tells the sender (`participant` in groups, else empty) that these were read.
    common::asio::awaitable<Status> mark_read(Jid chat, Jid participant, std::vector<std::string> ids);

private:
    common::asio::awaitable<Result<Accepted>> submit(Jid chat, content::Content what, SendOptions how);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bridge::whatsapp::client
