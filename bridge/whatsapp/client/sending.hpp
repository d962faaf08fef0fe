/// The outbox on the wire: takes accepted sends in order, seals and sends them, binds acknowledgements to them, answers
/// retry receipts. A send keeps its id in every attempt.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/client/directory.hpp"

#include <map>
#include <string>

namespace bridge::whatsapp::client {

class Sending {
public:
    Sending(Core& core, Directory& directory)
        : core_{core}, directory_{directory}, work_{core.io}, outcome_{core.io}, acks_{core.io, 4096} {}

    /// Two loops, for the life of the client.
    asio::awaitable<void> run();
    asio::awaitable<void> run_acks();

    asio::awaitable<Result<Client::Accepted>> accept(Jid chat, std::string text, std::string id, std::string key);
    asio::awaitable<Result<storage::OutboxState>> wait_sent(std::string id, std::chrono::milliseconds limit);

    /// Start-up: every pending send has its row (a crash may have come between the two databases).
    asio::awaitable<Status> restore();
    /// Logged in: everything pending goes out again.
    void connected();
    void disconnected();
    void acknowledged(const Node& ack);
    /// An incoming `<receipt type="retry">`: resends to the device that asks; the caller acknowledges the receipt.
    asio::awaitable<Status> answer_retry(Node receipt);

private:
    struct InFlight {
        Jid chat;
        std::chrono::steady_clock::time_point since;
    };
    asio::awaitable<Status> send_pending();
    asio::awaitable<Status> send_batch(std::vector<storage::OutboxEntry> entries);
    asio::awaitable<Status> fail(storage::OutboxEntry entry, int code, std::string reason);
    asio::awaitable<Status> settle(std::vector<Node> acks);
    void find_unconfirmed();

    Core& core_;
    Directory& directory_;
    common::Event work_;
    common::Event outcome_;
    common::Channel<Node> acks_;
    bool pending_{true};
    std::map<std::string, InFlight> in_flight_;
    std::map<std::string, int> sent_again_;
};

}  // namespace bridge::whatsapp::client
