/// What the parts of the client share; wired by `Client`, private to this room.
#pragma once

#include "bridge/whatsapp/client/client.hpp"
#include "bridge/whatsapp/messages/mapping.hpp"
#include "bridge/whatsapp/messages/opener.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/transport/connection.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace bridge::whatsapp::client {

namespace asio = common::asio;

struct Core {
    Core(
        asio::any_io_executor io_executor,
        asio::any_io_executor storage_thread,
        storage::Storage& ports,
        const common::Clock& wall_clock,
        Sink& events_sink,
        Options client_options
    )
        : io{std::move(io_executor)},
          storage_executor{std::move(storage_thread)},
          storage{ports},
          clock{wall_clock},
          sink{events_sink},
          options{std::move(client_options)} {}

    asio::any_io_executor io;
    asio::any_io_executor storage_executor;
    storage::Storage& storage;
    const common::Clock& clock;
    Sink& sink;
    Options options;

    storage::Account account;  ///< io thread's copy; linked or not
    LinkStatus status;
    Counters counters;
    bool stopping{false};
    bool available{false};  ///< shown as online: the phone stops notifying meanwhile

    // Only touched on the storage thread:
    std::unique_ptr<signal::Cipher> cipher;
    std::unique_ptr<messages::Opener> opener;

    // The connection of the moment; null when there is none or nobody is logged in on it.
    transport::Connection* connection{nullptr};
    stanza::Iq* iq{nullptr};

    bool online() const noexcept { return connection && status.state == events::LinkState::online; }
    void changed() { sink.link_changed(status); }

    /// Runs `work` on the storage thread inside a transaction; commits when it returns a value.
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work&>> transact(Work work) {
        using R = std::invoke_result_t<Work&>;
        auto job = [this, work = std::move(work)]() mutable -> R {
            auto transaction = storage.begin();
            if (!transaction) return transaction.error().within("begin");
            R result = work();
            if (result) {
                if (auto done = (*transaction)->commit(); !done) {
                    if (cipher) cipher->forget_cache();
                    return done.error().within("commit");
                }
                return result;
            }
            transaction->reset();
            if (cipher) cipher->forget_cache();
            return result;
        };
        auto result = co_await common::run_on(storage_executor, std::move(job));
        co_return result;
    }

    /// Sends when connected and logged in.
    Status send(Node node) {
        if (!connection) return Errc::not_ready;
        return connection->send(std::move(node));
    }
};

using messages::session_address;

}  // namespace bridge::whatsapp::client
