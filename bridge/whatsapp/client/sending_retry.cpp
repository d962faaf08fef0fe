#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/messages/retry.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

using storage::OutboxEntry;

namespace {

/// Nothing is resent to a device whose owner was not a recipient: a stranger could otherwise fetch what others were
/// told.
Result<bool> may_ask(storage::Storage& storage, const OutboxEntry& entry, const messages::RetryRequest& request) {
    if (request.own_device) return true;
    const Jid asker = request.requester.normalised().bare();
    if (asker == entry.chat.bare()) return true;
    const auto other = asker.is_lid() ? storage.mappings().pn_of(asker) : storage.mappings().lid_of(asker);
    if (!other) return other.error();
    return *other && **other == entry.chat.bare();
}

}  // namespace

asio::awaitable<Status> Sending::answer_retry(Node receipt) {
    auto parsed = messages::parse_retry_request(receipt, core_.account.jid, core_.account.lid);
    if (!parsed || parsed->count >= messages::max_answered) {
        common::log::warn(
            "a retry receipt is not answered", {{"why", parsed ? "asked too often" : parsed.error().message()}}
        );
        co_return Status{};
    }
    auto request = std::move(*parsed);
    struct Plan {
        std::optional<OutboxEntry> entry;
        Jid address;
        bool fetch{false};
    };
    // Session surgery as in protocol part 2, section 6.10: a bundle replaces the session; another registration id, or
    // asking again without a bundle, means that the session is of no use.
    auto prepare = [this, &request]() -> Result<Plan> {
        Plan plan;
        auto found = core_.storage.outbox().find(request.message_id);
        if (!found) return found.error();
        if (!*found) return plan;
        const auto allowed = may_ask(core_.storage, **found, request);
        if (!allowed) return allowed.error();
        if (!*allowed) return plan;
        const auto resends = core_.storage.outbox().bump_resend(request.message_id, request.requester);
        if (!resends) return resends.error();
        if (*resends > 10) return plan;
        auto address = session_address(core_.storage, request.requester);
        if (!address) return address.error();
        plan.address = *address;
        if (request.bundle) {
            auto started = core_.cipher->start_session(plan.address, *request.bundle);
            if (!started && started.error().kind() == common::Kind::internal) return started.error();
            if (!started) return plan;
        } else {
            const auto known = core_.cipher->remote_registration_id(plan.address);
            if (!known) return known.error();
            const bool other_device = *known && request.registration_id != 0 && **known != request.registration_id;
            if (other_device || request.count >= 2) {
                if (auto removed = core_.cipher->remove_session(plan.address); !removed) return removed.error();
            }
            const auto has = core_.cipher->has_session(plan.address);
            if (!has) return has.error();
            plan.fetch = !*has;
        }
        plan.entry = std::move(*found);
        return plan;
    };
    auto plan = co_await core_.transact(std::move(prepare));
    if (!plan) co_return plan.error().within("prepare resend");
    if (!plan->entry) {
        common::log::info("a retry receipt for a message that we do not keep", {{"id", request.message_id}});
        co_return Status{};
    }
    if (plan->fetch) {
        std::vector<Jid> devices{plan->address};
        auto ensured = co_await directory_.ensure_sessions(std::move(devices));
        if (!ensured) co_return ensured;
    }
    auto seal = [this, &plan, &request, &receipt]() -> Result<Node> {
        return messages::seal_retry(
            *core_.cipher,
            core_.account,
            plan->address,
            receipt,
            request.count,
            plan->entry->chat,
            request.own_device,
            plan->entry->content
        );
    };
    auto sealed = co_await core_.transact(std::move(seal));
    if (!sealed) co_return sealed.error().within("seal again");
    ++core_.counters.retries_answered;
    co_return core_.send(std::move(*sealed));
}

}  // namespace bridge::whatsapp::client
