#include "bridge/whatsapp/client/processing.hpp"

#include "bridge/whatsapp/receipts/receipts.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bridge::whatsapp::client {

namespace {

constexpr std::size_t max_batch = 512;
/// From this many messages in one transaction on, the next run waits for company: a commit costs the same for one
/// message as for a hundred. A run of `full_run` goes at once.
constexpr std::size_t busy_run = 8;
constexpr std::size_t full_run = 192;
constexpr std::chrono::milliseconds company_wait{8};
/// Rows of the inbox that may wait for a transaction that comes anyway.
constexpr std::size_t most_stored = 2048;

}  // namespace

asio::awaitable<Status> Processing::drain_inbox() {
    while (true) {
        auto look = [this] { return core_.storage.inbox().all(1000); };
        auto waiting = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!waiting) co_return waiting.error().within("read inbox");
        if (waiting->empty()) co_return Status{};
        common::log::info("storing messages that were opened before the last stop", {{"count", waiting->size()}});
        Batch batch;
        for (auto& message : *waiting) {
            batch.inbox_ids.push_back(message.inbox_id);
            batch.happenings.emplace_back(std::move(message));
        }
        auto stored = co_await store_batch(std::move(batch));
        if (!stored) co_return stored;
        auto removed = co_await remove_stored();
        if (!removed) co_return removed;
    }
}

asio::awaitable<Status> Processing::open_loop() {
    std::optional<Node> held;
    while (true) {
        if (!held) {
            auto next = co_await arrived_.receive();
            if (!next) co_return next.error();
            held.emplace(std::move(*next));
        }
        Status done;
        if (held->tag == "message") {
            std::vector<Node> run;
            opening_ = true;
            co_await gather(run, held);
            taken_.notify();
            last_run_ = run.size();
            done = co_await open_messages(std::move(run));
            opening_ = false;
        } else {
            Node stanza = std::move(*held);
            held.reset();
            asking_ = true;
            taken_.notify();
            if (stanza.tag == "receipt") {
                done = co_await open_receipt(std::move(stanza));
            } else if (stanza.tag == "presence" || stanza.tag == "chatstate") {
                done = co_await tell_on(stanza);
            } else if (stanza.text("type") == "w:gp2") {
                done = co_await open_group_notification(std::move(stanza));
            } else {
                done = co_await open_notification(std::move(stanza));
            }
            asking_ = false;
        }
        if (!done) co_return done.error().within("process what arrived");
    }
}

asio::awaitable<void> Processing::room() {
    while (arrived_.size() >= enough_waiting && !asking_ && !arrived_.is_closed()) {
        const auto waited = co_await taken_.wait(std::chrono::seconds{10});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return;
    }
}

/// Messages that stand in a row, `next` first; then `next` is what came after them, if anything.
asio::awaitable<void> Processing::gather(std::vector<Node>& run, std::optional<Node>& next) {
    const auto take = [&] {
        while (next && next->tag == "message" && run.size() < max_batch) {
            run.push_back(std::move(*next));
            next = arrived_.try_receive();
        }
    };
    take();
    if (next || last_run_ < busy_run || run.size() >= full_run) co_return;
    const auto waited = co_await common::sleep_for(company_wait);
    if (!waited) co_return;
    next = arrived_.try_receive();
    take();
}

asio::awaitable<Status> Processing::open_messages(std::vector<Node> stanzas) {
    const UnixTime now = core_.clock.now();
    std::vector<messages::Opened> opened;
    std::vector<std::int64_t> stored = std::exchange(stored_, {});
    auto open = [this, now, active = core_.available, &stanzas, &opened, &stored]() -> Status {
        if (auto removed = core_.storage.inbox().remove(stored); !removed) return removed;
        core_.cipher->hold_writes();
        for (const Node& stanza : stanzas) {
            auto one = core_.opener->open(stanza, now, active);
            if (!one) return one.error();
            opened.push_back(std::move(*one));
        }
        return core_.cipher->write_held();
    };
    auto done = co_await core_.transact(std::move(open));
    if (!done) {
        stored_.insert(stored_.begin(), stored.begin(), stored.end());
        co_return done.error().within("open messages");
    }
    const messages::OpenerCounters seen = core_.opener->counters();
    core_.counters.messages_opened = seen.opened;
    core_.counters.duplicates = seen.duplicates;
    core_.counters.undecryptable = seen.failed;
    core_.counters.refused_protocol = seen.refused_protocol;
    Batch batch;
    for (messages::Opened& one : opened) {
        if (one.mapping) batch.happenings.emplace_back(*one.mapping);
        if (one.push_name) {
            events::NameLearned name{one.push_name->first, one.push_name->second, "push"};
            // The message row carries the name as well; alone it only matters for people without messages.
            if (!one.message) batch.happenings.emplace_back(std::move(name));
        }
        if (one.message) {
            batch.inbox_ids.push_back(one.message->inbox_id);
            batch.happenings.emplace_back(std::move(*one.message));
        }
        for (Node& reply : one.replies) batch.replies.push_back(std::move(reply));
    }
    co_return co_await opened_.send(std::move(batch));
}

asio::awaitable<Status> Processing::open_receipt(Node stanza) {
    Batch batch;
    if (receipts::is_retry(stanza)) {
        auto answered = co_await sending_.answer_retry(stanza);
        if (!answered && answered.error().kind() == common::Kind::internal) co_return answered;
        if (!answered) common::log::warn("a retry receipt was not answered", {{"why", answered.error().message()}});
    } else {
        for (auto& receipt : receipts::parse_receipts(stanza, core_.account.jid, core_.account.lid)) {
            batch.happenings.emplace_back(std::move(receipt));
        }
    }
    batch.replies.push_back(stanza::ack_for(stanza));
    co_return co_await opened_.send(std::move(batch));
}

asio::awaitable<Status> Processing::store_loop() {
    while (true) {
        auto batch = co_await opened_.receive();
        if (!batch) co_return batch.error();
        // Whatever is ready goes into one commit.
        while (batch->happenings.size() < max_batch) {
            auto more = opened_.try_receive();
            if (!more) break;
            batch->append(std::move(*more));
        }
        auto stored = co_await store_batch(std::move(*batch));
        if (!stored) co_return stored.error().within("store what arrived");
        // The next messages to be opened take the rows along; alone they go when none are near.
        if ((opening_ || arrived_.size() > 0) && stored_.size() < most_stored) continue;
        auto removed = co_await remove_stored();
        if (!removed) co_return removed.error().within("empty the inbox");
    }
}

void Processing::Batch::append(Batch more) {
    const auto move_to = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    move_to(happenings, more.happenings);
    move_to(inbox_ids, more.inbox_ids);
    move_to(replies, more.replies);
}

asio::awaitable<Status> Processing::store_batch(Batch batch) {
    if (!batch.happenings.empty()) {
        auto stored = co_await core_.sink.store(std::move(batch.happenings));
        if (!stored) co_return stored;
    }
    // Only now: the server may forget what we have (design section 7.1).
    for (Node& reply : batch.replies) {
        if (auto sent = core_.send(std::move(reply)); !sent)
            break;  // the server delivers again, and it will be a duplicate
    }
    stored_.insert(stored_.end(), batch.inbox_ids.begin(), batch.inbox_ids.end());
    co_return Status{};
}

asio::awaitable<Status> Processing::remove_stored() {
    if (stored_.empty()) co_return Status{};
    auto remove = [this, ids = std::exchange(stored_, {})]() -> Status { return core_.storage.inbox().remove(ids); };
    co_return co_await core_.transact(std::move(remove));
}

}  // namespace bridge::whatsapp::client
