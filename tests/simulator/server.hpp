/// The WhatsApp server: connections, logins, and the rooms that answer them, wired together. All on one executor.
#pragma once

#include "common/http/websocket.hpp"
#include "tests/simulator/connection.hpp"
#include "tests/simulator/pairing.hpp"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/queries.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace wa::handshake {
class ClientPayload;
}

namespace simulator {

enum class MalformedFrame { frame, node, zlib_bomb, bad_token };

/// A frame plaintext that inflates to 64 MiB.
Bytes zlib_bomb();

class Server final : public ConnectionEvents {
public:
    /// `media` must outlive the server.
    Server(
        common::asio::any_io_executor executor, NoiseIdentity identity, media::Host& media, const common::Clock& clock
    );

    /// One client, until it leaves.
    common::asio::awaitable<void> serve(common::http::WebSocket& socket);

    /// The account of that number with its phone, made if there is none.
    Account& add_account(std::string_view phone, std::string_view name);
    Phone& phone_of(const Account& account) { return *phones_.at(account.phone); }
    /// The phone removes a companion: it is told and forgotten, the others hear of it. False when there is none.
    bool unlink(const std::string& phone, std::uint16_t device);
    /// The phone is installed anew: its companions are gone, its contacts hear of the new identity.
    void change_identity(Account& account);
    void send_malformed(Device& device, MalformedFrame kind);
    /// Closes every connection after what is queued.
    void shut_down();

    Registry& registry() noexcept { return registry_; }
    media::Host& media() noexcept { return media_; }
    Groups& groups() noexcept { return groups_; }
    Router& router() noexcept { return router_; }
    Pairing& pairing() noexcept { return pairing_; }
    Delivery& delivery() noexcept { return delivery_; }
    Faults& faults() noexcept { return faults_; }
    const NodeLog& log() const noexcept { return log_; }
    const NoiseIdentity& identity() const noexcept { return identity_; }

    Bytes certificate_chain() override;
    void opened(Connection& connection, ByteView client_payload) override;
    void received(Connection& connection, const Node& node) override;

private:
    void closed(Connection& connection);
    void send(Connection& connection, const Node& node);
    void fail(Connection& connection, int reason);
    void begin_registration(Connection& connection, const wa::handshake::ClientPayload& payload);
    void log_in(Connection& connection, const wa::handshake::ClientPayload& payload);
    void before_login(Connection& connection, const Node& node);

    common::asio::any_io_executor executor_;
    NoiseIdentity identity_;
    media::Host& media_;
    const common::Clock& clock_;
    Registry registry_;
    Faults faults_;
    NodeLog log_;
    Delivery delivery_;
    Router router_;
    Groups groups_;
    Queries queries_;
    Pairing pairing_;
    std::map<std::string, std::unique_ptr<Phone>> phones_;
    std::set<Connection*> connections_;
};

}  // namespace simulator
