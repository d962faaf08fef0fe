#include "bridge/whatsapp/client/processing.hpp"

#include "bridge/whatsapp/receipts/receipts.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

namespace {
constexpr std::size_t max_batch = 256;
}

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
            while (held && held->tag == "message" && run.size() < max_batch) {
                run.push_back(std::move(*held));
                held = arrived_.try_receive();
            }
            done = co_await open_messages(std::move(run));
        } else {
            Node stanza = std::move(*held);
            held.reset();
            if (stanza.tag == "receipt") {
                done = co_await open_receipt(std::move(stanza));
            } else {
                done = co_await open_notification(std::move(stanza));
            }
        }
        if (!done) co_return done.error().within("process what arrived");
    }
}

asio::awaitable<Status> Processing::open_messages(std::vector<Node> stanzas) {
    const UnixTime now = core_.clock.now();
    std::vector<messages::Opened> opened;
    auto open = [this, now, &stanzas, &opened]() -> Status {
        for (const Node& stanza : stanzas) {
            auto one = core_.opener->open(stanza, now, false);
            if (!one) return one.error();
            opened.push_back(std::move(*one));
        }
        return {};
    };
    auto done = co_await core_.transact(std::move(open));
    if (!done) co_return done.error().within("open messages");
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
        auto stored = co_await store_batch(std::move(*batch));
        if (!stored) co_return stored.error().within("store what arrived");
    }
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
    if (batch.inbox_ids.empty()) co_return Status{};
    auto remove = [this, ids = std::move(batch.inbox_ids)]() -> Status { return core_.storage.inbox().remove(ids); };
    co_return co_await core_.transact(std::move(remove));
}

}  // namespace bridge::whatsapp::client
