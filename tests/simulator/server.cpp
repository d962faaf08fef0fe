#include "tests/simulator/server.hpp"

#include "common/log/log.hpp"

namespace simulator {

namespace asio = common::asio;

Server::Server(asio::any_io_executor executor, NoiseIdentity identity, media::Host& media, const common::Clock& clock)
    : executor_{executor},
      identity_{std::move(identity)},
      media_{media},
      clock_{clock},
      delivery_{executor, registry_, faults_, log_},
      router_{executor, registry_, delivery_, faults_, clock_},
      groups_{registry_, router_, clock_},
      queries_{registry_, delivery_, router_, groups_, media_, faults_, clock_},
      pairing_{executor, registry_, router_, faults_, log_, clock_} {
    delivery_.set_phone_sink([this](const std::string& phone, const Node& stanza) {
        const auto found = phones_.find(phone);
        if (found != phones_.end()) found->second->receive(stanza);
    });
    queries_.set_unlink([this](const std::string& phone, std::uint16_t device) { unlink(phone, device); });
}

asio::awaitable<void> Server::serve(common::http::WebSocket& socket) {
    Connection connection{executor_, socket, identity_, *this};
    connections_.insert(&connection);
    // Also when the coroutine is cancelled in `run`.
    struct Leaving {
        Leaving(Server& s, Connection& c) : server{s}, connection{c} {}
        ~Leaving() { server.closed(connection); }
        Server& server;
        Connection& connection;
    };
    const Leaving leaving{*this, connection};
    co_await connection.run();
}

Account& Server::add_account(std::string_view phone, std::string_view name) {
    Account& account = registry_.add(phone, name);
    auto& person = phones_[account.phone];
    if (!person) person = std::make_unique<Phone>(registry_, router_, media_, clock_, account);
    return account;
}

bool Server::unlink(const std::string& phone, std::uint16_t device) {
    Account* account = registry_.find(phone);
    if (account == nullptr || device == 0) return false;
    const auto found = account->devices.find(device);
    if (found == account->devices.end()) return false;
    if (Connection* connection = found->second.connection) {
        Node error{"stream:error", {{"code", "401"}}};
        error.add(Node{"conflict", {{"type", "device_removed"}}});
        send(*connection, error);
        connection->phone.clear();
        connection->device = 0;
        connection->finish();
    }
    const std::uint32_t key_index = found->second.key_index;
    account->devices.erase(found);
    router_.announce_device(*account, "remove", device, key_index);
    return true;
}

void Server::change_identity(Account& account) {
    while (account.devices.size() > 1) unlink(account.phone, account.devices.rbegin()->first);
    phone_of(account).change_identity();
    router_.notify_acquaintances(account, "encrypt", Node{"identity"});
}

void Server::send_malformed(Device& device, MalformedFrame kind) {
    Connection& connection = *device.connection;
    switch (kind) {
        case MalformedFrame::frame: return connection.send_garbage(common::crypto::random_bytes(64));
        case MalformedFrame::node: return connection.send_plaintext(Bytes{0x00, 0xF8, 0x05, 0x13});
        case MalformedFrame::bad_token: return connection.send_plaintext(Bytes{0x00, 0xF8, 0x01, 0xF2});
        case MalformedFrame::zlib_bomb: return connection.send_plaintext(zlib_bomb());
    }
}

void Server::shut_down() {
    for (Connection* connection : connections_) connection->finish();
}

Bytes Server::certificate_chain() { return identity_.certificate_chain(clock_.now(), faults_.certificate); }

void Server::send(Connection& connection, const Node& node) {
    log_.add(connection.phone, connection.device, "out", node);
    connection.send(node);
}

void Server::received(Connection& connection, const Node& node) {
    log_.add(connection.phone, connection.device, "in", node);
    Account* account = connection.phone.empty() ? nullptr : registry_.find(connection.phone);
    const auto found =
        account == nullptr ? decltype(account->devices.begin()){} : account->devices.find(connection.device);
    if (account == nullptr || found == account->devices.end()) return before_login(connection, node);
    Device& device = found->second;
    if (node.tag == "iq") return queries_.handle(*account, device, node);
    if (node.tag == "message") return router_.message(*account, device, node);
    if (node.tag == "receipt") return router_.receipt(*account, device, node);
    if (node.tag == "ack") return delivery_.confirm(device, node);
    if (node.tag == "presence") return router_.presence(*account, device, node);
    if (node.tag == "chatstate") return router_.chat_state(*account, node);
    if (node.tag != "ib") common::log::warn("client sent an unknown stanza", {{"tag", node.tag}});
}

void Server::closed(Connection& connection) {
    connections_.erase(&connection);
    pairing_.forget(connection);
    Device* device = nullptr;
    if (Account* account = registry_.find(connection.phone)) {
        const auto found = account->devices.find(connection.device);
        if (found != account->devices.end()) device = &found->second;
    }
    if (device != nullptr && device->connection == &connection) Delivery::disconnected(*device);
}

}  // namespace simulator
