#include "bridge/whatsapp/addons/tokens.hpp"
#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/messages/contact_token.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using storage::OutboxEntry;
using storage::OutboxState;

namespace {

constexpr auto hold_time = std::chrono::seconds{5};

/// Failures that no waiting mends, as a sentence; nothing for those that pass.
std::optional<std::string> lasting_reason(const common::Error& error, const Jid& chat) {
    if (error == Errc::not_on_whatsapp) return "the number is not on WhatsApp";
    if (error == Errc::not_a_member) return "the account is not a member of this group";
    if (error == Errc::only_admins_write) return "only admins may write in this group";
    if (!chat.is_group()) return std::nullopt;
    if (error.kind() == common::Kind::unauthorized) return "the account is not a member of this group (403)";
    if (error.kind() == common::Kind::not_found) return "there is no such group (404)";
    return std::nullopt;
}

}  // namespace

asio::awaitable<Result<Sending::Target>> Sending::target_of(Jid chat) {
    if (chat.is_group()) {
        auto group = co_await groups_.audience(std::move(chat));
        if (!group) co_return group.error();
        co_return Target{std::move(*group)};
    }
    auto direct = co_await directory_.audience(std::move(chat));
    if (!direct) co_return direct.error();
    co_return Target{std::move(*direct)};
}

asio::awaitable<Result<std::vector<Sending::Ready>>> Sending::find_targets(
    std::vector<OutboxEntry> entries, std::map<Jid, Target>& targets
) {
    std::vector<Ready> ready;
    for (OutboxEntry& entry : entries) {
        if (is_held(entry.chat)) continue;
        if (!targets.contains(entry.chat)) {
            auto target = co_await target_of(entry.chat);
            if (!target) {
                const auto reason = lasting_reason(target.error(), entry.chat);
                if (target.error().kind() == common::Kind::cancelled || target.error().kind() == common::Kind::internal)
                    co_return target.error().within("find devices");
                if (!reason) {
                    common::log::warn("a chat's sends wait", {{"why", target.error().message()}});
                    hold(entry.chat, hold_time);
                    continue;
                }
                auto failed = co_await fail(entry, 0, *reason);
                if (!failed) co_return failed.error();
                continue;
            }
            targets.emplace(entry.chat, std::move(*target));
        }
        Ready one;
        one.outgoing.id = entry.id;
        one.outgoing.content = entry.content;
        one.outgoing.labels = content::labels_of(entry.content, content::chat_kind_of(entry.chat));
        one.entry = std::move(entry);
        ready.push_back(std::move(one));
    }
    co_return ready;
}

asio::awaitable<Status> Sending::ensure_sessions(const std::map<Jid, Target>& targets, Promises promises) {
    auto find_missing = [this, &targets, &promises]() -> Result<std::vector<Jid>> {
        std::set<Jid> missing;
        for (const auto& [chat, target] : targets) {
            std::vector<Jid> devices;
            if (const auto* group = std::get_if<messages::GroupAudience>(&target)) {
                const auto plan = messages::plan_keys(core_.storage, *group, promises[chat]);
                if (!plan) return plan.error();
                devices = plan->targets;
            } else {
                const auto& audience = std::get<messages::Audience>(target);
                devices = audience.recipients;
                devices.insert(devices.end(), audience.own.begin(), audience.own.end());
            }
            auto some = messages::without_session(core_.storage, *core_.cipher, devices);
            if (!some) return some.error();
            missing.insert(some->begin(), some->end());
        }
        return std::vector<Jid>{missing.begin(), missing.end()};
    };
    auto missing = co_await core_.transact(std::move(find_missing));
    if (!missing) co_return missing.error();
    co_return co_await directory_.ensure_sessions(std::move(*missing));
}

/// What a 1:1 stanza says besides: proof that the recipient knows us. Storage thread.
void Sending::complete(messages::Outgoing& outgoing, const messages::Audience& audience) {
    if (audience.recipients.empty()) return;
    const auto token = core_.storage.privacy_tokens().load(audience.to);
    if (token && *token && messages::is_valid_token(**token, core_.clock.now()))
        outgoing.contact_token = (*token)->token;
}

void Sending::add_reporting_token(Ready& ready, const Target& target, const storage::Account& account) {
    if (!ready.outgoing.labels.takes_reporting_token) return;
    Jid me = account.lid.bare();
    Jid remote = ready.entry.chat;
    if (const auto* group = std::get_if<messages::GroupAudience>(&target)) {
        me = group->me.bare();
    } else {
        remote = std::get<messages::Audience>(target).to;
        if (!remote.is_lid()) me = account.jid.bare();
    }
    const auto secret = content::message_secret_of(ready.outgoing.content);
    const auto token = addons::reporting_token(ready.outgoing.content, secret, ready.entry.id, me, remote);
    if (token) ready.outgoing.reporting_token.assign(token->begin(), token->end());
}

Status Sending::seal(Ready& ready, const Target& target, const storage::Account& account, Promises& promises) {
    const auto begun = core_.storage.outbox().begin_attempt(ready.entry.id);
    if (!begun) return begun.error();
    ready.cancelled = !*begun;
    if (ready.cancelled) return {};
    add_reporting_token(ready, target, account);
    const bool to_group = std::holds_alternative<messages::GroupAudience>(target);
    if (to_group) {
        const auto& group = std::get<messages::GroupAudience>(target);
        const Jid key = messages::own_sender_key_address(account);
        std::set<Jid>& promised = promises[group.group];
        const auto plan = messages::plan_keys(core_.storage, group, promised);
        if (!plan) return plan.error();
        if (plan->rotate) {
            promised.clear();
            if (auto done = messages::rotate_sender_key(core_.storage, *core_.cipher, group.group, key); !done)
                return done;
        }
        auto sealed =
            messages::seal_group(core_.storage, *core_.cipher, account, group, key, plan->targets, ready.outgoing);
        if (!sealed) return sealed.error();
        ready.stanza = std::move(sealed->stanza);
        ready.given = std::move(sealed->given);
        promised.insert(ready.given.begin(), ready.given.end());
    } else {
        const auto& audience = std::get<messages::Audience>(target);
        complete(ready.outgoing, audience);
        auto sealed = messages::seal_direct(core_.storage, *core_.cipher, account, audience, ready.outgoing);
        if (!sealed && sealed.error() == messages::Errc::no_recipient_device) {
            ready.no_device = true;
            return {};
        }
        if (!sealed) return sealed.error();
        ready.stanza = std::move(sealed->stanza);
    }
    return {};
}

Status Sending::hand_over(Ready ready) {
    InFlight flight;
    flight.chat = ready.entry.chat;
    flight.since = Clock::now();
    if (!ready.given.empty()) promised_[ready.entry.chat].insert(ready.given.begin(), ready.given.end());
    flight.given = std::move(ready.given);
    in_flight_[ready.entry.id] = std::move(flight);
    ++core_.counters.sent;
    // Not connected any more: everything pending goes out again after the next login, with the same id.
    return core_.send(std::move(ready.stanza));
}

asio::awaitable<Status> Sending::send_batch(std::vector<OutboxEntry> entries) {
    std::map<Jid, Target> targets;
    auto found = co_await find_targets(std::move(entries), targets);
    if (!found) co_return found.error();
    auto ready = std::move(*found);
    if (ready.empty()) co_return Status{};
    auto ensured = co_await ensure_sessions(targets, promised_);
    if (!ensured) co_return ensured;
    // The storage thread works on copies: acknowledgements go on meanwhile.
    auto seal_all = [this, &ready, &targets, account = core_.account, promises = promised_]() mutable -> Status {
        for (Ready& one : ready) {
            if (auto sealed = seal(one, targets.at(one.entry.chat), account, promises); !sealed) return sealed;
        }
        return {};
    };
    auto sealed = co_await core_.transact(std::move(seal_all));
    if (!sealed) co_return sealed.error().within("seal");
    std::vector<OutboxEntry> unreachable;
    for (Ready& one : ready) {
        if (one.cancelled) continue;
        if (one.no_device) {
            unreachable.push_back(std::move(one.entry));
            continue;
        }
        if (auto sent = hand_over(std::move(one)); !sent) co_return sent.error();
    }
    for (OutboxEntry& entry : unreachable) {
        directory_.forget(std::get<messages::Audience>(targets.at(entry.chat)).to);
        auto failed =
            co_await fail(std::move(entry), 0, "no device of the recipient can receive messages at the moment");
        if (!failed) co_return failed;
    }
    co_return Status{};
}

}  // namespace bridge::whatsapp::client
