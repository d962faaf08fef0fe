#include "bridge/store/detail/changes.hpp"

#include "bridge/store/detail/extras.hpp"
#include "bridge/store/detail/media_change.hpp"
#include "bridge/store/detail/message_event.hpp"
#include "bridge/store/detail/rows.hpp"
#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/text.hpp"
#include "bridge/store/detail/text_index.hpp"

#include <algorithm>

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

std::int64_t seconds_of(UnixTime time) {
    return std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, last_time);
}

bool is_empty(const Party& party) { return party.jid.empty() && party.lid.empty(); }

/// People have two forms of address; groups and the like are found as they are.
bool is_someone(const Party& party) { return !party.lid.empty() || is_person(party.jid); }

Result<std::size_t> counted(const Status& done, std::size_t count) {
    if (!done) return done.error();
    return count;
}

}  // namespace

Status Changes::reload() {
    const auto row = database_.prepare("SELECT max(pk) FROM message");
    const auto found = row->step();
    if (!found) return found.error().within("read the newest message");
    // A number is never given twice, also when the newest message was dropped: the index goes by numbers.
    const auto indexed = load_mark(database_, substrings_high);
    if (!indexed) return indexed.error();
    newest_pk_ = std::max({row->integer(0), *indexed, first_live_pk - 1});
    if (auto done = effects_.reload(); !done) return done;
    return journal_.reload();
}

Result<std::size_t> Changes::apply(const Change& change) {
    std::size_t count = 0;
    if (const auto* message = std::get_if<AddMessage>(&change)) {
        const auto added = add(*message);
        if (!added) return added;
        count = *added;
    } else if (auto done = apply_other(change); !done) {
        return done.error();
    }
    if (directory_.take_chats_merged()) {
        if (auto done = effects_.look_again(); !done) return done.error();
    }
    return count;
}

Status Changes::apply_other(const Change& change) {
    if (const auto* step = std::get_if<AdvanceMessage>(&change)) return advance(*step);
    if (const auto* effect = std::get_if<Effect>(&change)) return effects_.apply(*effect);
    if (const auto* read = std::get_if<MarkRead>(&change)) return mark_read(*read);
    if (const auto* mapping = std::get_if<LearnMapping>(&change)) return directory_.learn(mapping->person);
    if (const auto* name = std::get_if<LearnName>(&change)) return learn_name(*name);
    if (const auto* event = std::get_if<RaiseEvent>(&change))
        return journal_.raise(event->type, event->chat_jid, event->data);
    if (const auto* media = std::get_if<UpdateMedia>(&change))
        return update_media(database_, directory_, journal_, *media);
    if (const auto* files = std::get_if<ForgetFiles>(&change)) return forget_files(database_, *files);
    const auto dropped = drop_due(std::get<DropDue>(change).limit);
    return dropped ? Status{} : Status{dropped.error()};
}

Result<std::size_t> Changes::drop_due(std::int64_t limit) {
    if (auto done = effects_.expire_waiting(); !done) return done.error();
    return effects_.drop_due(limit);
}

Result<std::size_t> Changes::add(const AddMessage& change) {
    // Whatever the addresses teach comes first, because it may merge the rows that are looked up next.
    if (is_someone(change.chat)) {
        if (auto done = directory_.settle(change.chat); !done) return done.error();
    }
    if (!is_empty(change.sender)) {
        if (auto done = directory_.settle(change.sender); !done) return done.error();
        const auto sender = directory_.find_person(change.sender);
        if (!sender) return sender.error();
        if (!change.push_name.empty() && (*sender)->push_name != change.push_name) {
            auto done = directory_.learn_name(**sender, push_name_rank, change.push_name);
            if (!done) return done.error();
        }
    }
    const auto fallback = change.from_me ? MessageState::sent : MessageState::received;
    return insert(change, parse_state(change.status).value_or(fallback), seconds_of(change.time));
}

Result<std::size_t> Changes::insert(const AddMessage& change, MessageState state, std::int64_t time) {
    bool created = false;
    const auto opened = directory_.open_chat(change.chat, change.is_group, created);
    if (!opened) return opened.error();
    ChatRow& chat = **opened;
    Person nobody;
    Person* sender = &nobody;
    if (!is_empty(change.sender)) {
        const auto found = directory_.find_person(change.sender);
        if (!found) return found.error();
        sender = *found;
    }
    const auto dropped = effects_.is_dropped(chat.id, change.id, time);
    if (!dropped) return dropped.error();
    if (*dropped) return std::size_t{0};
    const std::int64_t pk = newest_pk_ + 1;
    const bool counts = change.count_unread && !change.from_me;
    {
        auto row = database_.prepare(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, chat) DO NOTHING"
        );
        row->bind_all(pk, chat.id, chat.jid, sender->id, time, change.from_me ? 1 : 0, counts ? 1 : 0);
        row->bind(8, static_cast<int>(state)).bind(9, change.id).bind(10, change.text).bind(11, change.media_type);
        if (change.content.empty()) {
            row->bind(12, nullptr);
        } else {
            row->bind(12, common::ByteView{change.content});
        }
        if (auto done = row->run(); !done) return done.error().within("insert message");
    }
    if (database_.changes() == 0) return meet_again(change, chat, *sender, state);
    newest_pk_ = pk;
    if (auto done = index_words(database_, {pk, change.text, chat.id, sender->id}); !done) return done.error();
    if (sender->id != 0) {
        if (auto done = directory_.note_participant(sender->id, chat.id); !done) return done.error();
    }
    if (change.from_me) {
        const auto noted = note_step(pk, state, {}, time, {});
        if (!noted) return noted.error();
    }
    if (counts) ++chat.unread;
    if (auto done = show_as_last(chat, change, pk, sender->id, time); !done) return done.error();
    if (created) {
        if (auto done = directory_.raise_chat(chat); !done) return done.error();
    }
    if (auto done = tell(change, chat, *sender, pk, time, state); !done) return done.error();
    if (!effects_.expects(change.id)) return std::size_t{1};
    return counted(effects_.arrived(chat.id, change.id), 1);
}

Status Changes::tell(
    const AddMessage& change,
    const ChatRow& chat,
    const Person& sender,
    std::int64_t pk,
    std::int64_t time,
    MessageState state
) {
    if (change.extras) {
        if (auto done = write_extras(database_, pk, *change.extras); !done) return done;
        return raise_message(database_, journal_, "message", pk);
    }
    contract::Message message;
    message.id = change.id;
    message.timestamp = UnixTime{std::chrono::seconds{time}};
    message.sender = sender.address();
    message.content = change.text;
    message.is_from_me = change.from_me;
    message.chat_jid = chat.jid;
    message.chat_name = chat.name;
    if (!change.media_type.empty()) message.kind = *(message.media_type = change.media_type);
    message.is_status = chat.jid == status_chat;
    if (!sender.name.empty()) message.sender_name = sender.name;
    if (!sender.lid.empty()) message.sender_lid = sender.lid;
    message.status = name_of(state);
    message.cursor = to_cursor({time, pk});
    return journal_.raise("message", chat.jid, contract::to_json(message));
}

Status Changes::show_as_last(
    ChatRow& chat, const AddMessage& change, std::int64_t pk, std::int64_t sender, std::int64_t time
) {
    if (!chat.last_time || time >= *chat.last_time) {
        chat.last_time = time;
        chat.last_pk = pk;
        chat.last_text = change.text;
        chat.last_sender = sender;
        chat.last_from_me = change.from_me;
    }
    directory_.touch(chat);
    return {};
}

Result<std::size_t> Changes::meet_again(const AddMessage& change, ChatRow& chat, Person& sender, MessageState state) {
    std::int64_t pk = 0;
    Indexed before{};
    std::string old_text;
    {
        const auto row =
            database_.prepare("SELECT pk, status, text, chat, sender FROM message WHERE id = ? AND chat = ?");
        row->bind_all(change.id, chat.id);
        const auto found = row->step();
        if (!found) return found.error();
        const bool stub = *found && row->integer(1) == static_cast<int>(MessageState::undecryptable);
        if (!stub || state == MessageState::undecryptable) return std::size_t{0};
        pk = row->integer(0);
        old_text = row->string(2);
        before = {pk, old_text, row->integer(3), row->integer(4)};
    }
    {
        // Receipts may have come before what they are about could be read.
        auto row = database_.prepare(
            "UPDATE message SET status = max(?, ifnull((SELECT max(state) FROM delivery WHERE message = pk), 0)), "
            "text = ?, media_type = ?, content = ?, sender = ? WHERE pk = ?"
        );
        row->bind(1, static_cast<int>(state)).bind(2, change.text).bind(3, change.media_type);
        row->bind(4, common::ByteView{change.content}).bind(5, sender.id).bind(6, pk);
        if (auto done = row->run(); !done) return done.error().within("complete stub");
    }
    if (change.extras) {
        if (auto done = write_extras(database_, pk, *change.extras); !done) return done.error();
    }
    if (auto done = reindex(database_, before, {pk, change.text, chat.id, sender.id}); !done) return done.error();
    if (chat.last_pk == pk) {
        chat.last_text = change.text;
        directory_.touch(chat);
    }
    if (auto done = raise_message(database_, journal_, "message_update", pk); !done) return done.error();
    if (!effects_.expects(change.id)) return std::size_t{0};
    return counted(effects_.arrived(chat.id, change.id), 0);
}

Result<bool> Changes::note_step(
    std::int64_t pk, MessageState state, const std::string& recipient, std::int64_t time, const std::string& reason
) {
    auto row = database_.prepare("INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?, ?)");
    const auto done = row->bind_all(pk, static_cast<int>(state), recipient, time, reason).run();
    if (!done) return done.error().within("note delivery");
    return database_.changes() > 0;
}

Status Changes::advance(const AdvanceMessage& change) {
    const auto state = parse_state(change.state);
    if (!state || *state < MessageState::queued) return Errc::bad_change;
    const auto chat = directory_.find_chat(change.chat);
    if (!chat) return chat.error();
    if (!*chat) return {};
    std::int64_t pk = 0;
    std::int64_t now = 0;
    {
        const auto row = database_.prepare("SELECT pk, status FROM message WHERE id = ? AND chat = ? AND from_me = 1");
        row->bind_all(change.id, (*chat)->id);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return {};
        pk = row->integer(0);
        now = row->integer(1);
    }
    const std::int64_t time = seconds_of(change.time);
    const auto is_new = note_step(pk, *state, change.recipient, time, change.reason);
    if (!is_new) return is_new.error();
    if (!*is_new) return {};
    common::json::Writer data;
    data.object().field("message_id", change.id).field("chat_jid", (*chat)->jid).field("state", change.state);
    data.key("recipient").value(change.recipient.empty() ? std::nullopt : std::optional{change.recipient});
    data.field("time", common::to_rfc3339(UnixTime{std::chrono::seconds{time}}));
    data.key("reason").value(change.reason.empty() ? std::nullopt : std::optional{change.reason}).end();
    if (auto done = journal_.raise("receipt", (*chat)->jid, data.text()); !done) return done;
    // What another device of ours wrote stays a stub until it can be read, however far it has come with others.
    const bool stub = now == static_cast<int>(MessageState::undecryptable);
    if (stub || static_cast<std::int64_t>(*state) <= now) return {};
    auto update = database_.prepare("UPDATE message SET status = ? WHERE pk = ?");
    if (auto done = update->bind_all(static_cast<int>(*state), pk).run(); !done)
        return done.error().within("advance message");
    return raise_message(database_, journal_, "message_update", pk);
}

Status Changes::mark_read(const MarkRead& change) {
    const auto found = directory_.find_chat(change.chat);
    if (!found) return found.error();
    if (!*found || (*found)->unread == 0) return {};
    ChatRow& chat = **found;
    const auto left = still_unread(chat, change);
    if (!left) return left.error();
    if (*left >= chat.unread) return {};
    chat.unread = *left;
    directory_.touch(chat);
    return directory_.raise_chat(chat);
}

/// Counted messages that came after the newest of the given ones.
Result<std::int64_t> Changes::still_unread(const ChatRow& chat, const MarkRead& change) {
    if (change.ids.empty()) return std::int64_t{0};
    std::optional<Place> newest;
    for (const std::string& id : change.ids) {
        const auto row = database_.prepare("SELECT time, pk FROM message WHERE id = ? AND chat = ?");
        row->bind_all(id, chat.id);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) continue;
        const Place place{row->integer(0), row->integer(1)};
        if (!newest || place.time > newest->time || (place.time == newest->time && place.pk > newest->pk))
            newest = place;
    }
    if (!newest) return chat.unread;
    const auto row = database_.prepare(
        "SELECT count(*) FROM message WHERE chat_jid = ?1 AND counted = 1 AND (time > ?3 OR pk > ?4) "
        "AND " WA_STORE_TIME_TEXT("time") " >= ?2"
    );
    const std::string text = time_text(newest->time);
    row->bind_all(chat.jid, text, newest->time, newest->pk);
    const auto counted_rows = row->step();
    if (!counted_rows) return counted_rows.error();
    return row->integer(0);
}

Status Changes::learn_name(const LearnName& change) {
    const auto rank = name_rank(change.source);
    if (!rank) return Errc::bad_change;
    if (!is_someone(change.person)) {
        const auto chat = directory_.find_chat(change.person);
        if (!chat) return chat.error();
        return *chat ? directory_.rename_chat(**chat, change.name) : Status{};
    }
    if (auto done = directory_.settle(change.person); !done) return done;
    const auto person = directory_.find_person(change.person);
    if (!person) return person.error();
    return directory_.learn_name(**person, *rank, change.name);
}

}  // namespace bridge::store::detail
