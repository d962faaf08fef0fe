#include "bridge/store/detail/directory.hpp"

#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text.hpp"

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

constexpr std::size_t rows_in_memory = 4096;

constexpr std::string_view select_person =
    "SELECT id, coalesce(jid, ''), coalesce(lid, ''), name, "
    "coalesce((SELECT name FROM person_name WHERE person = person.id AND rank = 1), '') FROM person WHERE ";
constexpr std::string_view select_chat =
    "SELECT id, jid, coalesce(lid, ''), person, is_group, name, last_time, last_pk, last_text, last_sender, "
    "last_from_me, "
    "unread, archived, pinned, muted_until FROM chat WHERE ";

const std::string person_by_jid = std::string{select_person} + "jid = ?";
const std::string person_by_lid = std::string{select_person} + "lid = ?";
const std::string person_by_id = std::string{select_person} + "id = ?";
const std::string chat_by_jid = std::string{select_chat} + "jid = ?";
const std::string chat_by_lid = std::string{select_chat} + "lid = ?";

bool is_lid(std::string_view address) noexcept { return server_part(address) == "lid"; }

std::optional<std::string_view> unless_empty(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return text;
}

template <class T>
std::optional<T> maybe(const common::sqlite::Statement& row, int column);
template <>
std::optional<std::int64_t> maybe(const common::sqlite::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.integer(column);
}
template <>
std::optional<std::string> maybe(const common::sqlite::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.string(column);
}

}  // namespace

contract::Contact contact_of(const Person& person) {
    contract::Contact contact;
    contact.phone_number = std::string{user_part(person.address())};
    if (!person.name.empty()) contact.name = person.name;
    contact.jid = person.address();
    if (!person.lid.empty()) contact.lid = person.lid;
    return contact;
}

Person* Directory::keep(Person person) {
    if (!person.jid.empty()) people_by_address_[person.jid] = person.id;
    if (!person.lid.empty()) people_by_address_[person.lid] = person.id;
    return &(people_[person.id] = std::move(person));
}

ChatRow* Directory::keep(ChatRow chat) {
    chats_by_address_[chat.jid] = chat.id;
    if (!chat.lid.empty()) chats_by_address_[chat.lid] = chat.id;
    return &(chats_[chat.id] = std::move(chat));
}

template <class Key>
Result<Person*> Directory::load_person(std::string_view sql, const Key& key) {
    const auto row = database_.prepare(sql);
    row->bind(1, key);
    const auto found = row->step();
    if (!found) return found.error().within("load person");
    if (!*found) return nullptr;
    return keep(Person{row->integer(0), row->string(1), row->string(2), row->string(3), row->string(4)});
}

Result<Person*> Directory::person_by(std::string_view address) {
    if (const auto known = people_by_address_.find(std::string{address}); known != people_by_address_.end()) {
        return &people_.at(known->second);
    }
    return load_person(is_lid(address) ? person_by_lid : person_by_jid, address);
}

Result<Person*> Directory::find_person(const Party& party) {
    if (!party.jid.empty()) {
        auto found = person_by(party.jid);
        if (!found || *found || party.lid.empty()) return found;
    }
    if (party.lid.empty()) return nullptr;
    return person_by(party.lid);
}

Result<Person*> Directory::find_person(std::int64_t id) {
    if (const auto known = people_.find(id); known != people_.end()) return &known->second;
    return load_person(person_by_id, id);
}

Result<Person*> Directory::add_person(const Party& party) {
    const std::string_view user = user_part(party.jid.empty() ? party.lid : party.jid);
    auto insert = database_.prepare("INSERT INTO person(jid, lid, user) VALUES (?, ?, ?)");
    insert->bind_all(unless_empty(party.jid), unless_empty(party.lid), user);
    if (auto done = insert->run(); !done) return done.error().within("add person");
    people_changed_ = true;
    return keep(Person{database_.last_insert_rowid(), party.jid, party.lid, {}, {}});
}

Status Directory::settle(const Party& party) {
    const auto known = find_person(party);
    if (!known) return known.error();
    if (!*known) {
        const auto added = add_person(party);
        return added ? Status{} : Status{added.error()};
    }
    const bool both = !party.jid.empty() && !party.lid.empty();
    if (!both || ((*known)->jid == party.jid && (*known)->lid == party.lid)) return {};
    return learn(party);
}

Result<ChatRow*> Directory::load_chat(std::string_view sql, std::string_view address) {
    const auto row = database_.prepare(sql);
    row->bind(1, address);
    const auto found = row->step();
    if (!found) return found.error().within("load chat");
    if (!*found) return nullptr;
    ChatRow chat;
    chat.id = row->integer(0);
    chat.jid = row->string(1);
    chat.lid = row->string(2);
    chat.person = maybe<std::int64_t>(*row, 3);
    chat.is_group = row->integer(4) != 0;
    chat.name = maybe<std::string>(*row, 5);
    chat.last_time = maybe<std::int64_t>(*row, 6);
    chat.last_pk = row->integer(7);
    chat.last_text = row->string(8);
    chat.last_sender = row->integer(9);
    chat.last_from_me = row->integer(10) != 0;
    chat.unread = row->integer(11);
    chat.archived = row->integer(12) != 0;
    chat.pinned = row->integer(13) != 0;
    chat.muted_until = maybe<std::int64_t>(*row, 14);
    return keep(std::move(chat));
}

Result<ChatRow*> Directory::chat_by(std::string_view address) {
    if (const auto known = chats_by_address_.find(std::string{address}); known != chats_by_address_.end()) {
        return &chats_.at(known->second);
    }
    auto found = load_chat(chat_by_jid, address);
    if (!found || *found || !is_lid(address)) return found;
    return load_chat(chat_by_lid, address);
}

Result<ChatRow*> Directory::find_chat(const Party& party) {
    if (!party.jid.empty()) {
        auto found = chat_by(party.jid);
        if (!found || *found || party.lid.empty()) return found;
    }
    if (party.lid.empty()) return nullptr;
    return chat_by(party.lid);
}

Result<ChatRow*> Directory::open_chat(const Party& party, bool is_group, bool& created) {
    created = false;
    auto known = find_chat(party);
    if (!known || *known) return known;
    ChatRow chat;
    chat.jid = party.jid.empty() ? party.lid : party.jid;
    chat.is_group = is_group;
    if (is_person(chat.jid)) {
        const auto person = find_person(party);
        if (!person) return person.error();
        if (*person) {
            chat.person = (*person)->id;
            chat.jid = (*person)->address();
            chat.lid = (*person)->lid;
            if (!(*person)->name.empty()) chat.name = (*person)->name;
        }
    }
    auto insert =
        database_.prepare("INSERT INTO chat(jid, lid, person, is_group, name, name_key) VALUES (?, ?, ?, ?, ?, ?)");
    std::optional<std::string> key;
    if (chat.name) key = fold(*chat.name);
    insert->bind_all(chat.jid, unless_empty(chat.lid), chat.person, is_group ? 1 : 0, chat.name, key);
    if (auto done = insert->run(); !done) return done.error().within("add chat");
    chat.id = database_.last_insert_rowid();
    created = true;
    return keep(std::move(chat));
}

Status Directory::note_participant(std::int64_t person, std::int64_t chat) {
    const auto pair = static_cast<std::uint64_t>(person) << 32 | static_cast<std::uint64_t>(chat);
    if (participants_.contains(pair)) return {};
    auto insert = database_.prepare("INSERT OR IGNORE INTO participant VALUES (?, ?)");
    if (auto done = insert->bind_all(person, chat).run(); !done) return done.error().within("note participant");
    participants_.insert(pair);
    return {};
}

void Directory::touch(ChatRow& chat) {
    if (chat.changed) return;
    chat.changed = true;
    changed_.push_back(chat.id);
}

Status Directory::flush() {
    for (const std::int64_t id : changed_) {
        ChatRow& chat = chats_.at(id);
        auto update = database_.prepare(
            "UPDATE chat SET last_time = ?, last_pk = ?, last_text = ?, last_sender = ?, last_from_me = ?, unread = ? "
            "WHERE id = ?"
        );
        update->bind_all(
            chat.last_time,
            chat.last_pk,
            chat.last_text,
            chat.last_sender,
            chat.last_from_me ? 1 : 0,
            chat.unread,
            chat.id
        );
        if (auto done = update->run(); !done) return done.error().within("write chat");
        chat.changed = false;
    }
    changed_.clear();
    return {};
}

Status Directory::raise_chat(const ChatRow& chat) {
    contract::Chat out;
    out.jid = chat.jid;
    out.name = chat.name;
    if (chat.last_time) out.last_message_time = UnixTime{std::chrono::seconds{*chat.last_time}};
    if (chat.last_pk != 0) {
        out.last_message = chat.last_text;
        out.last_is_from_me = chat.last_from_me;
        const auto sender = find_person(chat.last_sender);
        if (!sender) return sender.error();
        if (*sender) out.last_sender = (*sender)->address();
    }
    out.is_group = chat.is_group;
    if (!chat.lid.empty()) out.lid = chat.lid;
    out.archived = chat.archived;
    out.pinned = chat.pinned;
    if (chat.muted_until) out.muted_until = UnixTime{std::chrono::seconds{*chat.muted_until}};
    out.unread_count = chat.unread;
    return journal_.raise("chat", chat.jid, contract::to_json(out));
}

void Directory::forget() {
    people_.clear();
    people_by_address_.clear();
    chats_.clear();
    chats_by_address_.clear();
    changed_.clear();
    participants_.clear();
}

void Directory::trim() {
    const bool large = people_.size() > rows_in_memory || chats_.size() > rows_in_memory;
    if (large || participants_.size() > 4 * rows_in_memory) forget();
}

}  // namespace bridge::store::detail
