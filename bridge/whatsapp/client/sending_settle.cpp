#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/messages/contact_token.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using storage::OutboxEntry;
using storage::OutboxState;

namespace {

constexpr auto rate_pause = std::chrono::seconds{30};
constexpr auto server_pause = std::chrono::seconds{5};

std::string reason_for(int code) {
    switch (code) {
        case 400: return "WhatsApp refused the message as malformed (400)";
        case 401:
        case 403: return "WhatsApp does not allow this message (" + std::to_string(code) + ")";
        case 404: return "WhatsApp knows no such recipient (404)";
        case 406: return "WhatsApp does not accept this message (406)";
        case 421: return "WhatsApp says that the group's way of addressing has changed (421)";
        case 463:
            return "WhatsApp holds back first messages of this account, or misses the trusted-contact token (463)";
        case 475: return "the account's limit of new chats is reached (475)";
        case 479: return "WhatsApp refused the message's form (479)";
        default: return "WhatsApp refused the message (" + std::to_string(code) + ")";
    }
}

UnixTime server_time_of(const Node& ack, UnixTime otherwise) {
    const auto time = ack.number("t");
    return time ? UnixTime{std::chrono::seconds{std::min<std::uint64_t>(*time, 253'402'300'799ULL)}} : otherwise;
}

}  // namespace

asio::awaitable<void> Sending::run_acks() {
    while (!core_.stopping) {
        auto first = co_await acks_.receive();
        if (!first) co_return;
        std::vector<Node> acks;
        acks.push_back(std::move(*first));
        while (acks.size() < 256) {
            auto more = acks_.try_receive();
            if (!more) break;
            acks.push_back(std::move(*more));
        }
        const auto settled = co_await settle(std::move(acks));
        if (!settled && settled.error().kind() == common::Kind::cancelled) co_return;
        if (!settled) common::log::warn("acknowledgements could not be stored", {{"why", settled.error().message()}});
    }
}

bool Sending::learn_from(const Node& ack, const OutboxEntry& entry, int code) {
    const Jid from = ack.jid("from").value_or(entry.chat);
    const bool stale = ack.has("phash") || code == 479 || code == 406 || code == 403 || code == 421;
    if (stale && entry.chat.is_group()) {
        groups_.forget(entry.chat);
        directory_.forget_all();
    } else if (stale) {
        directory_.forget(from);
    }
    if (code == 0) return false;
    promised_.erase(entry.chat);
    if (code == 429) {
        hold(entry.chat, rate_pause);
        return true;
    }
    if (code >= 500) {
        hold(entry.chat, server_pause);
        return true;
    }
    // The group moved from numbers to LIDs: once more, with what the server says now.
    if (code == 421 && repeated_.insert(entry.id).second) {
        pending_ = true;
        return true;
    }
    // Without our token the recipient's side cannot vouch for us; the send itself is not repeated (no loop on 463).
    if (code == 463) {
        Jid target = from;
        if (!issues_.try_send(std::move(target))) common::log::debug("many trusted-contact tokens wait");
    }
    return false;
}

asio::awaitable<Status> Sending::settle(std::vector<Node> acks) {
    std::vector<std::string> ids;
    for (const Node& ack : acks) ids.push_back(ack.text("id"));
    auto look = [this, &ids]() -> Result<std::vector<std::optional<OutboxEntry>>> {
        std::vector<std::optional<OutboxEntry>> found;
        for (const std::string& id : ids) {
            auto entry = core_.storage.outbox().find(id);
            if (!entry) return entry.error();
            found.push_back(std::move(*entry));
        }
        return found;
    };
    auto entries = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!entries) co_return entries.error();
    std::vector<events::Happening> outcomes;
    std::vector<Verdict> verdicts;
    for (std::size_t i = 0; i < acks.size(); ++i) {
        const Node& ack = acks[i];
        std::vector<Jid> given;
        if (const auto flight = in_flight_.find(ids[i]); flight != in_flight_.end()) {
            given = std::move(flight->second.given);
            in_flight_.erase(flight);
        }
        const auto& entry = (*entries)[i];
        if (!entry || storage::is_finished(entry->state)) continue;
        const int code = static_cast<int>(std::min<std::uint64_t>(ack.number("error").value_or(0), 9999));
        if (learn_from(ack, *entry, code)) continue;
        events::SendOutcome outcome;
        outcome.chat = entry->chat;
        outcome.id = ids[i];
        outcome.acknowledged = code == 0;
        outcome.error = code;
        if (code != 0) outcome.reason = reason_for(code);
        outcome.server_time = server_time_of(ack, core_.clock.now());
        ++(code == 0 ? core_.counters.acknowledged : core_.counters.send_failures);
        outcomes.emplace_back(std::move(outcome));
        Verdict verdict;
        verdict.id = ids[i];
        verdict.state = code == 0 ? OutboxState::acknowledged : OutboxState::failed;
        if (code == 0) verdict.given = std::move(given);
        verdict.group = entry->chat;
        if (code == 0 && entry->chat.is_user()) {
            Jid to = entry->chat;
            if (!issues_.try_send(std::move(to))) common::log::debug("many trusted-contact tokens wait");
        }
        verdicts.push_back(std::move(verdict));
    }
    if (!outcomes.empty()) {
        auto stored = co_await core_.sink.store(std::move(outcomes));
        if (!stored) co_return stored;
        auto mark = [this, &verdicts]() -> Status {
            for (const Verdict& verdict : verdicts) {
                if (auto done = core_.storage.outbox().set_state(verdict.id, verdict.state); !done) return done;
                if (verdict.given.empty()) continue;
                if (auto kept = core_.storage.key_holders().add(verdict.group, verdict.given); !kept) return kept;
            }
            return {};
        };
        auto marked = co_await core_.transact(std::move(mark));
        if (!marked) co_return marked;
    }
    outcome_.notify();
    work_.notify();
    co_return Status{};
}

asio::awaitable<void> Sending::run_token_issues() {
    while (!core_.stopping) {
        auto next = co_await issues_.receive();
        if (!next) co_return;
        const Jid chat = std::move(*next);
        const UnixTime now = core_.clock.now();
        auto look = [this, chat]() -> Result<std::pair<Jid, std::optional<storage::PrivacyToken>>> {
            auto user = session_address(core_.storage, chat);
            if (!user) return user.error();
            auto token = core_.storage.privacy_tokens().load(*user);
            if (!token) return token.error();
            return std::pair{*user, std::move(*token)};
        };
        auto known = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!known) continue;
        const Jid user = known->first;
        storage::PrivacyToken token = known->second.value_or(storage::PrivacyToken{});
        const bool self = user.user == core_.account.lid.user || user.user == core_.account.jid.user;
        if (self || !core_.iq || !messages::is_time_to_issue(token, now)) continue;
        Node question = messages::issue_token_request(user, now);
        const auto answered = co_await core_.iq->ask_node(std::move(question));
        if (!answered && answered.error().kind() == common::Kind::cancelled) co_return;
        if (!answered) {
            common::log::debug("a trusted-contact token was not issued", {{"why", answered.error().message()}});
            continue;
        }
        token.issued = now;
        auto keep = [this, user, token]() -> Status { return core_.storage.privacy_tokens().save(user, token); };
        const auto kept = co_await core_.transact(std::move(keep));
        if (!kept) common::log::warn("an issued token could not be noted", {{"why", kept.error().message()}});
    }
}

}  // namespace bridge::whatsapp::client
