#include "bridge/store/detail/import.hpp"

#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text.hpp"
#include "bridge/store/detail/text_index.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace bridge::store::detail {
namespace {

using common::Result;
using common::Status;
using common::sqlite::Database;

constexpr std::array<std::string_view, 13> known_columns{
    "id",
    "chat_jid",
    "sender",
    "content",
    "timestamp",
    "is_from_me",
    "media_type",
    "filename",
    "url",
    "media_key",
    "file_sha256",
    "file_enc_sha256",
    "file_length"};

Result<std::vector<std::string>> columns_of(Database& database, std::string_view table) {
    const auto rows = database.prepare("SELECT name FROM pragma_table_info(?)");
    rows->bind(1, table);
    std::vector<std::string> names;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("read columns");
        if (!*row) return names;
        names.push_back(rows->string(0));
    }
}

Result<bool> is_table(Database& database, std::string_view name) {
    const auto query = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    query->bind(1, name);
    return query->step();
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Seconds since 1970 from what the Go driver wrote: text with a zone, or a number.
std::string seconds_of(const std::string& column) {
    return "(CASE typeof(" + column + ") WHEN 'integer' THEN " + column +
           " WHEN 'null' THEN NULL ELSE "
           "CAST(strftime('%s', " +
           column + ") AS INTEGER) END)";
}

/// Copies one earlier database; its maps hold what `person` and `chat` rows were made.
class Import {
public:
    explicit Import(Database& database) : database_{database} {}

    Status run() {
        if (auto done = chats(); !done) return done.error().within("import chats");
        auto count = messages();
        if (!count) return count.error().within("import messages");
        if (auto done = finish_chats(); !done) return done.error().within("finish chats");
        common::log::info("took over the messages of an earlier bridge", {{"messages", *count}});
        return {};
    }

private:
    Result<std::int64_t> person(const std::string& address) {
        if (const auto found = people_.find(address); found != people_.end()) return found->second;
        const bool lid = server_part(address) == "lid";
        auto insert = database_.prepare(
            lid ? "INSERT INTO person(lid, user) VALUES (?, ?)" : "INSERT INTO person(jid, user) VALUES (?, ?)"
        );
        if (auto done = insert->bind_all(address, user_part(address)).run(); !done) return done.error();
        const std::int64_t id = database_.last_insert_rowid();
        people_.emplace(address, id);
        return id;
    }

    Result<std::int64_t> chat(const std::string& jid) {
        if (const auto found = chats_.find(jid); found != chats_.end()) return found->second;
        return add_chat(jid, std::nullopt, std::nullopt);
    }

    Result<std::int64_t> add_chat(
        const std::string& jid, const std::optional<std::string>& name, const std::optional<std::int64_t>& last_time
    ) {
        std::optional<std::int64_t> whose;
        std::optional<std::string> lid;
        if (is_person(jid)) {
            const auto id = person(jid);
            if (!id) return id.error();
            whose = *id;
            if (server_part(jid) == "lid") lid = jid;
            if (name && !name->empty()) {
                auto named = database_.prepare("INSERT OR IGNORE INTO person_name VALUES (?, ?, ?)");
                if (auto done = named->bind_all(*id, imported_name_rank, *name).run(); !done) return done.error();
                auto best = database_.prepare("UPDATE person SET name = ? WHERE id = ?");
                if (auto done = best->bind_all(*name, *id).run(); !done) return done.error();
            }
        }
        std::optional<std::string> key;
        if (name) key = fold(*name);
        const int group = server_part(jid) == "g.us" ? 1 : 0;
        auto insert = database_.prepare(
            "INSERT INTO chat(jid, lid, person, is_group, name, name_key, last_time) VALUES (?, ?, ?, ?, ?, ?, ?)"
        );
        insert->bind(1, jid).bind(2, lid).bind(3, whose).bind(4, group).bind(5, name).bind(6, key).bind(7, last_time);
        if (auto done = insert->run(); !done) return done.error();
        const std::int64_t id = database_.last_insert_rowid();
        chats_.emplace(jid, id);
        return id;
    }

    Status chats() {
        const auto rows = database_.prepare(
            "SELECT jid, name, " + seconds_of("last_message_time") + " FROM earlier_chats ORDER BY rowid"
        );
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error();
            if (!*row) return {};
            std::optional<std::string> name;
            std::optional<std::int64_t> time;
            if (!rows->is_null(1)) name = clean(rows->text(1));
            if (!rows->is_null(2)) time = rows->integer(2);
            const std::string jid = clean(rows->text(0));
            if (chats_.count(jid) > 0) continue;
            if (auto done = add_chat(jid, name, time); !done) return done.error();
        }
    }

    /// The earlier bridges kept the user part only; whether it is a LID shows where a chat bears it.
    std::string sender_address(std::string_view sender, const std::string& chat_jid) const {
        if (sender.find('@') != std::string_view::npos) return clean(sender);
        if (user_part(chat_jid) == sender) return chat_jid;
        const std::string user = clean(sender.substr(0, sender.find(':')));
        if (people_.count(user + "@lid") > 0 && people_.count(user + "@s.whatsapp.net") == 0) return user + "@lid";
        return user + "@s.whatsapp.net";
    }

    Result<std::int64_t> messages() {
        const auto columns = columns_of(database_, "earlier_messages");
        if (!columns) return columns.error();
        std::string select = "SELECT ";
        for (const std::string_view name : known_columns) {
            const std::string column{name};
            if (name != known_columns.front()) select += ", ";
            select += !contains(*columns, name) ? "NULL" : name == "timestamp" ? seconds_of(column) : column;
        }
        select += " FROM earlier_messages ORDER BY 5, rowid";
        const auto counted = count();
        if (!counted) return counted;
        const auto rows = database_.prepare(select);
        std::int64_t pk = first_live_pk - *counted;
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error();
            if (!*row) return counted;
            if (auto done = message(*rows, pk++); !done) return done.error();
        }
    }

    Result<std::int64_t> count() {
        const auto row = database_.prepare("SELECT count(*) FROM earlier_messages");
        const auto found = row->step();
        if (!found) return found.error();
        return row->integer(0);
    }

    Status message(const common::sqlite::Statement& row, std::int64_t pk) {
        const std::string chat_jid = clean(row.text(1));
        const auto in = chat(chat_jid);
        if (!in) return in.error();
        const auto from = person(sender_address(row.text(2), chat_jid));
        if (!from) return from.error();
        const std::string id = clean(row.text(0));
        const std::string text = clean(row.text(3));
        const std::int64_t time = std::clamp<std::int64_t>(row.integer(4), 0, last_time);
        const int mine = row.integer(5) != 0 ? 1 : 0;
        const std::string media_type = clean(row.text(6));
        const int state = static_cast<int>(mine ? MessageState::sent : MessageState::received);
        auto insert = database_.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, NULL)");
        insert->bind_all(pk, *in, chat_jid, *from, time, mine, state, id, text, media_type);
        if (auto done = insert->run(); !done) return done.error();
        if (auto done = media(row, pk); !done) return done.error();
        auto present = database_.prepare("INSERT OR IGNORE INTO participant VALUES (?, ?)");
        if (auto done = present->bind_all(*from, *in).run(); !done) return done.error();
        return index_words(database_, {pk, text, *in, *from});
    }

    Status media(const common::sqlite::Statement& row, std::int64_t pk) {
        const bool any = !row.text(7).empty() || !row.text(8).empty() || !row.blob(9).empty() ||
                         !row.blob(10).empty() || !row.blob(11).empty() || row.integer(12) != 0;
        if (!any) return {};
        const std::string filename = clean(row.text(7));
        const std::string url = clean(row.text(8));
        auto insert = database_.prepare("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert->bind_all(pk, filename, url, row.blob(9), row.blob(10), row.blob(11), row.integer(12));
        return insert->run();
    }

    /// The newest message of each chat is what lists show; the chat's own time stays as it was where it was known.
    Status finish_chats() {
        auto newest = database_.prepare(R"sql(
            WITH newest AS (SELECT chat, max(time), pk, time, text, sender, from_me FROM message GROUP BY chat)
            UPDATE chat SET last_pk = newest.pk, last_text = newest.text, last_sender = newest.sender,
                last_from_me = newest.from_me, last_time = coalesce(chat.last_time, newest.time)
            FROM newest WHERE newest.chat = chat.id
        )sql");
        return newest->run();
    }

    Database& database_;
    std::unordered_map<std::string, std::int64_t> people_;
    std::unordered_map<std::string, std::int64_t> chats_;
};

}  // namespace

Result<bool> set_earlier_tables_aside(Database& database) {
    bool any = false;
    for (const std::string name : {"chats", "messages"}) {
        const auto there = is_table(database, name);
        if (!there) return there;
        if (!*there) continue;
        any = true;
        if (auto done = database.execute("ALTER TABLE " + name + " RENAME TO earlier_" + name); !done)
            return done.error();
    }
    if (!any) return false;
    // Either table may be missing in a database that never saw a message.
    if (auto done = database.execute(R"sql(
            CREATE TABLE IF NOT EXISTS earlier_chats(jid TEXT, name TEXT, last_message_time TIMESTAMP);
            CREATE TABLE IF NOT EXISTS earlier_messages(id TEXT, chat_jid TEXT, sender TEXT, content TEXT,
                timestamp TIMESTAMP, is_from_me BOOLEAN);
        )sql");
        !done) {
        return done.error();
    }
    return true;
}

Status import_earlier_tables(Database& database) {
    if (auto done = Import{database}.run(); !done) return done;
    const auto columns = columns_of(database, "earlier_messages");
    if (!columns) return columns.error();
    const bool all_known = std::all_of(columns->begin(), columns->end(), [](const std::string& name) {
        return std::find(known_columns.begin(), known_columns.end(), name) != known_columns.end();
    });
    if (!all_known) return {};
    return database.execute("DROP TABLE earlier_messages; DROP TABLE earlier_chats;");
}

}  // namespace bridge::store::detail
