#include "bridge/whatsapp/client/sending.hpp"

#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/messages/message_id.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <set>

namespace bridge::whatsapp::client {

using storage::OutboxEntry;
using storage::OutboxState;

namespace {

constexpr std::size_t max_in_flight = 64;
constexpr std::size_t batch_size = 32;
constexpr auto retry_pause = std::chrono::seconds{2};

/// Ack errors that pass: the send stays in the outbox (protocol part 2, section 4.10).
bool is_passing(int code) { return code == 429 || code >= 500; }

std::string reason_for(int code) {
    switch (code) {
        case 400: return "WhatsApp refused the message as malformed (400)";
        case 401:
        case 403: return "WhatsApp does not allow this message (" + std::to_string(code) + ")";
        case 404: return "WhatsApp knows no such recipient (404)";
        case 406: return "WhatsApp does not accept this message (406)";
        case 463:
            return "WhatsApp holds back first messages of this account, or misses the trusted-contact token (463)";
        case 475: return "the account's limit of new chats is reached (475)";
        case 479: return "WhatsApp refused the message's form (479)";
        default: return "WhatsApp refused the message (" + std::to_string(code) + ")";
    }
}

}  // namespace

asio::awaitable<Result<Client::Accepted>> Sending::accept(Jid chat, std::string text, std::string id, std::string key) {
    const UnixTime now = core_.clock.now();
    OutboxEntry entry;
    entry.id = id.empty() ? messages::make_message_id(now, core_.account.jid) : id;
    entry.chat = chat;
    entry.content = content::make_text(text, common::crypto::random_bytes(32));
    entry.created = now;
    entry.idempotency_key = key;
    std::optional<OutboxEntry> earlier;
    auto add = [this, &entry, &earlier]() -> Status {
        if (!entry.idempotency_key.empty()) {
            auto found = core_.storage.outbox().find_by_key(entry.idempotency_key);
            if (!found) return found.error();
            if (*found) {
                earlier = std::move(**found);
                return {};
            }
        }
        auto taken = core_.storage.outbox().find(entry.id);
        if (!taken) return taken.error();
        if (*taken) return Errc::duplicate_id;
        auto seq = core_.storage.outbox().add(entry);
        if (!seq) return seq.error().within("outbox");
        return {};
    };
    auto added = co_await core_.transact(std::move(add));
    if (!added) co_return added.error();
    Client::Accepted accepted;
    if (earlier) {
        accepted.id = earlier->id;
        accepted.chat = earlier->chat;
        accepted.time = earlier->created;
        accepted.state = earlier->state;
        co_return accepted;
    }
    events::QueuedSend row;
    row.chat = chat;
    row.id = entry.id;
    row.time = now;
    row.content = entry.content;
    std::vector<events::Happening> happenings;
    happenings.emplace_back(std::move(row));
    auto stored = co_await core_.sink.store(std::move(happenings));
    pending_ = true;
    work_.notify();
    // The send is durable all the same; its row follows at the next start.
    if (!stored) co_return stored.error().within("store the row of a send");
    accepted.id = entry.id;
    accepted.chat = chat;
    accepted.time = now;
    co_return accepted;
}

asio::awaitable<Result<OutboxState>> Sending::wait_sent(std::string id, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
        auto look = [this, id] { return core_.storage.outbox().find(id); };
        const auto found = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!found) co_return found.error();
        if (!*found) co_return Errc::not_ready;
        const OutboxState state = (*found)->state;
        if (storage::is_finished(state)) co_return state;
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= std::chrono::seconds{0}) co_return state;
        const auto waited = co_await outcome_.wait(left);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
}

asio::awaitable<Status> Sending::restore() {
    auto look = [this] { return core_.storage.outbox().pending(100'000); };
    const auto entries = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!entries) co_return entries.error();
    std::vector<events::Happening> rows;
    for (const OutboxEntry& entry : *entries) {
        events::QueuedSend row;
        row.chat = entry.chat;
        row.id = entry.id;
        row.time = entry.created;
        row.content = entry.content;
        rows.emplace_back(std::move(row));
    }
    pending_ = !entries->empty();
    if (rows.empty()) co_return Status{};
    co_return co_await core_.sink.store(std::move(rows));
}

void Sending::connected() {
    in_flight_.clear();
    pending_ = true;
    work_.notify();
}

void Sending::disconnected() {
    in_flight_.clear();
    work_.notify();
}

void Sending::acknowledged(const Node& ack) {
    Node copy = ack;
    if (!acks_.try_send(std::move(copy))) common::log::warn("acknowledgement queue is full");
}

asio::awaitable<void> Sending::run() {
    while (!core_.stopping) {
        if (core_.online() && pending_ && in_flight_.size() < max_in_flight) {
            const auto done = co_await send_pending();
            if (!done && done.error().kind() == common::Kind::cancelled) co_return;
            if (!done) {
                common::log::warn("sending paused", {{"why", done.error().message()}});
                pending_ = true;
                if (auto slept = co_await common::sleep_for(retry_pause); !slept) co_return;
            }
            continue;
        }
        const auto waited = co_await work_.wait(std::chrono::seconds{5});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return;
        find_unconfirmed();
    }
}

void Sending::find_unconfirmed() {
    const auto now = std::chrono::steady_clock::now();
    for (auto at = in_flight_.begin(); at != in_flight_.end();) {
        if (now - at->second.since < core_.options.ack_limit) {
            ++at;
            continue;
        }
        ++core_.counters.unconfirmed;
        common::log::warn("a send is not acknowledged; it will be repeated with the same id", {{"id", at->first}});
        at = in_flight_.erase(at);
        pending_ = true;
    }
}

asio::awaitable<Status> Sending::send_pending() {
    pending_ = false;
    auto look = [this] { return core_.storage.outbox().pending(max_in_flight + batch_size); };
    auto entries = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!entries) co_return entries.error();
    std::vector<OutboxEntry> batch;
    for (OutboxEntry& entry : *entries) {
        if (in_flight_.contains(entry.id)) continue;
        if (batch.size() == batch_size || in_flight_.size() + batch.size() >= max_in_flight) {
            pending_ = true;
            break;
        }
        batch.push_back(std::move(entry));
    }
    if (batch.empty()) co_return Status{};
    co_return co_await send_batch(std::move(batch));
}

asio::awaitable<Status> Sending::send_batch(std::vector<OutboxEntry> entries) {
    std::map<Jid, messages::Audience> audiences;
    std::vector<OutboxEntry> ready;
    for (OutboxEntry& entry : entries) {
        if (!audiences.contains(entry.chat)) {
            auto audience = co_await directory_.audience(entry.chat);
            if (!audience && audience.error() == Errc::not_on_whatsapp) {
                auto failed = co_await fail(entry, 0, "the number is not on WhatsApp");
                if (!failed) co_return failed;
                continue;
            }
            if (!audience) co_return audience.error().within("find devices");
            audiences.emplace(entry.chat, std::move(*audience));
        }
        ready.push_back(std::move(entry));
    }
    auto find_missing = [this, &audiences]() -> Result<std::vector<Jid>> {
        std::vector<Jid> missing;
        for (const auto& [chat, audience] : audiences) {
            auto some = messages::without_session(*core_.cipher, audience);
            if (!some) return some.error();
            missing.insert(missing.end(), some->begin(), some->end());
        }
        std::sort(missing.begin(), missing.end());
        missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
        return missing;
    };
    auto missing = co_await core_.transact(std::move(find_missing));
    if (!missing) co_return missing.error();
    auto ensured = co_await directory_.ensure_sessions(std::move(*missing));
    if (!ensured) co_return ensured;

    std::vector<Node> stanzas;
    std::vector<OutboxEntry> without_device;
    auto seal = [this, &ready, &audiences, &stanzas, &without_device]() -> Status {
        for (const OutboxEntry& entry : ready) {
            auto sealed =
                messages::seal_direct(*core_.cipher, core_.account, audiences.at(entry.chat), entry.id, entry.content);
            if (!sealed && sealed.error().kind() == common::Kind::not_found) {
                without_device.push_back(entry);
                continue;
            }
            if (!sealed) return sealed.error();
            if (auto marked = core_.storage.outbox().set_state(entry.id, OutboxState::sending); !marked)
                return marked.error();
            stanzas.push_back(std::move(sealed->stanza));
        }
        return {};
    };
    auto sealed = co_await core_.transact(std::move(seal));
    if (!sealed) co_return sealed.error().within("seal");
    for (Node& stanza : stanzas) {
        InFlight flight;
        flight.chat = stanza.jid("to").value_or(Jid{});
        flight.since = std::chrono::steady_clock::now();
        in_flight_[stanza.text("id")] = std::move(flight);
        ++core_.counters.sent;
        // Not connected any more: everything pending goes out again after the next login, with the same id.
        if (auto sent = core_.send(std::move(stanza)); !sent) co_return sent.error();
    }
    for (OutboxEntry& entry : without_device) {
        directory_.forget(audiences.at(entry.chat).to);
        auto failed =
            co_await fail(std::move(entry), 0, "no device of the recipient can receive messages at the moment");
        if (!failed) co_return failed;
    }
    co_return Status{};
}

asio::awaitable<Status> Sending::fail(OutboxEntry entry, int code, std::string reason) {
    ++core_.counters.send_failures;
    events::SendOutcome outcome;
    outcome.chat = entry.chat;
    outcome.id = entry.id;
    outcome.error = code;
    outcome.reason = std::move(reason);
    outcome.server_time = core_.clock.now();
    std::vector<events::Happening> happenings;
    happenings.emplace_back(std::move(outcome));
    auto stored = co_await core_.sink.store(std::move(happenings));
    if (!stored) co_return stored;
    auto mark = [this, id = entry.id]() -> Status { return core_.storage.outbox().set_state(id, OutboxState::failed); };
    auto marked = co_await core_.transact(std::move(mark));
    outcome_.notify();
    co_return marked;
}

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
    std::vector<std::pair<std::string, OutboxState>> states;
    for (std::size_t i = 0; i < acks.size(); ++i) {
        const Node& ack = acks[i];
        in_flight_.erase(ids[i]);
        const auto& entry = (*entries)[i];
        if (!entry || entry->state == OutboxState::acknowledged) continue;
        const int code = static_cast<int>(std::min<std::uint64_t>(ack.number("error").value_or(0), 9999));
        if (ack.has("phash") && code == 0) directory_.forget(ack.jid("from").value_or(entry->chat));
        if (is_passing(code)) {
            pending_ = true;
            continue;
        }
        events::SendOutcome outcome;
        outcome.chat = entry->chat;
        outcome.id = ids[i];
        outcome.acknowledged = code == 0;
        outcome.error = code;
        if (code != 0) outcome.reason = reason_for(code);
        const auto time = ack.number("t");
        outcome.server_time = time ? UnixTime{std::chrono::seconds{std::min<std::uint64_t>(*time, 253'402'300'799ULL)}}
                                   : core_.clock.now();
        if (code == 479 || code == 406) directory_.forget(ack.jid("from").value_or(entry->chat));
        ++(code == 0 ? core_.counters.acknowledged : core_.counters.send_failures);
        outcomes.emplace_back(std::move(outcome));
        states.emplace_back(ids[i], code == 0 ? OutboxState::acknowledged : OutboxState::failed);
    }
    if (!outcomes.empty()) {
        auto stored = co_await core_.sink.store(std::move(outcomes));
        if (!stored) co_return stored;
        auto mark = [this, &states]() -> Status {
            for (const auto& [id, state] : states) {
                if (auto done = core_.storage.outbox().set_state(id, state); !done) return done.error();
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

}  // namespace bridge::whatsapp::client
