#include "bridge/whatsapp/client/sending.hpp"
#include "bridge/whatsapp/messages/retry.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

using storage::OutboxEntry;

namespace {

/// Resends of one message to one device, whatever count it claims.
constexpr int max_resends = 10;

}  // namespace

/// What a resend needs; without an entry nothing is sent.
struct Sending::Plan {
    std::optional<OutboxEntry> entry;
    messages::Resend resend;
    bool fetch{false};  ///< pre-keys first: there is no session
};

/// Nothing is resent to a device whose owner was not a recipient: a stranger could otherwise fetch what others were
/// told.
Result<bool> Sending::may_ask(const OutboxEntry& entry, const messages::RetryRequest& request) {
    const Jid asker = request.requester.normalised().bare();
    if (request.own_device) return true;
    if (entry.chat.is_group()) {
        if (request.chat != entry.chat) return false;
        const auto group = core_.storage.groups().load(entry.chat);
        if (!group) return group.error();
        return *group && (*group)->find(asker) != nullptr;
    }
    if (asker == entry.chat.bare()) return true;
    const auto other = asker.is_lid() ? core_.storage.mappings().pn_of(asker) : core_.storage.mappings().lid_of(asker);
    if (!other) return other.error();
    return *other && **other == entry.chat.bare();
}

/// Session surgery as in protocol part 2, section 6.10: a bundle replaces the session; another registration id, or
/// asking again without a bundle, means that the session is of no use. False when the bundle is no good.
Result<bool> Sending::renew_session(const messages::RetryRequest& request, const Jid& address) {
    if (request.bundle) {
        const auto started = core_.cipher->start_session(address, *request.bundle);
        if (!started && started.error().kind() == common::Kind::internal) return started.error();
        return static_cast<bool>(started);
    }
    const auto known = core_.cipher->remote_registration_id(address);
    if (!known) return known.error();
    const bool other_device = *known && request.registration_id != 0 && **known != request.registration_id;
    if (other_device || request.count >= 2) {
        if (auto removed = core_.cipher->remove_session(address); !removed) return removed.error();
    }
    return true;
}

/// Storage thread.
Result<Sending::Plan> Sending::plan_resend(const messages::RetryRequest& request) {
    Plan plan;
    auto found = core_.storage.outbox().find(request.message_id);
    if (!found) return found.error();
    if (!*found) return plan;
    const auto allowed = may_ask(**found, request);
    if (!allowed) return allowed.error();
    if (!*allowed) return plan;
    const auto resends = core_.storage.outbox().bump_resend(request.message_id, request.requester);
    if (!resends) return resends.error();
    if (*resends > max_resends) return plan;
    const Jid chat = (*found)->chat;
    auto address = session_address(core_.storage, request.requester);
    if (!address) return address.error();
    const auto renewed = renew_session(request, *address);
    if (!renewed) return renewed.error();
    if (!*renewed) return plan;
    const auto has = core_.cipher->has_session(*address);
    if (!has) return has.error();
    plan.fetch = !*has;
    plan.resend.session = std::move(*address);
    plan.resend.count = request.count;
    plan.resend.chat = chat;
    plan.resend.own_device = request.own_device;
    if (chat.is_group()) {
        // It gets the key once more, now and with the next message to all.
        if (auto gone = core_.storage.key_holders().remove(chat, request.requester); !gone) return gone.error();
        plan.resend.addressing_mode = request.requester.is_lid() ? "lid" : "pn";
    }
    plan.entry = std::move(*found);
    return plan;
}

asio::awaitable<Status> Sending::answer_retry(Node receipt) {
    auto parsed = messages::parse_retry_request(receipt, core_.account.jid, core_.account.lid);
    if (!parsed || parsed->count >= messages::max_answered) {
        common::log::warn(
            "a retry receipt is not answered", {{"why", parsed ? "asked too often" : parsed.error().message()}}
        );
        co_return Status{};
    }
    const auto request = std::move(*parsed);
    auto prepare = [this, &request] { return plan_resend(request); };
    auto plan = co_await core_.transact(std::move(prepare));
    if (!plan) co_return plan.error().within("prepare resend");
    if (!plan->entry) {
        common::log::info("a retry receipt for a message that we do not keep", {{"id", request.message_id}});
        co_return Status{};
    }
    if (const auto promised = promised_.find(plan->resend.chat); promised != promised_.end())
        promised->second.erase(request.requester);
    if (plan->fetch) {
        std::vector<Jid> devices{plan->resend.session};
        auto ensured = co_await directory_.ensure_sessions(std::move(devices));
        if (!ensured) co_return ensured;
    }
    messages::Outgoing outgoing;
    outgoing.id = plan->entry->id;
    outgoing.content = plan->entry->content;
    outgoing.labels = content::labels_of(outgoing.content, content::chat_kind_of(plan->entry->chat));
    auto seal = [this, &plan, &outgoing, &receipt, account = core_.account]() -> Result<Node> {
        if (plan->resend.chat.is_group()) {
            const Jid own = messages::own_sender_key_address(account);
            auto key = core_.cipher->sender_key_distribution(plan->resend.chat.to_string(), own);
            if (!key) return key.error();
            plan->resend.sender_key = std::move(*key);
        }
        return messages::seal_retry(*core_.cipher, account, receipt, plan->resend, outgoing);
    };
    auto sealed = co_await core_.transact(std::move(seal));
    if (!sealed) co_return sealed.error().within("seal again");
    ++core_.counters.retries_answered;
    co_return core_.send(std::move(*sealed));
}

}  // namespace bridge::whatsapp::client
