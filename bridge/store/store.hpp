/// Chats, messages, contacts, search and delivery states in `messages.db`, and the events that go with every change.
///
/// One writer thread with group commit, a few readers, WAL. Everything a `Change` does and its events are one
/// transaction; `apply` returns after the commit. Knows JIDs only as text: mapping and parsing are the caller's.
#pragma once

#include "bridge/store/content.hpp"
#include "bridge/store/effects.hpp"
#include "bridge/store/party.hpp"
#include "common/async/async.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"
#include "common/contract/contract.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bridge::store {

using common::Result;
using common::Status;
using common::UnixTime;
namespace contract = common::contract;

enum class Errc {
    message_not_found = 1,
    chat_not_found,
    media_not_found,
    poll_not_found,
    bad_cursor,
    cursor_too_old,
    bad_query,
    bad_change,
    overloaded,
    closed
};
common::ErrcInfo describe(Errc code) noexcept;

/// A message to store. The same (chat, id) again is stored once; a stub is completed by the real message, and its row
/// keeps its place. New messages raise a `message` event; completing a stub raises `message_update`.
struct AddMessage {
    Party chat;
    Party sender;  ///< bare account
    std::string id;
    UnixTime time{};
    bool from_me{false};
    std::string text;        ///< what search sees and lists show
    std::string media_type;  ///< "" for text
    std::string status;      ///< "received", "undecryptable", "queued" ...
    std::string push_name;   ///< of the sender; "" when unknown
    common::Bytes content;   ///< the protobuf, kept for later features; may be empty
    bool is_group{false};
    bool count_unread{false};
    std::optional<Extras> extras;
};

/// An own message moved on (queued -> sent -> delivered -> read -> played, or failed). States only go up; each new
/// step is kept in the delivery timeline and raises a `receipt` event (and `message_update` when the message's status
/// changed). Unknown ids are ignored.
struct AdvanceMessage {
    Party chat;
    std::string id;
    std::string state;      ///< sent, delivered, read, played, failed
    std::string recipient;  ///< JID of who got or read it; "" for sent and failed
    UnixTime time{};
    std::string reason;  ///< for failed
};

/// We, or another device of ours, read the chat up to these messages: unread count falls. Raises a `chat` event.
struct MarkRead {
    Party chat;
    std::vector<std::string> ids;  ///< empty: everything
};

/// PN and LID are one person: rows merge, names are back-filled. Raises `chat` and `contact` events where something
/// changed.
struct LearnMapping {
    Party person;  ///< both forms
};

/// A person's name and where it is from ("push", "contact", "business", "verified"); better sources win. Back-fills
/// chat names. Raises `contact`.
struct LearnName {
    Party person;
    std::string name;
    std::string source;
};

/// An event without rows (connection states, QR codes ...).
struct RaiseEvent {
    std::string type;
    std::string chat_jid;
    std::string data;  ///< JSON
};

using Change = std::variant<
    AddMessage,
    AdvanceMessage,
    MarkRead,
    LearnMapping,
    LearnName,
    RaiseEvent,
    Effect,
    UpdateMedia,
    ForgetFiles,
    DropDue>;

struct SearchFilter {
    std::optional<UnixTime> after;        ///< exclusive
    std::optional<UnixTime> before;       ///< exclusive
    std::optional<std::string> sender;    ///< phone number (whole digits) or JID
    std::optional<std::string> chat_jid;  ///< either form
    std::string query;                    ///< substring, any case, accents as written; "" matches all
    bool whole_words{false};              ///< `query` is words that stand together, without accents: the word index
    int limit{20};
    int page{0};
    std::string cursor;  ///< instead of page
};

/// A message with what the protocol needs of it again: quotes, add-ons, forwards.
struct StoredMessage {
    Party chat;
    Party sender;  ///< empty when unknown
    std::string id;
    UnixTime time{};
    bool from_me{false};
    common::Bytes content;   ///< the protobuf, of the latest version; may be empty
    common::Bytes original;  ///< of an edited message: as it was first, with its secret; else empty
};

struct ChatQuery {
    int limit{20};
    int page{0};
    bool by_name{false};  ///< else by last activity, newest first
    std::string query;    ///< substring of name or JID; "" for all
};

/// A message that somebody else wrote.
struct ReceivedMessage {
    std::string id;
    Party sender;  ///< both forms, where known
};

/// What marking messages of a chat as read is about.
struct ToRead {
    std::string chat_jid;  ///< public address
    bool is_group{false};
    std::vector<ReceivedMessage> messages;  ///< asked for or unread; own messages are left out
    std::vector<std::string> unknown;       ///< asked for, not in the store
};

struct Options {
    std::string path;  ///< messages.db; a database of the Go bridge is upgraded in place
    std::size_t readers{2};
    std::chrono::seconds event_retention{7 * 24 * 3600};
    std::chrono::milliseconds commit_delay{0};  ///< longest wait for company in a commit
};

class Store {
public:
    /// Opens, migrates, starts writer and readers. Blocking; call before the io thread runs.
    static Result<std::unique_ptr<Store>> open(Options options, const common::Clock& clock);
    ~Store();

    /// All changes of one call are one transaction (together with those of other calls that wait at the same moment).
    /// Returns the number of messages that were new.
    common::asio::awaitable<Result<std::size_t>> apply(std::vector<Change> changes);

    common::asio::awaitable<Result<std::vector<contract::Chat>>> chats(ChatQuery query);
    /// By either form of the JID.
    common::asio::awaitable<Result<contract::Chat>> chat(std::string jid);
    /// Whole number, digits only.
    common::asio::awaitable<Result<contract::Chat>> chat_by_phone(std::string digits);
    /// Newest first; `cursor` (of a message) goes on after it and wins over `page`.
    common::asio::awaitable<Result<std::vector<contract::Message>>> messages(
        std::string chat_jid, int limit, int page, std::string cursor
    );
    common::asio::awaitable<Result<std::vector<contract::Message>>> search(SearchFilter filter);
    /// `chat_jid` may be empty: then the newest message with that id.
    common::asio::awaitable<Result<contract::MessageContext>> context(
        std::string message_id, std::string chat_jid, int before, int after
    );
    common::asio::awaitable<Result<contract::Message>> message(std::string message_id, std::string chat_jid);
    /// With its content; `message_not_found`. `chat_jid` may be empty, as in `message`.
    common::asio::awaitable<Result<StoredMessage>> stored(std::string message_id, std::string chat_jid);
    common::asio::awaitable<Result<contract::Delivery>> delivery(std::string message_id, std::string chat_jid);
    /// What reading these messages is about; with no `ids` the chat's unread ones, newest first, at most 10,000.
    common::asio::awaitable<Result<ToRead>> to_read(std::string chat_jid, std::vector<std::string> ids);
    /// Substring of name or number, without case; at most `limit` (0: all).
    common::asio::awaitable<Result<std::vector<contract::Contact>>> contacts(std::string query, int limit);
    common::asio::awaitable<Result<std::vector<contract::Chat>>> contact_chats(std::string phone_or_jid);

    /// The file of a message; `media_not_found` when it has none.
    common::asio::awaitable<Result<MediaInfo>> media(std::string message_id, std::string chat_jid);
    /// Messages with files, newest first; goes on after `cursor`.
    common::asio::awaitable<Result<std::vector<contract::Message>>> media_of(
        std::string chat_jid, int limit, std::string cursor
    );
    /// What was done to a message; `chat_jid` may be empty, as in `message`.
    common::asio::awaitable<Result<std::vector<contract::Reaction>>> reactions(
        std::string message_id, std::string chat_jid
    );
    /// Oldest first; one for a message that was never edited.
    common::asio::awaitable<Result<std::vector<contract::Version>>> versions(
        std::string message_id, std::string chat_jid
    );
    /// With voters; `poll_not_found` when it is no poll.
    common::asio::awaitable<Result<contract::Poll>> poll(std::string message_id, std::string chat_jid);
    /// To an event, oldest first.
    common::asio::awaitable<Result<std::vector<contract::EventAnswer>>> answers(
        std::string message_id, std::string chat_jid
    );
    /// Starred messages, of one chat or (`chat_jid` empty) of all, newest first; goes on after `cursor`.
    common::asio::awaitable<Result<std::vector<contract::Message>>> starred(
        std::string chat_jid, int limit, std::string cursor
    );
    /// What is pinned in a chat now, pinned last first.
    common::asio::awaitable<Result<std::vector<contract::Message>>> pinned(std::string chat_jid);
    /// Status posts of the last day, newest first; they are in no other list and no search without their chat.
    common::asio::awaitable<Result<std::vector<contract::Message>>> statuses(int limit, std::string cursor);
    /// What waits for the message and only its secret can open.
    common::asio::awaitable<Result<std::vector<Effect>>> sealed(Party chat, std::string message_id);
    /// How many of those there are for all messages: ask only when there are any. From any thread.
    std::size_t sealed_count() const noexcept;
    /// Local copies whose messages are gone, and that no other message has, to be removed; then `ForgetFiles`.
    common::asio::awaitable<Result<std::vector<std::string>>> dead_files(std::size_t limit);

    /// Events after `seq` up to `newest_seq()`, oldest first, at most `limit`; `cursor_too_old` (with the oldest cursor
    /// that works in `detail`) when rows between were removed.
    common::asio::awaitable<Result<std::vector<contract::Event>>> events_after(std::int64_t seq, std::size_t limit);
    std::int64_t newest_seq() const noexcept;
    std::int64_t oldest_cursor() const noexcept;  ///< smallest `after` that misses nothing
    /// Called on the writer thread after each commit that raised events, with the newest seq.
    void on_commit(std::function<void(std::int64_t)> callback);
    /// Writer healthy (last commit did not fail).
    bool writable() const noexcept;
    /// Finishes what is queued, checkpoints, stops the threads. Blocking.
    void close();

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bridge::store
