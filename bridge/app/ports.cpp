#include "bridge/app/ports.hpp"

#include "bridge/whatsapp/client/version.hpp"

namespace bridge::app {

using common::Error;
namespace asio = common::asio;
using whatsapp::Jid;
using whatsapp::storage::OutboxState;

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

namespace {

std::string status_name(OutboxState state) {
    switch (state) {
        case OutboxState::queued:
        case OutboxState::sending: return "queued";
        case OutboxState::acknowledged: return "sent";
        case OutboxState::failed: return "failed";
        case OutboxState::cancelled: return "cancelled";
    }
    return "queued";
}

}  // namespace

asio::awaitable<api::Result<common::contract::SendResult>> SenderPort::send_text(api::TextRequest request) {
    auto recipient = Jid::parse_recipient(request.recipient);
    if (!recipient) co_return Error{whatsapp::client::Errc::bad_recipient};
    auto accepted = co_await client_.send_text(
        std::move(*recipient),
        std::move(request.text),
        std::move(request.message_id),
        std::move(request.idempotency_key)
    );
    if (!accepted) co_return accepted.error();
    OutboxState state = accepted->state;
    if (request.wait.count() > 0 && !whatsapp::storage::is_finished(state)) {
        const auto reached = co_await client_.wait_sent(accepted->id, request.wait);
        if (reached) state = *reached;
    }
    common::contract::SendResult result;
    result.message_id = accepted->id;
    result.timestamp = accepted->time;
    result.chat_jid = accepted->chat.to_string();
    result.status = status_name(state);
    co_return result;
}

asio::awaitable<api::Status> SenderPort::mark_read(api::ReadRequest request) {
    auto chat = Jid::parse_recipient(request.chat);
    if (!chat) co_return Error{whatsapp::client::Errc::bad_recipient};
    Jid sender;
    if (!request.sender.empty()) {
        auto parsed = Jid::parse_recipient(request.sender);
        if (!parsed) co_return Error{whatsapp::client::Errc::bad_recipient};
        sender = std::move(*parsed);
    }
    co_return co_await client_.mark_read(std::move(*chat), std::move(sender), std::move(request.ids));
}

}  // namespace bridge::app
