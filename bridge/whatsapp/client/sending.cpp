#include "bridge/whatsapp/client/sending.hpp"

#include "bridge/whatsapp/messages/message_id.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using storage::OutboxEntry;
using storage::OutboxState;

namespace {

constexpr std::size_t max_in_flight = 64;
constexpr std::size_t batch_size = 32;
/// Sends of chats on hold that are looked past in one go.
constexpr std::size_t held_window = 1000;
constexpr auto retry_pause = std::chrono::seconds{2};
/// Scheduled sends go out at most this late.
constexpr auto longest_nap = std::chrono::seconds{5};

events::QueuedSend row_of(const OutboxEntry& entry) {
    events::QueuedSend row;
    row.chat = entry.chat;
    row.id = entry.id;
    row.time = entry.created;
    row.content = entry.content;
    row.addon = entry.addon;
    row.not_before = entry.not_before;
    return row;
}

}  // namespace

asio::awaitable<Result<Client::Accepted>> Sending::accept(Client::SendRequest request) {
    const UnixTime now = core_.clock.now();
    OutboxEntry entry;
    entry.id = request.id.empty() ? messages::make_message_id(now, core_.account.jid) : std::move(request.id);
    entry.chat = request.chat;
    entry.content = std::move(request.content);
    entry.addon = std::move(request.addon);
    entry.attachment = std::move(request.attachment);
    entry.created = now;
    entry.idempotency_key = std::move(request.idempotency_key);
    entry.not_before = request.not_before.value_or(UnixTime{});
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
        accepted.repeated = true;
        accepted.id = earlier->id;
        accepted.chat = earlier->chat;
        accepted.time = earlier->created;
        accepted.state = earlier->state;
        co_return accepted;
    }
    std::vector<events::Happening> happenings;
    happenings.emplace_back(row_of(entry));
    auto stored = co_await core_.sink.store(std::move(happenings));
    pending_ = true;
    work_.notify();
    // The send is durable all the same; its row follows at the next start.
    if (!stored) co_return stored.error().within("store the row of a send");
    accepted.id = entry.id;
    accepted.chat = entry.chat;
    accepted.time = now;
    co_return accepted;
}

asio::awaitable<Result<OutboxState>> Sending::wait_sent(std::string id, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    while (true) {
        auto look = [this, id] { return core_.storage.outbox().find(id); };
        const auto found = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!found) co_return found.error();
        if (!*found) co_return Errc::not_ready;
        const OutboxState state = (*found)->state;
        if (storage::is_finished(state)) co_return state;
        const auto left = deadline - Clock::now();
        if (left <= std::chrono::seconds{0}) co_return state;
        const auto waited = co_await outcome_.wait(left);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
}

asio::awaitable<Status> Sending::cancel(std::string id) {
    std::optional<OutboxEntry> entry;
    auto take_back = [this, &id, &entry]() -> Status {
        auto found = core_.storage.outbox().find(id);
        if (!found) return found.error();
        if (!*found) return Errc::no_such_send;
        entry = std::move(**found);
        const auto cancelled = core_.storage.outbox().cancel(id);
        if (!cancelled) return cancelled.error();
        return *cancelled ? Status{} : Status{Errc::already_sent};
    };
    auto done = co_await core_.transact(std::move(take_back));
    if (!done) co_return done;
    media_.discard(entry->attachment);
    events::SendOutcome outcome;
    outcome.chat = entry->chat;
    outcome.id = id;
    outcome.cancelled = true;
    outcome.reason = "cancelled before it was sent";
    outcome.server_time = core_.clock.now();
    std::vector<events::Happening> happenings;
    happenings.emplace_back(std::move(outcome));
    auto stored = co_await core_.sink.store(std::move(happenings));
    outcome_.notify();
    co_return stored;
}

asio::awaitable<Status> Sending::restore() {
    auto look = [this] { return core_.storage.outbox().pending(100'000); };
    const auto entries = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!entries) co_return entries.error();
    std::vector<events::Happening> rows;
    std::set<std::string> bodies;
    for (const OutboxEntry& entry : *entries) {
        rows.emplace_back(row_of(entry));
        if (!entry.attachment.empty()) bodies.insert(entry.attachment);
    }
    pending_ = !entries->empty();
    const auto swept = co_await media_.sweep(std::move(bodies));
    if (!swept) common::log::warn("the outgoing folder cannot be used", {{"why", swept.error().message()}});
    if (rows.empty()) co_return Status{};
    co_return co_await core_.sink.store(std::move(rows));
}

void Sending::connected() {
    in_flight_.clear();
    promised_.clear();
    held_.clear();
    for (auto& [id, upload] : uploads_) upload.next = {};
    media_.connected();
    pending_ = true;
    work_.notify();
}

void Sending::disconnected() {
    in_flight_.clear();
    promised_.clear();
    work_.notify();
}

void Sending::acknowledged(const Node& ack) {
    Node copy = ack;
    if (!acks_.try_send(std::move(copy))) common::log::warn("acknowledgement queue is full");
}

bool Sending::is_held(const Jid& chat) {
    const auto found = held_.find(chat);
    if (found == held_.end()) return false;
    if (Clock::now() < found->second) return true;
    held_.erase(found);
    return false;
}

void Sending::hold(const Jid& chat, Clock::duration time) {
    held_[chat] = Clock::now() + time;
    pending_ = true;
}

asio::awaitable<void> Sending::run() {
    co_await send_all();
    co_await asio::this_coro::reset_cancellation_state();
    uploading_.cancel();
    co_await uploading_.join();
}

asio::awaitable<void> Sending::send_all() {
    while (!core_.stopping) {
        if (core_.online() && pending_ && in_flight_.size() < max_in_flight) {
            const auto done = co_await send_pending();
            if (!done && done.error().kind() == common::Kind::cancelled) co_return;
            if (!done) {
                common::log::warn("sending paused", {{"why", done.error().message()}});
                pending_ = true;
                if (auto slept = co_await common::sleep_for(retry_pause); !slept) co_return;
            }
            if (!held_.empty() && pending_) {
                // Only chats on hold are left, perhaps: no busy loop.
                const auto waited = co_await work_.wait(std::chrono::milliseconds{250});
                if (!waited && waited.error().kind() == common::Kind::cancelled) co_return;
            }
            continue;
        }
        const auto waited = co_await work_.wait(longest_nap);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return;
        if (!waited) pending_ = true;  // a scheduled send may be due
        find_unconfirmed();
    }
}

void Sending::find_unconfirmed() {
    const auto now = Clock::now();
    for (auto at = in_flight_.begin(); at != in_flight_.end();) {
        if (now - at->second.since < core_.options.ack_limit) {
            ++at;
            continue;
        }
        ++core_.counters.unconfirmed;
        common::log::warn("a send is not acknowledged; it will be repeated with the same id", {{"id", at->first}});
        promised_.erase(at->second.chat);
        at = in_flight_.erase(at);
        pending_ = true;
    }
}

asio::awaitable<Status> Sending::send_pending() {
    pending_ = false;
    auto look = [this, now = core_.clock.now()] {
        return core_.storage.outbox().due(now, max_in_flight + held_window);
    };
    auto entries = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!entries) co_return entries.error();
    std::vector<OutboxEntry> batch;
    std::set<Jid> waiting;  // chats whose next send has a file that is not uploaded yet: the order holds
    for (OutboxEntry& entry : *entries) {
        if (in_flight_.contains(entry.id) || is_held(entry.chat) || waiting.contains(entry.chat)) continue;
        if (!entry.attachment.empty()) {
            waiting.insert(entry.chat);
            start_upload(entry);
            continue;
        }
        if (batch.size() == batch_size || in_flight_.size() + batch.size() >= max_in_flight) {
            pending_ = true;
            break;
        }
        batch.push_back(std::move(entry));
    }
    if (!held_.empty()) pending_ = true;
    if (batch.empty()) co_return Status{};
    co_return co_await send_batch(std::move(batch));
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
    if (marked) media_.discard(entry.attachment);
    outcome_.notify();
    co_return marked;
}

}  // namespace bridge::whatsapp::client
