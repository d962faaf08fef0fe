/// What arrives, in order: messages are opened in batches and stored before they are answered; receipts are stored
/// before they are acknowledged; notifications keep keys and device lists current.
///
/// Two stages in a row, so that opening (storage thread) and storing (message store) overlap: `open_loop` ->
/// `store_loop`.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/client/directory.hpp"
#include "bridge/whatsapp/client/groups.hpp"
#include "bridge/whatsapp/client/media.hpp"
#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/client/upkeep.hpp"

namespace bridge::whatsapp::client {

class Processing {
public:
    Processing(Core& core, Directory& directory, Groups& groups, Media& media, Sending& sending, PreKeyUpkeep& upkeep)
        : core_{core},
          directory_{directory},
          groups_{groups},
          media_{media},
          sending_{sending},
          upkeep_{upkeep},
          arrived_{core.io, most_waiting},
          opened_{core.io, 8},
          taken_{core.io} {}

    /// The two stages, for the life of one connection; an error means that storage failed and the connection must go.
    asio::awaitable<Status> open_loop();
    asio::awaitable<Status> store_loop();
    /// In the order of arrival; false when the queue is full (the connection is then cut, and the server delivers
    /// again).
    bool take(Node stanza) { return arrived_.try_send(std::move(stanza)); }
    /// Returns once few enough stanzas wait: meanwhile the reader leaves the rest with the server. While a stanza waits
    /// for an answer that is still to be read, it returns at once.
    asio::awaitable<void> room();
    /// The connection has ended: both loops return.
    void close() {
        arrived_.close();
        opened_.close();
        taken_.notify();
    }
    /// A new connection starts empty.
    void reset() {
        arrived_.reopen();
        opened_.reopen();
        last_run_ = 0;
        opening_ = false;
        asking_ = false;
    }
    /// Start-up: what was opened but not yet stored goes to the sink before anything else.
    asio::awaitable<Status> drain_inbox();

private:
    static constexpr std::size_t enough_waiting = 2048;
    static constexpr std::size_t most_waiting = 8 * enough_waiting;

    /// A run of stanzas, ready to be stored and then answered.
    struct Batch {
        std::vector<events::Happening> happenings;
        std::vector<std::int64_t> inbox_ids;
        std::vector<Node> replies;
        void append(Batch more);
    };
    asio::awaitable<Status> open_messages(std::vector<Node> stanzas);
    asio::awaitable<Status> open_receipt(Node stanza);
    asio::awaitable<Status> open_notification(Node stanza);
    asio::awaitable<Status> open_group_notification(Node stanza);
    /// Presence and typing: told on, never acknowledged.
    asio::awaitable<Status> tell_on(const Node& stanza);
    asio::awaitable<Status> identity_changed(Jid user);
    asio::awaitable<Status> keep_token(Node stanza);
    asio::awaitable<void> gather(std::vector<Node>& run, std::optional<Node>& next);
    asio::awaitable<Status> store_batch(Batch batch);
    asio::awaitable<Status> remove_stored();
    void devices_changed(const Node& stanza);

    Core& core_;
    Directory& directory_;
    Groups& groups_;
    Media& media_;
    Sending& sending_;
    PreKeyUpkeep& upkeep_;
    common::Channel<Node> arrived_;
    common::Channel<Batch> opened_;
    common::Event taken_;               ///< `open_loop` went on
    bool asking_{false};                ///< the stanza in hand may wait for an answer of the server
    std::size_t last_run_{0};           ///< messages opened together the last time
    bool opening_{false};               ///< messages are on their way through `open_loop`
    std::vector<std::int64_t> stored_;  ///< inbox rows whose messages are in the message store
};

}  // namespace bridge::whatsapp::client
