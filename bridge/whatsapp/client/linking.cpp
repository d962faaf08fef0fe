#include "bridge/whatsapp/client/linking.hpp"

#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

using common::Error;

void Linking::reset() {
    open_ = false;
    refs_.clear();
    shown_ = 0;
    code_.reset();
    hellos_ = 0;
    passkey_.reset();
    passkey_pairing_.reset();
    continuation_.reset();
    core_.status.qr.reset();
    core_.status.passkey_options.reset();
    core_.status.passkey_code.clear();
    ready_.notify();
}

Status Linking::offer(const Node& iq) {
    auto offered = pairing::parse_pair_device(iq);
    if (!offered) return offered.error();
    refs_ = std::move(offered->refs);
    shown_ = 0;
    open_ = true;
    std::chrono::seconds whole{0};
    for (std::size_t i = 0; i < refs_.size(); ++i) whole += pairing::qr_lifetime(i);
    refs_end_ = std::chrono::steady_clock::now() + whole;
    ready_.notify();
    return core_.send(std::move(offered->reply));
}

void Linking::show(const std::string& ref, std::chrono::seconds lifetime) {
    core_.status.qr = pairing::qr_text(ref, core_.account);
    core_.status.qr_expires = core_.clock.now() + lifetime;
    core_.changed();
}

asio::awaitable<Status> Linking::show_codes() {
    if (!open_) {
        if (auto waited = co_await ready_.wait(std::chrono::seconds{60}); !waited)
            co_return waited.error().within("wait for codes");
    }
    while (open_ && shown_ < refs_.size()) {
        const auto lifetime = pairing::qr_lifetime(shown_);
        show(refs_[shown_], lifetime);
        ++shown_;
        // A new secret (code pairing, passkey) makes the code on display void: it is drawn again then.
        const auto waited = co_await ready_.wait(lifetime);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
        if (waited && open_) --shown_;
    }
    if (!open_) co_return Error{common::Errc::cancelled};
    co_return Error{common::Errc::timed_out, "nobody scanned a code"};
}

asio::awaitable<Status> Linking::finish(Node iq) {
    auto outcome = pairing::accept_pair_success(iq, core_.account);
    if (auto* refused = std::get_if<pairing::Refused>(&outcome)) {
        common::log::warn("the phone's identity does not hold; not linked", {{"why", refused->why.message()}});
        Status ignored = core_.send(std::move(refused->reply));
        co_return refused->why.within(ignored ? "link" : "link, answer not sent");
    }
    auto linked = std::get<pairing::Linked>(std::move(outcome));
    storage::Account account = pairing::linked_account(core_.account, linked, core_.clock.now());
    auto keep = [this, &account, &linked]() -> Status {
        if (auto saved = core_.storage.account().save(account); !saved) return saved;
        const Jid primary = linked.lid.empty() ? linked.jid.bare() : linked.lid.bare();
        const auto known = core_.storage.identities().save(storage::address_of(primary), linked.primary_identity);
        if (!known) return known.error();
        if (linked.lid.empty()) return {};
        const events::Mapping own{linked.jid.bare(), linked.lid.bare()};
        const auto mapped = core_.storage.mappings().save(own);
        return mapped ? Status{} : Status{mapped.error()};
    };
    auto kept = co_await core_.transact(std::move(keep));
    if (!kept) {
        Status ignored = core_.send(pairing::refusal(iq, kept.error()));
        co_return kept.error().within(ignored ? "store the link" : "store the link, answer not sent");
    }
    // Persisted before the reply: the server restarts the stream at once (trap T13).
    core_.account = std::move(account);
    core_.status.qr.reset();
    common::log::info("linked", {{"jid", common::log::redacted(core_.account.jid.to_string())}});
    co_return core_.send(std::move(linked.reply));
}

asio::awaitable<Result<Client::PairCode>> Linking::request_code(std::string phone) {
    auto digits = pairing::parse_phone(phone);
    if (!digits) co_return digits.error();
    if (!open_) {
        const auto waited = co_await ready_.wait(std::chrono::seconds{20});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
    if (!open_ || !core_.iq) co_return Errc::not_ready;
    auto work = [number = *digits]() -> Result<pairing::CodePairing> {
        return pairing::start_code_pairing(number, pairing::HelloRandomness::fresh());
    };
    auto started = co_await common::run_on(core_.storage_executor, std::move(work));
    if (!started) co_return started.error();
    if (!core_.iq) co_return Errc::not_ready;
    pairing::CodeDisplay display;
    display.name = core_.options.device_name;
    Node question = pairing::companion_hello(*started, core_.account, display);
    const auto answer = co_await core_.iq->ask_node(std::move(question));
    if (!answer) co_return answer.error().within("ask for a code");
    auto ref = pairing::parse_hello_reply(*answer);
    if (!ref) co_return ref.error();
    started->ref = std::move(*ref);
    code_ = std::move(*started);
    hellos_ = 0;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(refs_end_ - std::chrono::steady_clock::now());
    Client::PairCode shown;
    shown.code = pairing::display_code(code_->code);
    shown.expires_at = core_.clock.now() + left;
    co_return shown;
}

asio::awaitable<Status> Linking::notified(Node notification) {
    const std::string type = notification.text("type");
    if (type == "link_code_companion_reg") {
        if (pairing::code_stage(notification) == pairing::CodeStage::primary_hello) {
            co_return co_await primary_hello(std::move(notification));
        }
        co_return Status{};
    }
    if (type == "companion_reg_refresh")
        co_return co_await replace_adv_secret(common::SecretBytes{common::crypto::random_bytes(32)});
    if (pairing::is_passkey_request(notification)) co_return co_await passkey_asked(std::move(notification));
    if (pairing::is_passkey_continuation(notification)) co_return co_await passkey_continued(std::move(notification));
    co_return Status{};
}

asio::awaitable<Status> Linking::replace_adv_secret(common::SecretBytes secret) {
    core_.account.adv_secret = std::move(secret);
    auto keep = [this]() -> Status { return core_.storage.account().save(core_.account); };
    auto kept = co_await core_.transact(std::move(keep));
    ready_.notify();
    co_return kept;
}

asio::awaitable<Status> Linking::primary_hello(Node notification) {
    auto hello = pairing::parse_primary_hello(notification);
    if (!hello) co_return hello.error();
    // Clients accept at most three answers to one code.
    if (!code_ || ++hellos_ > 3) co_return Error{pairing::Errc::unknown_ref};
    auto work = [code = *code_, said = *hello, account = core_.account] {
        return pairing::finish_code_pairing(code, said, account, pairing::FinishRandomness::fresh());
    };
    auto finished = co_await common::run_on(core_.storage_executor, std::move(work));
    if (!finished) co_return finished.error();
    auto kept = co_await replace_adv_secret(std::move(finished->adv_secret));
    if (!kept) co_return kept;
    if (!core_.iq) co_return Errc::not_ready;
    const auto answered = co_await core_.iq->ask_node(std::move(finished->request));
    if (!answered) co_return answered.error().within("finish code pairing");
    co_return Status{};
}

}  // namespace bridge::whatsapp::client
