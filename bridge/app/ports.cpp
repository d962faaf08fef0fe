#include "bridge/app/ports.hpp"

#include "bridge/whatsapp/client/version.hpp"

namespace bridge::app {

namespace asio = common::asio;

api::SessionInfo SessionPort::info() const {
    const auto& status = client_.status();
    api::SessionInfo info;
    info.state = status.state;
    info.jid = status.jid.to_string();
    info.lid = status.lid.to_string();
    info.push_name = status.push_name;
    info.platform = status.platform;
    info.connected_since = status.connected_since;
    info.last_seen_alive = status.last_seen_alive;
    info.client_version = whatsapp::client::to_string(status.version);
    info.reason = status.reason;
    info.advice = status.advice;
    info.reconnect_attempts = status.reconnect_attempts;
    info.conflict = status.conflict;
    return info;
}

std::optional<api::QrCode> SessionPort::qr() const {
    const auto& status = client_.status();
    if (!status.qr) return std::nullopt;
    return api::QrCode{*status.qr, status.qr_expires};
}

asio::awaitable<api::Result<api::PairCode>> SessionPort::pair_code(std::string phone) {
    auto code = co_await client_.request_pair_code(std::move(phone));
    if (!code) co_return code.error();
    api::PairCode shown;
    shown.code = std::move(code->code);
    shown.expires_at = code->expires_at;
    co_return shown;
}

std::optional<api::PasskeyChallenge> SessionPort::passkey() const {
    const auto& status = client_.status();
    if (!status.passkey_options) return std::nullopt;
    return api::PasskeyChallenge{*status.passkey_options, status.passkey_code, status.qr_expires};
}

asio::awaitable<api::Status> SessionPort::passkey_assertion(std::string assertion_json) {
    co_return co_await client_.give_passkey_assertion(std::move(assertion_json));
}

asio::awaitable<api::Status> SessionPort::passkey_confirm() { co_return co_await client_.confirm_passkey(); }
asio::awaitable<api::Status> SessionPort::reconnect() { co_return co_await client_.reconnect(); }
asio::awaitable<api::Status> SessionPort::logout() { co_return co_await client_.logout(); }

asio::awaitable<api::Status> PresencePort::set_available(bool available) {
    co_return co_await client_.set_available(available);
}

asio::awaitable<api::Status> PresencePort::subscribe(std::string jid) {
    auto who = whatsapp::Jid::parse_recipient(jid);
    if (!who) co_return common::Error{whatsapp::client::Errc::bad_recipient};
    co_return co_await client_.subscribe_presence(std::move(*who));
}

}  // namespace bridge::app
