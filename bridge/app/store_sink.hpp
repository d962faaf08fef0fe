/// Puts what the client says into the message store: protocol values become rows and events.
#pragma once

#include "bridge/app/content_rows.hpp"
#include "bridge/app/effect_rows.hpp"
#include "bridge/store/store.hpp"
#include "bridge/whatsapp/client/client.hpp"

#include <functional>
#include <string>

namespace bridge::app {

class StoreSink final : public whatsapp::client::Sink {
public:
    StoreSink(common::asio::any_io_executor io, store::Store& store) : store_{store}, tasks_{io} {}

    common::asio::awaitable<common::Status> store(std::vector<whatsapp::events::Happening> happenings) override;
    common::asio::awaitable<common::Result<std::optional<whatsapp::client::KnownMessage>>> find_message(
        whatsapp::Jid chat, std::string id
    ) override;
    void link_changed(const whatsapp::client::LinkStatus& status) override;
    /// Called for each new code while linking: the terminal shows it.
    void on_code(std::function<void(const std::string&)> show) { show_code_ = std::move(show); }
    /// Called for each message with a file that somebody else sent, once it is stored.
    void on_file(std::function<void(std::string chat, std::string id, const std::string& kind, std::uint64_t size)> tell
    ) {
        tell_file_ = std::move(tell);
    }
    /// Ends with what was still being stored.
    common::asio::awaitable<void> finish() { co_await tasks_.join(); }

    /// Own address for the rows of own messages.
    void set_own(const whatsapp::Jid& pn, const whatsapp::Jid& lid);

private:
    /// Stored or just arrived: what opens a sealed add-on.
    struct Opener {
        common::Bytes message;  ///< wa.e2e.Message
        store::Party author;
    };

    store::AddMessage row_of(whatsapp::events::IncomingMessage& message) const;
    common::asio::awaitable<common::Status> take(
        whatsapp::events::IncomingMessage message, std::vector<store::Change>& out
    );
    common::asio::awaitable<common::Status> take(whatsapp::events::QueuedSend send, std::vector<store::Change>& out);
    common::asio::awaitable<common::Status> take_add_on(
        AddOn add_on, const whatsapp::content::Content& what, std::vector<store::Change>& out
    );
    /// The message that `sealed` acts on, among the changes before it or in the store.
    common::asio::awaitable<common::Result<std::optional<Opener>>> find_opener(
        const store::Effect& sealed, const std::vector<store::Change>& out
    ) const;
    common::asio::awaitable<common::Status> open_waiting(std::vector<store::Change>& out);
    void add_receipt(const whatsapp::events::Receipt& receipt, std::vector<store::Change>& out) const;

    store::Store& store_;
    common::TaskGroup tasks_;
    std::function<void(const std::string&)> show_code_;
    std::function<void(std::string, std::string, const std::string&, std::uint64_t)> tell_file_;
    store::Party own_;
    std::string last_connection_;
    std::string last_code_;
};

/// An address as the store has it; empty for "".
whatsapp::Jid address_of(const std::string& stored);

}  // namespace bridge::app
