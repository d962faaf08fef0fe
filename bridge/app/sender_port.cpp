#include "bridge/app/sender_port.hpp"

#include "bridge/app/actions.hpp"
#include "bridge/app/store_sink.hpp"
#include "bridge/whatsapp/content/describe.hpp"

namespace bridge::app {

using common::Error;
namespace asio = common::asio;
namespace content = whatsapp::content;
namespace contract = common::contract;
using whatsapp::Jid;
using whatsapp::client::Errc;
using whatsapp::storage::OutboxState;

namespace {

std::string status_name(OutboxState state) {
    switch (state) {
        case OutboxState::queued:
        case OutboxState::sending: return "queued";
        case OutboxState::acknowledged: return "sent";
        case OutboxState::failed: return "failed";
        case OutboxState::cancelled: return "cancelled";
    }
    return "queued";
}

}  // namespace

asio::awaitable<api::Result<contract::SendResult>> SenderPort::submit(
    Jid chat, content::Content what, api::SendOptions options, std::string attachment
) {
    whatsapp::client::Client::SendOptions how;
    how.attachment = std::move(attachment);
    how.id = std::move(options.message_id);
    how.idempotency_key = std::move(options.idempotency_key);
    how.not_before = options.send_at;
    auto accepted = co_await client_.send(std::move(chat), std::move(what), std::move(how));
    if (!accepted) co_return accepted.error();
    OutboxState state = accepted->state;
    if (options.wait.count() > 0 && !options.send_at && !whatsapp::storage::is_finished(state)) {
        const auto reached = co_await client_.wait_sent(accepted->id, options.wait);
        if (reached) state = *reached;
    }
    contract::SendResult result;
    result.message_id = accepted->id;
    result.timestamp = accepted->time;
    result.chat_jid = accepted->chat.to_string();
    result.status = status_name(state);
    co_return result;
}

asio::awaitable<api::Result<Jid>> SenderPort::author_in(Jid chat, store::StoredMessage message) {
    const Jid lid = address_of(message.sender.lid);
    const Jid pn = address_of(message.sender.jid);
    bool by_lid = chat.is_lid();
    if (chat.is_group()) {
        const auto group = co_await client_.group(chat);
        if (!group) co_return group.error();
        by_lid = group->lid_addressed;
    }
    const Jid& wanted = by_lid ? lid : pn;
    co_return wanted.empty() ? (by_lid ? pn : lid) : wanted;
}

asio::awaitable<api::Result<SenderPort::Found>> SenderPort::find(api::Target target) {
    auto stored = co_await store_.stored(std::move(target.message_id), std::move(target.chat_jid));
    if (!stored) co_return stored.error();
    Found found;
    found.message = std::move(*stored);
    found.chat = address_of(found.message.chat.lid.empty() ? found.message.chat.jid : found.message.chat.lid);
    found.ref.chat = found.chat;
    found.ref.from_me = found.message.from_me;
    found.ref.id = found.message.id;
    if (!found.message.from_me && !found.chat.is_user()) {
        auto author = co_await author_in(found.chat, found.message);
        if (!author) co_return author.error();
        found.ref.participant = std::move(*author);
    }
    co_return found;
}

asio::awaitable<api::Status> SenderPort::add_quote(api::SendRequest& request, Jid recipient) {
    if (request.quoted_id.empty()) co_return api::Status{};
    const bool elsewhere = !request.quoted_chat.empty();
    api::Target target;
    target.chat_jid = elsewhere ? request.quoted_chat : recipient.to_string();
    target.message_id = request.quoted_id;
    auto found = co_await find(std::move(target));
    if (!found) co_return found.error().within("the quoted message");
    auto author = co_await author_in(found->chat, found->message);
    if (!author) co_return author.error();
    const bool other_chat =
        found->message.chat.jid != recipient.to_string() && found->message.chat.lid != recipient.to_string();
    auto quote = content::quote_of(
        found->message.content, found->message.id, *author, elsewhere && other_chat ? found->chat : Jid{}
    );
    if (!quote) co_return quote.error();
    request.content.context.quote = std::move(*quote);
    co_return api::Status{};
}

asio::awaitable<api::Result<contract::SendResult>> SenderPort::send(api::SendRequest request) {
    auto recipient = Jid::parse_recipient(request.recipient);
    if (!recipient) co_return Error{Errc::bad_recipient};
    auto quoted = co_await add_quote(request, *recipient);
    if (!quoted) co_return quoted.error();
    std::string attachment;
    if (auto* media = std::get_if<content::Media>(&request.content.body); media && request.media) {
        auto prepared = co_await files_.prepare(std::move(*request.media), std::move(*media));
        if (!prepared) co_return prepared.error();
        request.content.body = std::move(prepared->media);
        attachment = std::move(prepared->attachment);
    }
    co_return co_await submit(
        std::move(*recipient), std::move(request.content), std::move(request.options), std::move(attachment)
    );
}

asio::awaitable<api::Result<contract::SendResult>> SenderPort::act(api::ActRequest request) {
    auto found = co_await find(std::move(request.target));
    if (!found) co_return found.error();
    Jid chat = found->chat;
    if (const auto* forward = std::get_if<api::ForwardTo>(&request.action)) {
        auto recipient = Jid::parse_recipient(forward->recipient);
        if (!recipient) co_return Error{Errc::bad_recipient};
        chat = std::move(*recipient);
    }
    ActionTarget target;
    target.ref = std::move(found->ref);
    target.message = std::move(found->message.content);
    target.own = found->message.from_me;
    auto made = content_of(request.action, target, clock_);
    if (!made) co_return made.error();
    co_return co_await submit(std::move(chat), std::move(*made), std::move(request.options));
}

asio::awaitable<api::Status> SenderPort::cancel(std::string message_id) {
    co_return co_await client_.cancel(std::move(message_id));
}

asio::awaitable<api::Result<std::vector<contract::QueuedSend>>> SenderPort::waiting(std::size_t limit) {
    auto entries = co_await client_.waiting(limit);
    if (!entries) co_return entries.error();
    std::vector<contract::QueuedSend> out;
    for (const auto& entry : *entries) {
        const auto what = content::describe(entry.content);
        contract::QueuedSend one;
        one.message_id = entry.id;
        one.chat_jid = entry.chat.to_string();
        one.kind = std::string{content::name(what.kind)};
        one.content = what.text;
        one.status = entry.state == OutboxState::sending ? "sending" : "queued";
        one.accepted_at = entry.created;
        if (entry.not_before > entry.created) one.send_at = entry.not_before;
        out.push_back(std::move(one));
    }
    co_return out;
}

asio::awaitable<api::Status> SenderPort::mark_read(api::ReadRequest request) {
    auto chat = Jid::parse_recipient(request.chat);
    if (!chat) co_return Error{Errc::bad_recipient};
    Jid sender;
    if (!request.sender.empty()) {
        auto parsed = Jid::parse_recipient(request.sender);
        if (!parsed) co_return Error{Errc::bad_recipient};
        sender = std::move(*parsed);
    }
    co_return co_await client_.mark_read(std::move(*chat), std::move(sender), std::move(request.ids));
}

asio::awaitable<api::Status> SenderPort::typing(std::string chat_jid, whatsapp::events::Typing typing) {
    auto chat = Jid::parse_recipient(chat_jid);
    if (!chat) co_return Error{Errc::bad_recipient};
    co_return co_await client_.send_typing(std::move(*chat), typing);
}

}  // namespace bridge::app
