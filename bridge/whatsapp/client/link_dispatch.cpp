#include "bridge/whatsapp/client/link.hpp"
#include "bridge/whatsapp/presence/presence.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

using events::LinkState;

void Link::dispatch(Node node) {
    if (node.tag == "iq") {
        if (!core_.iq->complete(node)) on_iq(std::move(node));
    } else if (node.tag == "ack") {
        if (core_.iq->complete(node)) return;
        if (node.text("class") == "message") sending_.acknowledged(node);
    } else if (node.tag == "success") {
        // More than one may arrive on a connection: the first counts; none does while unlinked.
        if (success_seen_ || !core_.account.linked()) return;
        success_seen_ = true;
        tasks_->spawn(after_success(std::move(node)));
    } else if (node.tag == "failure") {
        on_failure(node);
    } else if (node.tag == "stream:error") {
        on_stream_error(node);
    } else if (node.tag == "xmlstreamend") {
        end(Ended::lost, "WhatsApp closed the stream");
    } else if (node.tag == "ib") {
        on_ib(node);
    } else if (node.tag == "notification" && !core_.account.linked()) {
        Status ignored = core_.send(stanza::ack_for(node));
        tasks_->spawn(guard(
            linking_.notified(std::move(node)), ignored ? "link notification" : "link notification, not acknowledged"
        ));
    } else if (node.tag == "presence" || node.tag == "chatstate") {
        // Of the moment only: what does not fit is let go.
        if (core_.account.linked() && !processing_.take(std::move(node))) common::log::debug("presence dropped");
    } else if (node.tag == "message" || node.tag == "receipt" || node.tag == "notification" || node.tag == "call") {
        if (!core_.account.linked()) return;
        if (!processing_.take(std::move(node)))
            end(Ended::lost, "too much arrived at once; reconnecting to receive it again");
    }
}

void Link::on_iq(Node iq) {
    const auto from = iq.jid("from");
    if (!from || !from->is_server()) return;
    if (iq.text("xmlns") == "urn:xmpp:ping" || iq.child("ping")) {
        Node pong = stanza::iq_result(iq);
        if (auto sent = core_.send(std::move(pong)); !sent) end(Ended::lost, sent.error().message());
    } else if (pairing::is_pair_device(iq) && !core_.account.linked()) {
        if (auto offered = linking_.offer(iq); !offered) end(Ended::lost, offered.error().message());
    } else if (pairing::is_pair_success(iq) && !core_.account.linked()) {
        tasks_->spawn(guard(linking_.finish(std::move(iq)), "pair"));
    }
}

void Link::on_failure(const Node& failure) {
    const std::uint64_t reason = failure.number("reason").value_or(0);
    const std::string text = "WhatsApp refused the login (" + std::to_string(reason) + ")";
    switch (reason) {
        case 401:
        case 403:
        case 406: end(Ended::logged_out, reason == 401 ? "the device was removed on the phone" : text); break;
        case 402:
            banned_for_ =
                std::chrono::seconds{std::min<std::uint64_t>(failure.number("expire").value_or(3600), 30 * 86'400)};
            end(Ended::refused, "the account is banned for a while (402, code " + failure.text("code") + ")");
            break;
        case 405: end(Ended::outdated, "the client version is outdated (405)"); break;
        case 500:
        case 503: end(Ended::lost, text); break;
        default: end(Ended::refused, text); break;
    }
}

void Link::on_stream_error(const Node& error) {
    const std::uint64_t code = error.number("code").value_or(0);
    const Node* conflict = error.child("conflict");
    const std::string conflict_type = conflict ? conflict->text("type") : std::string{};
    if (code == 515) {
        end(Ended::restart, "");
    } else if (conflict_type == "device_removed" || code == 401 || code == 516) {
        end(Ended::logged_out, "the device was removed on the phone");
    } else if (conflict_type == "replaced" || code == 409 || code == 440) {
        end(Ended::replaced, "another program connected with the same linked device");
    } else {
        if (code == 429) core_.status.reconnect_attempts += 5;
        end(Ended::lost, "WhatsApp ended the stream (" + std::to_string(code) + ")");
    }
}

void Link::on_ib(const Node& ib) {
    if (const Node* routing = ib.child("edge_routing")) {
        if (const Node* info = routing->child("routing_info"); info && info->bytes().size() <= 4096) {
            core_.account.routing_info = common::to_bytes(info->bytes());
            auto keep = [this, account = core_.account]() -> Status { return core_.storage.account().save(account); };
            tasks_->spawn(guard(core_.transact(std::move(keep)), "keep routing info"));
        }
    }
    if (const Node* dirty = ib.child("dirty")) {
        if (dirty->text("type") == "groups") groups_.forget_all();
        Node clean{"clean", {{"type", dirty->text("type")}}};
        if (dirty->has("timestamp")) clean.set("timestamp", dirty->text("timestamp"));
        binary::Node::Nodes children;
        children.push_back(std::move(clean));
        Node question = stanza::iq_set("urn:xmpp:whatsapp:dirty", std::move(children));
        auto ask = [](stanza::Iq& iq, Node node) -> asio::awaitable<Status> {
            const auto answer = co_await iq.ask_node(std::move(node));
            // Telling the server that its hint was read is a courtesy: no reason to give up the connection.
            if (!answer) common::log::debug("clean", {{"why", answer.error().message()}});
            co_return Status{};
        };
        tasks_->spawn(guard(ask(*core_.iq, std::move(question)), "clean"));
    }
}

asio::awaitable<void> Link::after_success(Node success) {
    if (const auto lid = success.jid("lid"); lid && lid->is_lid() && !(*lid == core_.account.lid)) {
        core_.account.lid = *lid;
        auto keep = [this, account = core_.account]() -> Status {
            if (auto saved = core_.storage.account().save(account); !saved) return saved;
            core_.opener->refresh(account);
            const events::Mapping own{account.jid.bare(), account.lid.bare()};
            const auto mapped = core_.storage.mappings().save(own);
            return mapped ? Status{} : Status{mapped.error()};
        };
        auto kept = co_await core_.transact(std::move(keep));
        if (!kept) co_return end(Ended::lost, kept.error().message());
    }
    auto topped = co_await upkeep_.top_up();
    if (!topped) common::log::warn("pre-keys could not be topped up", {{"why", topped.error().message()}});
    if (!core_.iq) co_return;
    binary::Node::Nodes children;
    children.emplace_back("active");
    Node active = stanza::iq_set("passive", std::move(children));
    const auto answered = co_await core_.iq->ask_node(std::move(active));
    if (!answered) co_return end(Ended::lost, answered.error().message());
    if (ended_) co_return;
    core_.status.reconnect_attempts = 0;
    core_.status.conflict = false;
    core_.status.connected_since = core_.clock.now();
    core_.status.last_seen_alive = core_.clock.now();
    relink_ = false;
    set_state(LinkState::online, "", "");
    common::log::info("online", {{"jid", common::log::redacted(core_.account.jid.to_string())}});
    if (core_.available) {
        if (auto told = core_.send(presence::own_presence(true, core_.account.push_name)); !told)
            co_return end(Ended::lost, told.error().message());
    }
    sending_.connected();
    // Now that everything else runs: a wrong answer costs nobody anything but the keys' owner.
    const auto checked = co_await upkeep_.check();
    if (!checked) common::log::debug("the keys were not checked", {{"why", checked.error().message()}});
}

asio::awaitable<void> Link::forget_link() {
    auto forget = [this]() -> Status { return core_.storage.account().forget_link(); };
    const auto done = co_await core_.transact(std::move(forget));
    if (!done) common::log::error("the old link could not be forgotten", {{"why", done.error().message()}});
    core_.account = storage::Account{};
    relink_ = true;
}

asio::awaitable<void> Link::next_step() {
    if (!why_.empty()) common::log::warn("connection ended", {{"why", why_}});
    switch (how_) {
        case Ended::restart:
        case Ended::codes_used_up:
        case Ended::asked: co_return;
        case Ended::logged_out:
            co_await forget_link();
            set_state(LinkState::logged_out, why_, "link again: scan the code of /api/session/qr with the phone");
            co_return;
        case Ended::replaced:
            core_.status.conflict = true;
            set_state(LinkState::offline, why_, "stop the other program, then POST /api/session/reconnect");
            while (!woken_ && !core_.stopping) co_await pause(std::chrono::hours{1});
            co_return;
        case Ended::refused:
            set_state(
                LinkState::refused,
                why_,
                "look at the phone; the bridge tries again later, or POST /api/session/reconnect"
            );
            co_await pause(std::max<std::chrono::milliseconds>(banned_for_, std::chrono::hours{1}));
            co_return;
        case Ended::outdated: {
            const Version before = core_.status.version;
            co_await refresh_version(true);
            if (core_.status.version != before) co_return;
            set_state(
                LinkState::refused,
                why_,
                "no newer version is known yet; set --client-version, or wait: it is looked up again"
            );
            co_await pause(std::chrono::minutes{10});
            co_return;
        }
        case Ended::lost: break;
    }
    ++core_.status.reconnect_attempts;
    const LinkState state = core_.account.linked() ? LinkState::offline : LinkState::unlinked;
    set_state(state, why_, "the bridge reconnects by itself");
    co_await pause(back_off());
}

}  // namespace bridge::whatsapp::client
