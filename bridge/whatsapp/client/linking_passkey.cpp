#include "bridge/whatsapp/client/linking.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

asio::awaitable<Status> Linking::passkey_asked(Node notification) {
    const auto secret = common::crypto::random_bytes(32);
    auto started = pairing::start_passkey(notification, core_.account, secret);
    if (!started && core_.iq) {
        // The options may have to be asked for.
        const auto answer = co_await core_.iq->ask_node(pairing::passkey_options_request());
        if (!answer) co_return answer.error().within("ask for passkey options");
        started = pairing::start_passkey(*answer, core_.account, secret);
    }
    if (!started) co_return started.error();
    passkey_ = std::move(*started);
    passkey_since_ = std::chrono::steady_clock::now();
    auto kept = co_await replace_adv_secret(passkey_->adv_secret);
    if (!kept) co_return kept;
    core_.status.passkey_options = passkey_->options_json;
    core_.changed();
    common::log::info("the account asks for a passkey: see /api/session/passkey");
    co_return Status{};
}

asio::awaitable<Status> Linking::give_assertion(std::string json) {
    if (!passkey_ || !core_.iq) co_return Errc::no_passkey_asked;
    const auto assertion = pairing::parse_assertion(json);
    if (!assertion) co_return assertion.error();
    const auto answer = co_await core_.iq->ask_node(pairing::passkey_ref_request());
    if (!answer) co_return answer.error().within("ask for a passkey ref");
    auto ref = pairing::parse_passkey_ref(*answer);
    if (!ref) co_return ref.error();
    if (!passkey_ || !core_.iq) co_return Errc::no_passkey_asked;
    const bool fresh = std::chrono::steady_clock::now() - passkey_since_ < pairing::handoff_lifetime;
    const common::ByteView proof = fresh ? passkey_->handoff_key.view() : common::ByteView{};
    constexpr std::uint32_t chrome = 1;
    auto prologue = pairing::passkey_prologue(*ref, chrome, pairing::PasskeyRandomness::fresh(), *assertion, proof);
    passkey_pairing_ = std::move(prologue.pairing);
    const auto sent = co_await core_.iq->ask_node(std::move(prologue.request));
    if (!sent) co_return sent.error().within("send the passkey assertion");
    co_return Status{};
}

asio::awaitable<Status> Linking::passkey_continued(Node notification) {
    if (!passkey_pairing_ || !core_.iq) co_return Errc::no_passkey_asked;
    auto next = pairing::continue_passkey(notification, *passkey_pairing_);
    if (!next) co_return next.error();
    continuation_ = std::move(*next);
    Node nonce = continuation_->companion_nonce;
    const auto answered = co_await core_.iq->ask_node(std::move(nonce));
    if (!answered) co_return answered.error().within("send the companion nonce");
    if (!continuation_) co_return Errc::no_passkey_asked;
    core_.status.passkey_code = continuation_->code;
    core_.changed();
    if (!continuation_->needs_confirmation) co_return co_await confirm();
    co_return Status{};
}

asio::awaitable<Status> Linking::confirm() {
    if (!continuation_ || !core_.iq) co_return Errc::no_passkey_asked;
    common::ByteArray<12> iv;
    common::crypto::random_bytes(iv);
    Node request = pairing::encrypted_pairing_request(*continuation_, core_.account, iv);
    const auto answered = co_await core_.iq->ask_node(std::move(request));
    if (!answered) co_return answered.error().within("send the pairing request");
    co_return Status{};
}

}  // namespace bridge::whatsapp::client
