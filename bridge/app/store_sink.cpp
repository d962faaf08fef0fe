#include "bridge/app/store_sink.hpp"

#include "bridge/whatsapp/client/version.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "common/json/json.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::app {

using common::Status;
using whatsapp::Jid;
namespace asio = common::asio;
namespace events = whatsapp::events;
namespace content = whatsapp::content;

namespace {

/// A message of its own, or a comment on another.
bool is_row(const content::Content& what) {
    const content::Description described = content::describe(what);
    return described.role == content::Description::Role::message || described.kind == content::Kind::comment;
}

bool same_chat(const store::Party& a, const store::Party& b) {
    return (!a.jid.empty() && a.jid == b.jid) || (!a.lid.empty() && a.lid == b.lid);
}

/// A file that somebody sent.
struct Arrived {
    std::string chat;
    std::string id;
    std::string kind;
    std::uint64_t size{0};
};

std::vector<Arrived> files_in(const std::vector<store::Change>& changes) {
    std::vector<Arrived> files;
    for (const store::Change& change : changes) {
        const auto* message = std::get_if<store::AddMessage>(&change);
        if (!message || message->from_me || !message->extras || !message->extras->media) continue;
        Arrived file;
        file.chat = message->chat.jid.empty() ? message->chat.lid : message->chat.jid;
        file.id = message->id;
        file.kind = message->extras->kind;
        file.size = static_cast<std::uint64_t>(std::max<std::int64_t>(message->extras->media->file_length, 0));
        files.push_back(std::move(file));
    }
    return files;
}

}  // namespace

Jid address_of(const std::string& stored) {
    if (stored.empty()) return {};
    auto jid = Jid::parse(stored);
    return jid ? std::move(*jid) : Jid{};
}

void StoreSink::set_own(const Jid& pn, const Jid& lid) { own_ = party_of(pn, lid); }

store::AddMessage StoreSink::row_of(events::IncomingMessage& message) const {
    store::AddMessage row;
    row.chat = party_of(message.chat, message.chat_alt);
    row.sender = message.from_me ? own_ : party_of(message.sender, message.sender_alt);
    row.id = message.id;
    row.time = message.time;
    row.from_me = message.from_me;
    row.push_name = std::move(message.push_name);
    row.is_group = message.chat.is_group();
    row.count_unread = !row.from_me && row.chat.jid != store::status_chat;
    return row;
}

asio::awaitable<Status> StoreSink::take(events::IncomingMessage message, std::vector<store::Change>& out) {
    store::AddMessage row = row_of(message);
    if (message.undecryptable != events::Undecryptable::no) {
        row.status = "undecryptable";
        out.emplace_back(std::move(row));
        co_return Status{};
    }
    const auto what = content::read(message.content);
    if (!what) co_return Status{};
    if (is_row(*what)) {
        row.status = message.from_me ? "sent" : "received";
        fill_content(row, *what, own_);
        row.content = std::move(message.content);
        out.emplace_back(std::move(row));
        co_return co_await open_waiting(out);
    }
    AddOn add_on;
    add_on.chat = row.chat;
    add_on.who = row.sender;
    add_on.from_me = message.from_me;
    add_on.id = std::move(message.id);
    add_on.time = message.time;
    add_on.edit = std::move(message.edit);
    if (!message.addon.empty()) add_on.opened = std::move(message.addon);
    add_on.content = std::move(message.content);
    co_return co_await take_add_on(std::move(add_on), *what, out);
}

asio::awaitable<Status> StoreSink::take(events::QueuedSend send, std::vector<store::Change>& out) {
    const auto what = content::read(send.content);
    if (!what) co_return Status{};
    const store::Party chat = party_of(send.chat, send.chat_alt);
    if (is_row(*what)) {
        store::AddMessage row;
        row.chat = chat;
        row.sender = own_;
        row.id = std::move(send.id);
        row.time = send.time;
        row.from_me = true;
        row.is_group = send.chat.is_group();
        row.status = "queued";
        fill_content(row, *what, own_);
        row.content = std::move(send.content);
        out.emplace_back(std::move(row));
        co_return Status{};
    }
    AddOn add_on;
    add_on.chat = chat;
    add_on.who = own_;
    add_on.from_me = true;
    add_on.id = std::move(send.id);
    add_on.time = send.time;
    add_on.opened = std::move(send.addon);
    add_on.content = std::move(send.content);
    co_return co_await take_add_on(std::move(add_on), *what, out);
}

asio::awaitable<Status> StoreSink::take_add_on(
    AddOn add_on, const content::Content& what, std::vector<store::Change>& out
) {
    auto change = change_of(add_on, what, own_);
    if (!change) co_return Status{};
    const auto* effect = std::get_if<store::Effect>(&*change);
    if (effect && std::holds_alternative<store::Sealed>(effect->what)) {
        // A vote for nothing is empty also when it is open: only its poll tells.
        auto opener = co_await find_opener(*effect, out);
        if (!opener) co_return opener.error();
        if (*opener) change = open_sealed(store::Effect{*effect}, (*opener)->message, (*opener)->author, own_);
    }
    if (change) out.emplace_back(std::move(*change));
    co_return Status{};
}

asio::awaitable<common::Result<std::optional<StoreSink::Opener>>> StoreSink::find_opener(
    const store::Effect& sealed, const std::vector<store::Change>& out
) const {
    std::optional<Opener> opener;
    for (const store::Change& change : out) {
        const auto* row = std::get_if<store::AddMessage>(&change);
        if (!row || row->id != sealed.target || row->content.empty() || !same_chat(row->chat, sealed.chat)) continue;
        opener = Opener{row->content, row->sender};
    }
    if (opener) co_return opener;
    const std::string chat = sealed.chat.jid.empty() ? sealed.chat.lid : sealed.chat.jid;
    auto stored = co_await store_.stored(sealed.target, chat);
    if (!stored && stored.error().kind() == common::Kind::not_found) co_return opener;
    if (!stored) co_return stored.error();
    if (!stored->content.empty()) opener = Opener{message_of(*stored), stored->from_me ? own_ : stored->sender};
    co_return opener;
}

/// What waited for the message that was added last and can be opened now.
asio::awaitable<Status> StoreSink::open_waiting(std::vector<store::Change>& out) {
    const auto& row = std::get<store::AddMessage>(out.back());
    std::vector<store::Effect> waiting;
    for (const store::Change& change : out) {
        const auto* effect = std::get_if<store::Effect>(&change);
        const bool is_sealed = effect && std::holds_alternative<store::Sealed>(effect->what);
        if (is_sealed && effect->target == row.id && same_chat(effect->chat, row.chat)) waiting.push_back(*effect);
    }
    if (store_.sealed_count() > 0) {
        auto kept = co_await store_.sealed(row.chat, row.id);
        if (!kept) co_return kept.error();
        waiting.insert(waiting.end(), kept->begin(), kept->end());
    }
    std::vector<store::Change> opened;
    for (store::Effect& sealed : waiting) {
        auto change = open_sealed(sealed, row.content, row.sender, own_);
        const bool settled = change && std::holds_alternative<store::Effect>(*change);
        if (change) opened.emplace_back(std::move(*change));
        // Now that its message is there, the store lets go of what is sealed.
        if (!settled) opened.emplace_back(std::move(sealed));
    }
    for (store::Change& change : opened) out.push_back(std::move(change));
    co_return Status{};
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
            if (auto taken = co_await take(std::move(*message), changes); !taken) co_return taken;
        } else if (auto* send = std::get_if<events::QueuedSend>(&happening)) {
            if (auto taken = co_await take(std::move(*send), changes); !taken) co_return taken;
        } else if (auto* uploaded = std::get_if<events::SendUploaded>(&happening)) {
            const auto what = content::read(uploaded->content);
            const auto* file = what ? std::get_if<content::Media>(&what->body) : nullptr;
            if (!file) continue;
            store::UpdateMedia moved;
            moved.chat = party_of(uploaded->chat, {});
            moved.id = std::move(uploaded->id);
            moved.direct_path = file->direct_path;
            moved.url = file->url;
            moved.content = std::move(uploaded->content);
            changes.emplace_back(std::move(moved));
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
    std::vector<Arrived> files = tell_file_ ? files_in(changes) : std::vector<Arrived>{};
    const auto stored = co_await store_.apply(std::move(changes));
    if (!stored) co_return stored.error();
    for (Arrived& file : files) tell_file_(std::move(file.chat), std::move(file.id), file.kind, file.size);
    co_return Status{};
}

asio::awaitable<common::Result<std::optional<whatsapp::client::KnownMessage>>> StoreSink::find_message(
    Jid chat, std::string id
) {
    std::optional<whatsapp::client::KnownMessage> known;
    auto stored = co_await store_.stored(std::move(id), chat.bare().to_string());
    if (!stored && stored.error().kind() == common::Kind::not_found) co_return known;
    if (!stored) co_return stored.error();
    if (stored->content.empty()) co_return known;
    known.emplace();
    known->content = std::move(stored->content);
    known->original = std::move(stored->original);
    known->sender = address_of(stored->sender.lid);
    known->sender_alt = address_of(stored->sender.jid);
    if (known->sender.empty()) std::swap(known->sender, known->sender_alt);
    known->from_me = stored->from_me;
    known->time = stored->time;
    co_return known;
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
