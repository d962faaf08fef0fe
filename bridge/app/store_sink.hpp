/// Puts what the client says into the message store: protocol values become rows and events.
#pragma once

#include "bridge/app/content_rows.hpp"
#include "bridge/store/store.hpp"
#include "bridge/whatsapp/client/client.hpp"

#include <functional>
#include <string>

namespace bridge::app {

class StoreSink final : public whatsapp::client::Sink {
public:
    StoreSink(common::asio::any_io_executor io, store::Store& store) : store_{store}, tasks_{io} {}

    common::asio::awaitable<common::Status> store(std::vector<whatsapp::events::Happening> happenings) override;
    void link_changed(const whatsapp::client::LinkStatus& status) override;
    /// Called for each new code while linking: the terminal shows it.
    void on_code(std::function<void(const std::string&)> show) { show_code_ = std::move(show); }
    /// Ends with what was still being stored.
    common::asio::awaitable<void> finish() { co_await tasks_.join(); }

    /// Own address for the rows of own messages.
    void set_own(const whatsapp::Jid& pn, const whatsapp::Jid& lid);

private:
    void add_message(whatsapp::events::IncomingMessage message, std::vector<store::Change>& out) const;
    void add_send(whatsapp::events::QueuedSend send, std::vector<store::Change>& out) const;
    void add_receipt(const whatsapp::events::Receipt& receipt, std::vector<store::Change>& out) const;

    store::Store& store_;
    common::TaskGroup tasks_;
    std::function<void(const std::string&)> show_code_;
    store::Party own_;
    std::string last_connection_;
    std::string last_code_;
};

}  // namespace bridge::app
