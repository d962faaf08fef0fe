#include "bridge/whatsapp/client/processing.hpp"
#include "bridge/whatsapp/presence/presence.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

asio::awaitable<Status> Processing::open_notification(Node stanza) {
    const std::string type = stanza.text("type");
    const auto from = stanza.jid("from");
    Status done;
    if (stanza.tag == "notification" && from) {
        if (type == "encrypt" && from->is_server()) {
            done = prekeys::asks_for_digest(stanza) ? co_await upkeep_.check() : co_await upkeep_.top_up();
        } else if (type == "encrypt" && stanza.child("identity")) {
            // Only a primary that registered anew counts; our own devices and companions do not (part 2, section 3.5).
            if (from->device == 0 && from->user != core_.account.jid.user && from->user != core_.account.lid.user) {
                done = co_await identity_changed(from->bare());
            }
        } else if (type == "devices" || type == "account_sync") {
            devices_changed(stanza);
        } else if (type == "privacy_token") {
            done = co_await keep_token(stanza);
        } else if (type == "mediaretry") {
            media_.answered(stanza);
        }
    }
    if (!done && done.error().kind() == common::Kind::internal) co_return done;
    if (!done) common::log::warn("a notification was not handled", {{"type", type}, {"why", done.error().message()}});
    Batch batch;
    batch.replies.push_back(stanza::ack_for(stanza));
    co_return co_await opened_.send(std::move(batch));
}

asio::awaitable<Status> Processing::open_group_notification(Node stanza) {
    Batch batch;
    auto told = co_await groups_.notified(stanza);
    if (!told && told.error().kind() == common::Kind::internal) co_return told.error();
    if (!told) {
        common::log::warn("a group notification was not handled", {{"why", told.error().message()}});
    } else {
        batch.happenings = std::move(*told);
    }
    batch.replies.push_back(stanza::ack_for(stanza));
    co_return co_await opened_.send(std::move(batch));
}

asio::awaitable<Status> Processing::tell_on(const Node& stanza) {
    Batch batch;
    if (stanza.tag == "presence") {
        if (auto told = presence::parse_presence(stanza)) batch.happenings.emplace_back(std::move(*told));
    } else if (auto told = presence::parse_chat_state(stanza)) {
        batch.happenings.emplace_back(std::move(*told));
    }
    if (batch.happenings.empty()) co_return Status{};
    co_return co_await opened_.send(std::move(batch));
}

void Processing::devices_changed(const Node& stanza) {
    // The next send asks the server: simpler than patching the list, and right when an update was missed.
    for (const std::string_view key : {"from", "lid"}) {
        if (const auto jid = stanza.jid(key)) directory_.forget(jid->bare());
    }
    if (stanza.text("type") == "account_sync" || stanza.jid("from").value_or(Jid{}).user == core_.account.jid.user) {
        directory_.forget(core_.account.jid.bare());
        directory_.forget(core_.account.lid.bare());
    }
}

asio::awaitable<Status> Processing::identity_changed(Jid user) {
    auto forget = [this, user]() -> Status {
        const auto other = user.is_lid() ? core_.storage.mappings().pn_of(user) : core_.storage.mappings().lid_of(user);
        if (!other) return other.error();
        for (const Jid& form : {user, other->value_or(Jid{})}) {
            if (form.empty()) continue;
            if (auto removed = core_.cipher->remove_user(form); !removed) return removed;
            // They get our sender keys again, with the next message to each group.
            if (auto removed = core_.storage.key_holders().remove_user(form); !removed) return removed;
        }
        return {};
    };
    auto done = co_await core_.transact(std::move(forget));
    directory_.forget(user);
    common::log::info("a contact's identity changed", {{"user", common::log::redacted(user.to_string())}});
    co_return done;
}

asio::awaitable<Status> Processing::keep_token(Node stanza) {
    const auto from = stanza.jid("from");
    const auto lid = stanza.jid("sender_lid");
    const Jid user = lid ? lid->bare() : from->bare();
    const Node* tokens = stanza.child("tokens");
    if (!tokens) co_return Status{};
    for (const Node& token : tokens->children()) {
        const auto time = token.number("t");
        if (token.text("type") != "trusted_contact" || !time || token.bytes().empty() || token.bytes().size() > 4096)
            continue;
        const UnixTime received{std::chrono::seconds{std::min<std::uint64_t>(*time, 253'402'300'799ULL)}};
        auto keep = [this, user, received, bytes = common::to_bytes(token.bytes())]() -> Status {
            auto known = core_.storage.privacy_tokens().load(user);
            if (!known) return known.error();
            storage::PrivacyToken kept = *known ? **known : storage::PrivacyToken{};
            if (received < kept.received) return {};
            kept.token = bytes;
            kept.received = received;
            return core_.storage.privacy_tokens().save(user, kept);
        };
        auto done = co_await core_.transact(std::move(keep));
        if (!done) co_return done;
    }
    co_return Status{};
}

}  // namespace bridge::whatsapp::client
