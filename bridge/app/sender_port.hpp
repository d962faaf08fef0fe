/// The local API's port for everything that ends in a message: looks up what a request refers to, makes the content,
/// and gives it to the client.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/app/outgoing_files.hpp"
#include "bridge/store/store.hpp"
#include "bridge/whatsapp/client/client.hpp"

namespace bridge::app {

class SenderPort final : public api::Sender {
public:
    SenderPort(whatsapp::client::Client& client, store::Store& store, OutgoingFiles& files, const common::Clock& clock)
        : client_{client}, store_{store}, files_{files}, clock_{clock} {}

    common::asio::awaitable<api::Result<common::contract::SendResult>> send(api::SendRequest request) override;
    common::asio::awaitable<api::Result<common::contract::SendResult>> act(api::ActRequest request) override;
    common::asio::awaitable<api::Status> cancel(std::string message_id) override;
    common::asio::awaitable<api::Result<std::vector<common::contract::QueuedSend>>> waiting(std::size_t limit) override;
    common::asio::awaitable<api::Status> mark_read(api::ReadRequest request) override;
    common::asio::awaitable<api::Status> typing(std::string chat_jid, whatsapp::events::Typing typing) override;

private:
    using Jid = whatsapp::Jid;
    /// A stored message as others name it.
    struct Found {
        store::StoredMessage message;
        Jid chat;  ///< as the protocol addresses it: LID where known
        whatsapp::content::MessageRef ref;
    };
    common::asio::awaitable<api::Result<Found>> find(api::Target target);
    /// The sender's address in the form that the chat uses.
    common::asio::awaitable<api::Result<Jid>> author_in(Jid chat, store::StoredMessage message);
    common::asio::awaitable<api::Result<common::contract::SendResult>> submit(
        Jid chat, whatsapp::content::Content content, api::SendOptions options, std::string attachment = {}
    );
    common::asio::awaitable<api::Status> add_quote(api::SendRequest& request, Jid recipient);

    whatsapp::client::Client& client_;
    store::Store& store_;
    OutgoingFiles& files_;
    const common::Clock& clock_;
};

}  // namespace bridge::app
