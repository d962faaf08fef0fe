/// The local API's ports over the client.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/whatsapp/client/client.hpp"
#include "common/clock/clock.hpp"

namespace bridge::app {

class SessionPort final : public api::Session {
public:
    explicit SessionPort(whatsapp::client::Client& client) : client_{client} {}
    api::SessionInfo info() const override;
    std::optional<api::QrCode> qr() const override;
    common::asio::awaitable<api::Result<api::PairCode>> pair_code(std::string phone) override;
    std::optional<api::PasskeyChallenge> passkey() const override;
    common::asio::awaitable<api::Status> passkey_assertion(std::string assertion_json) override;
    common::asio::awaitable<api::Status> passkey_confirm() override;
    common::asio::awaitable<api::Status> reconnect() override;
    common::asio::awaitable<api::Status> logout() override;

private:
    whatsapp::client::Client& client_;
};

class PresencePort final : public api::Presence {
public:
    explicit PresencePort(whatsapp::client::Client& client) : client_{client} {}
    common::asio::awaitable<api::Status> set_available(bool available) override;
    /// `invalid` for what is no JID and no number.
    common::asio::awaitable<api::Status> subscribe(std::string jid) override;

private:
    whatsapp::client::Client& client_;
};

}  // namespace bridge::app
