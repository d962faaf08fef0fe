#include "bridge/app/store_sink.hpp"

#include "bridge/whatsapp/client/version.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "common/json/json.hpp"
#include "common/log/log.hpp"

namespace bridge::app {

using common::Status;
using whatsapp::Jid;
namespace asio = common::asio;
namespace events = whatsapp::events;
namespace content = whatsapp::content;
using Role = content::Description::Role;

void StoreSink::set_own(const Jid& pn, const Jid& lid) { own_ = party_of(pn, lid); }

void StoreSink::add_message(events::IncomingMessage message, std::vector<store::Change>& out) const {
    store::AddMessage row;
    row.chat = party_of(message.chat, message.chat_alt);
    row.sender = message.from_me ? own_ : party_of(message.sender, message.sender_alt);
    row.id = std::move(message.id);
    row.time = message.time;
    row.from_me = message.from_me;
    row.push_name = std::move(message.push_name);
    row.is_group = message.chat.is_group();
    row.count_unread = !row.from_me && row.chat.jid != store::status_chat;
    if (message.undecryptable == events::Undecryptable::no) {
        const auto what = content::read(message.content);
        if (!what || content::describe(*what).role != Role::message) return;
        fill_content(row, *what, own_);
        row.status = message.from_me ? "sent" : "received";
        row.content = std::move(message.content);
    } else {
        row.status = "undecryptable";
    }
    out.emplace_back(std::move(row));
}

void StoreSink::add_send(events::QueuedSend send, std::vector<store::Change>& out) const {
    const auto what = content::read(send.content);
    if (!what || content::describe(*what).role != Role::message) return;
    store::AddMessage row;
    row.chat = party_of(send.chat, send.chat_alt);
    row.sender = own_;
    row.id = std::move(send.id);
    row.time = send.time;
    row.from_me = true;
    row.is_group = send.chat.is_group();
    row.status = "queued";
    fill_content(row, *what, own_);
    row.content = std::move(send.content);
    out.emplace_back(std::move(row));
}

void StoreSink::add_receipt(const events::Receipt& receipt, std::vector<store::Change>& out) const {
    using events::ReceiptType;
    const store::Party chat = party_of(receipt.chat, receipt.chat_alt);
    if (receipt.from_me) {
        if (receipt.type != ReceiptType::read && receipt.type != ReceiptType::played) return;
        store::MarkRead read;
        read.chat = chat;
        read.ids = receipt.ids;
        out.emplace_back(std::move(read));
        return;
    }
    if (receipt.type == ReceiptType::sender || receipt.type == ReceiptType::other) return;
    for (const std::string& id : receipt.ids) {
        store::AdvanceMessage step;
        step.chat = chat;
        step.id = id;
        step.state = receipt.type == ReceiptType::delivered ? "delivered"
                     : receipt.type == ReceiptType::read    ? "read"
                                                            : "played";
        step.recipient = receipt.who.normalised().bare().to_string();
        step.time = receipt.time;
        out.emplace_back(std::move(step));
    }
}

asio::awaitable<Status> StoreSink::store(std::vector<events::Happening> happenings) {
    std::vector<store::Change> changes;
    changes.reserve(happenings.size());
    for (events::Happening& happening : happenings) {
        if (auto* message = std::get_if<events::IncomingMessage>(&happening)) {
            add_message(std::move(*message), changes);
        } else if (auto* send = std::get_if<events::QueuedSend>(&happening)) {
            add_send(std::move(*send), changes);
        } else if (auto* receipt = std::get_if<events::Receipt>(&happening)) {
            add_receipt(*receipt, changes);
        } else if (auto* outcome = std::get_if<events::SendOutcome>(&happening)) {
            store::AdvanceMessage step;
            step.chat = party_of(outcome->chat, {});
            step.id = outcome->id;
            step.state = outcome->acknowledged ? "sent" : "failed";
            step.time = outcome->server_time;
            step.reason = outcome->reason;
            changes.emplace_back(std::move(step));
        } else if (auto* mapping = std::get_if<events::Mapping>(&happening)) {
            store::LearnMapping learned;
            learned.person = party_of(mapping->pn, mapping->lid);
            changes.emplace_back(std::move(learned));
        } else if (auto* name = std::get_if<events::NameLearned>(&happening)) {
            store::LearnName learned;
            learned.person = party_of(name->who, {});
            learned.name = name->name;
            learned.source = name->source;
            changes.emplace_back(std::move(learned));
        }
    }
    if (changes.empty()) co_return Status{};
    const auto stored = co_await store_.apply(std::move(changes));
    if (!stored) co_return stored.error();
    co_return Status{};
}

void StoreSink::link_changed(const whatsapp::client::LinkStatus& status) {
    set_own(status.jid, status.lid);
    const std::string code = status.qr.value_or("");
    if (!code.empty() && code != last_code_ && show_code_) show_code_(code);
    last_code_ = code;
    common::json::Writer out;
    out.object().field("state", events::name(status.state)).field("jid", status.jid.to_string());
    out.field("reason", status.reason).field("advice", status.advice).field("conflict", status.conflict);
    // A code is a way into the account for whoever scans it: the stream says that there is a new one, `/api/session/qr`
    // shows it.
    out.field("has_qr", !code.empty());
    if (!code.empty()) out.field("qr_expires_at", common::to_rfc3339(status.qr_expires));
    out.field("passkey_asked", status.passkey_options.has_value()).end();
    std::string data = out.take();
    if (data == last_connection_) return;
    last_connection_ = data;
    store::RaiseEvent raised;
    raised.type = "connection";
    raised.data = std::move(data);
    auto keep = [](store::Store& target, store::RaiseEvent event) -> asio::awaitable<void> {
        std::vector<store::Change> changes;
        changes.emplace_back(std::move(event));
        const auto done = co_await target.apply(std::move(changes));
        if (!done) common::log::warn("a connection event could not be stored", {{"why", done.error().message()}});
    };
    tasks_.spawn(keep(store_, std::move(raised)));
}

}  // namespace bridge::app
