// Directory: what happens when the two addresses of one person meet.
#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/extras.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text.hpp"
#include "bridge/store/detail/text_index.hpp"

#include <array>

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

template <class... T>
Status run(common::sqlite::Database& database, std::string_view sql, const T&... values) {
    return database.prepare(sql)->bind_all(values...).run();
}

template <class... T>
Result<std::vector<std::int64_t>> integers(
    common::sqlite::Database& database, std::string_view sql, const T&... values
) {
    const auto rows = database.prepare(sql);
    rows->bind_all(values...);
    std::vector<std::int64_t> found;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return found;
        found.push_back(rows->integer(0));
    }
}

/// Statements that take the kept and the gone row as ?1 and ?2.
template <std::size_t N>
Status run_all(
    common::sqlite::Database& database,
    const std::array<std::string_view, N>& statements,
    std::int64_t kept,
    std::int64_t gone
) {
    for (const std::string_view sql : statements) {
        if (auto done = run(database, sql, kept, gone); !done) return done;
    }
    return {};
}

}  // namespace

Status Directory::learn(const Party& both) {
    const auto by_jid = person_by(both.jid);
    if (!by_jid) return by_jid.error();
    const auto by_lid = person_by(both.lid);
    if (!by_lid) return by_lid.error();
    const Person* number = *by_jid;
    const Person* lid = *by_lid;
    if (number && number == lid) return {};
    if (!number && !lid) {
        const auto added = add_person(both);
        return added ? raise_person(both.jid) : Status{added.error()};
    }
    const std::int64_t kept = number ? number->id : lid->id;
    people_changed_ = true;
    // Rows are about to change under what is in memory.
    const std::int64_t other = number && lid ? lid->id : 0;
    const std::string other_jid = other != 0 ? lid->jid : std::string{};
    if (auto done = flush(); !done) return done;
    forget();
    if (other != 0) {
        // A LID that was bound to another number moved: the people stay two. Else it is the same person seen twice.
        auto done = other_jid.empty() ? merge_people(kept, other) : readdress(other, other_jid, {});
        if (!done) return done.error().within("merge people");
    }
    if (auto done = readdress(kept, both.jid, both.lid); !done) return done.error().within("change addresses");
    if (auto done = show_best_name(kept); !done) return done;
    forget();
    if (auto done = raise_person(both.jid); !done) return done;
    const auto chat = find_chat(both);
    if (!chat) return chat.error();
    return *chat ? raise_chat(**chat) : Status{};
}

Status Directory::raise_person(const std::string& address) {
    const auto person = person_by(address);
    if (!person) return person.error();
    if (!*person) return {};
    return journal_.raise("contact", (*person)->address(), contract::to_json(contact_of(**person)));
}

Result<std::int64_t> Directory::chat_of(std::int64_t person) {
    const auto found = integers(database_, "SELECT id FROM chat WHERE person = ?", person);
    if (!found) return found.error();
    return found->empty() ? 0 : found->front();
}

Status Directory::readdress(std::int64_t person, const std::string& jid, const std::string& lid) {
    const std::optional<std::string> maybe_lid = lid.empty() ? std::nullopt : std::optional{lid};
    auto done = run(
        database_, "UPDATE person SET jid = ?, lid = ?, user = ? WHERE id = ?", jid, maybe_lid, user_part(jid), person
    );
    if (!done) return done;
    const auto chat = chat_of(person);
    if (!chat) return chat.error();
    return *chat == 0 ? Status{} : readdress_chat(*chat, jid, lid);
}

Status Directory::readdress_chat(std::int64_t chat, const std::string& jid, const std::string& lid) {
    const std::optional<std::string> maybe_lid = lid.empty() ? std::nullopt : std::optional{lid};
    auto done =
        run(database_,
            "UPDATE message SET chat_jid = ?1 WHERE chat_jid = (SELECT jid FROM chat WHERE id = ?2 AND jid <> ?1)",
            jid,
            chat);
    if (!done) return done;
    return run(database_, "UPDATE chat SET jid = ?, lid = ? WHERE id = ?", jid, maybe_lid, chat);
}

Status Directory::merge_people(std::int64_t kept, std::int64_t gone) {
    // The word index finds the messages of a sender under every number the sender ever had.
    auto numbers = integers(database_, "SELECT former FROM person_alias WHERE person = ?", gone);
    if (!numbers) return numbers.error();
    numbers->push_back(gone);
    for (const std::int64_t number : *numbers) {
        const std::string match = "sender : \"" + std::to_string(number) + '"';
        auto done =
            run(database_,
                "UPDATE message SET sender = ?1 WHERE sender = ?2 AND pk IN (SELECT rowid FROM word_index WHERE "
                "word_index MATCH ?3)",
                kept,
                gone,
                match);
        if (!done) return done;
    }
    const auto kept_chat = chat_of(kept);
    const auto gone_chat = chat_of(gone);
    if (!kept_chat) return kept_chat.error();
    if (!gone_chat) return gone_chat.error();
    if (*kept_chat != 0 && *gone_chat != 0) {
        if (auto done = merge_chats(*kept_chat, *gone_chat); !done) return done;
    }
    static constexpr std::array<std::string_view, 11> statements{
        "UPDATE OR IGNORE group_member SET person = ?1 WHERE person = ?2",
        "DELETE FROM group_member WHERE person = ?2",
        "INSERT OR IGNORE INTO person_name SELECT ?1, rank, name FROM person_name WHERE person = ?2",
        "DELETE FROM person_name WHERE person = ?2",
        "INSERT OR IGNORE INTO participant SELECT ?1, chat FROM participant WHERE person = ?2",
        "DELETE FROM participant WHERE person = ?2",
        "UPDATE chat SET person = ?1 WHERE person = ?2",
        "UPDATE chat SET last_sender = ?1 WHERE last_sender = ?2",
        "UPDATE person_alias SET person = ?1 WHERE person = ?2",
        "INSERT INTO person_alias(former, person) VALUES (?2, ?1)",
        "DELETE FROM person WHERE id = ?2",
    };
    return run_all(database_, statements, kept, gone);
}

Status Directory::merge_chats(std::int64_t kept, std::int64_t gone) {
    chats_merged_ = true;
    if (auto done = drop_doubles(kept, gone); !done) return done.error().within("drop doubles");
    static constexpr std::array<std::string_view, 12> statements{
        "UPDATE OR IGNORE waiting SET chat = ?1 WHERE chat = ?2",
        "DELETE FROM waiting WHERE chat = ?2",
        "UPDATE OR IGNORE dropped SET chat = ?1 WHERE chat = ?2",
        "DELETE FROM dropped WHERE chat = ?2",
        "UPDATE message SET chat = ?1, chat_jid = (SELECT jid FROM chat WHERE id = ?1) "
        "WHERE chat_jid = (SELECT jid FROM chat WHERE id = ?2)",
        "INSERT OR IGNORE INTO participant SELECT person, ?1 FROM participant WHERE chat = ?2",
        "DELETE FROM participant WHERE chat = ?2",
        "UPDATE chat_alias SET chat = ?1 WHERE chat = ?2",
        "INSERT INTO chat_alias(former, chat) VALUES (?2, ?1)",
        "UPDATE chat SET unread = chat.unread + gone.unread, pinned = max(chat.pinned, gone.pinned), "
        "archived = min(chat.archived, gone.archived), "
        "ephemeral = iif(gone.ephemeral_set > chat.ephemeral_set, gone.ephemeral, chat.ephemeral), "
        "ephemeral_set = max(chat.ephemeral_set, gone.ephemeral_set) FROM chat AS gone WHERE chat.id = ?1 AND gone.id "
        "= ?2",
        "DELETE FROM chat WHERE id = ?2",
        "UPDATE chat SET last_time = newest.time, last_pk = newest.pk, last_text = newest.text, "
        "last_sender = newest.sender, last_from_me = newest.from_me FROM (SELECT time, pk, text, sender, from_me FROM "
        "message WHERE chat_jid = (SELECT jid FROM chat WHERE id = ?1) ORDER BY time DESC, pk DESC LIMIT 1) "
        "AS newest WHERE chat.id = ?1",
    };
    return run_all(database_, statements, kept, gone);
}

Status Directory::drop_doubles(std::int64_t kept, std::int64_t gone) {
    const auto query = database_.prepare(
        "SELECT a.pk, b.pk, a.status, b.status FROM message AS b JOIN message AS a ON a.id = b.id AND a.chat = ?1 "
        "WHERE b.chat_jid = (SELECT jid FROM chat WHERE id = ?2)"
    );
    query->bind_all(kept, gone);
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
    while (true) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) break;
        const std::int64_t stub = static_cast<int>(MessageState::undecryptable);
        const bool first_is_stub = query->integer(2) == stub && query->integer(3) != stub;
        pairs.emplace_back(query->integer(first_is_stub ? 1 : 0), query->integer(first_is_stub ? 0 : 1));
    }
    query->reset();
    for (const auto& [stays, goes] : pairs) {
        if (auto done = drop_double(stays, goes); !done) return done;
    }
    return {};
}

Status Directory::drop_double(std::int64_t kept, std::int64_t gone) {
    {
        const auto row = database_.prepare("SELECT text, chat, sender FROM message WHERE pk = ?");
        row->bind(1, gone);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return {};
        const Indexed message{gone, row->text(0), row->integer(1), row->integer(2)};
        if (auto done = forget_words(database_, message); !done) return done;
        const auto range = covered(database_);
        if (!range) return range.error();
        if (gone >= range->low && gone <= range->high) {
            if (auto done = forget_substrings(database_, message); !done) return done;
        }
    }
    if (auto done = move_extras(database_, kept, gone); !done) return done;
    static constexpr std::array<std::string_view, 4> statements{
        "UPDATE message SET status = max(message.status, gone.status) FROM message AS gone "
        "WHERE message.pk = ?1 AND gone.pk = ?2 AND message.from_me = 1",
        "INSERT OR IGNORE INTO delivery SELECT ?1, state, recipient, time, reason FROM delivery WHERE message = ?2",
        "DELETE FROM delivery WHERE message = ?2",
        "DELETE FROM message WHERE pk = ?2",
    };
    return run_all(database_, statements, kept, gone);
}

Status Directory::show_best_name(std::int64_t person) {
    auto done =
        run(database_,
            "UPDATE person SET name = coalesce((SELECT name FROM person_name WHERE person = ?1 AND name <> '' "
            "ORDER BY rank DESC LIMIT 1), '') WHERE id = ?1",
            person);
    if (!done) return done;
    const auto name = name_of(person);
    if (!name) return name.error();
    if (name->empty()) return {};
    const std::string key = fold(*name);
    return run(database_, "UPDATE chat SET name = ?, name_key = ? WHERE person = ?", *name, key, person);
}

Result<std::string> Directory::name_of(std::int64_t person) {
    const auto row = database_.prepare("SELECT name FROM person WHERE id = ?");
    row->bind(1, person);
    const auto found = row->step();
    if (!found) return found.error();
    return row->string(0);
}

Status Directory::learn_name(Person& person, int rank, const std::string& name) {
    auto done = run(database_, "INSERT OR REPLACE INTO person_name VALUES (?, ?, ?)", person.id, rank, name);
    if (!done) return done.error().within("keep name");
    if (rank == push_name_rank) person.push_name = name;
    if (done = show_best_name(person.id); !done) return done.error().within("show name");
    auto best = name_of(person.id);
    if (!best) return best.error();
    if (*best == person.name) return {};
    people_changed_ = true;
    person.name = std::move(*best);
    if (done = journal_.raise("contact", person.address(), contract::to_json(contact_of(person))); !done) return done;
    const auto chat = find_chat({person.jid, person.lid});
    if (!chat) return chat.error();
    if (!*chat || person.name.empty()) return {};
    (*chat)->name = person.name;
    return raise_chat(**chat);
}

Status Directory::rename_chat(ChatRow& chat, const std::string& name) {
    if (chat.name == name) return {};
    const std::string key = fold(name);
    auto done = run(database_, "UPDATE chat SET name = ?, name_key = ? WHERE id = ?", name, key, chat.id);
    if (!done) return done.error().within("rename chat");
    chat.name = name;
    return raise_chat(chat);
}

}  // namespace bridge::store::detail
