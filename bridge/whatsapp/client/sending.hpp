/// The outbox on the wire: takes accepted sends in order, seals and sends them, binds acknowledgements to them, answers
/// retry receipts. A send keeps its id in every attempt; what one chat waits for holds no other chat up.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/client/directory.hpp"
#include "bridge/whatsapp/client/groups.hpp"
#include "bridge/whatsapp/client/media.hpp"
#include "bridge/whatsapp/messages/fanout.hpp"
#include "bridge/whatsapp/messages/group_fanout.hpp"
#include "bridge/whatsapp/messages/retry.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>

namespace bridge::whatsapp::client {

class Sending {
public:
    Sending(Core& core, Directory& directory, Groups& groups, Media& media)
        : core_{core},
          directory_{directory},
          groups_{groups},
          media_{media},
          work_{core.io},
          outcome_{core.io},
          acks_{core.io, 4096},
          issues_{core.io, 256},
          uploading_{core.io} {}

    /// Three loops, for the life of the client; `run` ends the uploads with it.
    asio::awaitable<void> run();
    asio::awaitable<void> run_acks();
    asio::awaitable<void> run_token_issues();

    asio::awaitable<Result<Client::Accepted>> accept(Client::SendRequest request);
    asio::awaitable<Result<storage::OutboxState>> wait_sent(std::string id, std::chrono::milliseconds limit);
    /// A queued send is taken back; `conflict` when it is on its way already.
    asio::awaitable<Status> cancel(std::string id);

    /// Start-up: every pending send has its row (a crash may have come between the two databases), and no file is kept
    /// for others.
    asio::awaitable<Status> restore();
    /// Logged in: everything pending goes out again.
    void connected();
    void disconnected();
    void acknowledged(const Node& ack);
    /// An incoming `<receipt type="retry">`: resends to the device that asks; the caller acknowledges the receipt.
    asio::awaitable<Status> answer_retry(Node receipt);

private:
    using Clock = std::chrono::steady_clock;
    using Target = std::variant<messages::Audience, messages::GroupAudience>;
    struct InFlight {
        Jid chat;
        Clock::time_point since;
        std::vector<Jid> given;  ///< devices that got our sender key with it
    };
    /// One send that will be sealed, and what became of it.
    struct Ready {
        storage::OutboxEntry entry;
        messages::Outgoing outgoing;
        Node stanza;
        std::vector<Jid> given;
        bool no_device{false};
        bool cancelled{false};  ///< since it was looked up
    };

    asio::awaitable<void> send_all();
    asio::awaitable<Status> send_pending();
    asio::awaitable<Status> send_batch(std::vector<storage::OutboxEntry> entries);
    asio::awaitable<Result<Target>> target_of(Jid chat);
    /// Sends whose chat has a target; the others are failed, or held until later.
    asio::awaitable<Result<std::vector<Ready>>> find_targets(
        std::vector<storage::OutboxEntry> entries, std::map<Jid, Target>& targets
    );
    using Promises = std::map<Jid, std::set<Jid>>;
    asio::awaitable<Status> ensure_sessions(const std::map<Jid, Target>& targets, Promises promises);
    Status seal(Ready& ready, const Target& target, const storage::Account& account, Promises& promises);
    static void add_reporting_token(Ready& ready, const Target& target, const storage::Account& account);
    void complete(messages::Outgoing& outgoing, const messages::Audience& audience);
    Status hand_over(Ready ready);
    asio::awaitable<Status> fail(storage::OutboxEntry entry, int code, std::string reason);

    struct Verdict {
        std::string id;
        storage::OutboxState state{};
        Jid group;
        std::vector<Jid> given;
    };
    asio::awaitable<Status> settle(std::vector<Node> acks);
    /// What the acknowledgement means beyond the send itself: caches, patience. True when the send goes out again.
    bool learn_from(const Node& ack, const storage::OutboxEntry& entry, int code);
    void find_unconfirmed();

    struct Plan;
    Result<Plan> plan_resend(const messages::RetryRequest& request);
    Result<bool> may_ask(const storage::OutboxEntry& entry, const messages::RetryRequest& request);
    Result<bool> renew_session(const messages::RetryRequest& request, const Jid& address);

    /// The file of a send on its way to the hosts, or waiting for the next attempt.
    struct Upload {
        bool running{false};
        int failures{0};
        Clock::time_point next{};
    };
    void start_upload(const storage::OutboxEntry& entry);
    asio::awaitable<void> upload(storage::OutboxEntry entry);
    asio::awaitable<Status> finish_upload(const storage::OutboxEntry& entry, common::Bytes content);
    /// What an upload that failed leads to: another attempt, or the end of the send.
    asio::awaitable<void> upload_failed(storage::OutboxEntry entry, common::Error error);

    bool is_held(const Jid& chat);
    void hold(const Jid& chat, Clock::duration time);

    Core& core_;
    Directory& directory_;
    Groups& groups_;
    Media& media_;
    common::Event work_;
    common::Event outcome_;
    common::Channel<Node> acks_;
    common::Channel<Jid> issues_;  ///< whom to give our trusted-contact token
    bool pending_{true};
    std::map<std::string, InFlight> in_flight_;
    std::unordered_map<Jid, Clock::time_point> held_;  ///< chats that wait, and until when
    Promises promised_;                                ///< sender keys sent on this connection, not acknowledged yet
    std::set<std::string> repeated_;                   ///< sends that were repeated after a stale addressing mode
    std::map<std::string, Upload> uploads_;            ///< by message id
    common::TaskGroup uploading_;
};

}  // namespace bridge::whatsapp::client
