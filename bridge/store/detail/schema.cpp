#include "bridge/store/detail/schema.hpp"

#include "bridge/store/detail/import.hpp"
#include "bridge/store/detail/schema_extras.hpp"

#include <vector>

namespace bridge::store::detail {
namespace {

using common::Result;
using common::Status;
using common::sqlite::Database;

// `message` is named by its pk everywhere; both text indexes keep no copy of the text (content='').
constexpr const char* tables = R"sql(
CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    jid TEXT UNIQUE,              -- phone number form, or any address that is not a person's
    lid TEXT UNIQUE,
    user TEXT NOT NULL,           -- user part of the public address
    name TEXT NOT NULL DEFAULT '' -- the best of person_name
);
CREATE TABLE person_name (
    person INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (person, rank)
) WITHOUT ROWID;
CREATE TABLE person_alias (former INTEGER PRIMARY KEY, person INTEGER NOT NULL);
CREATE INDEX person_alias_person ON person_alias(person);

CREATE TABLE chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    jid TEXT NOT NULL UNIQUE,     -- public address
    lid TEXT UNIQUE,
    person INTEGER UNIQUE,        -- direct chats
    is_group INTEGER NOT NULL DEFAULT 0,
    name TEXT,
    name_key TEXT,                -- folded, for lists by name
    last_time INTEGER,
    last_pk INTEGER,
    last_text TEXT,
    last_sender INTEGER,
    last_from_me INTEGER,
    unread INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    muted_until INTEGER
);
CREATE INDEX chat_activity ON chat(last_time);
CREATE INDEX chat_name ON chat(name_key);
CREATE TABLE chat_alias (former INTEGER PRIMARY KEY, chat INTEGER NOT NULL);
CREATE INDEX chat_alias_chat ON chat_alias(chat);
CREATE TABLE participant (person INTEGER NOT NULL, chat INTEGER NOT NULL, PRIMARY KEY (person, chat)) WITHOUT ROWID;

CREATE TABLE message (
    pk INTEGER PRIMARY KEY,
    chat INTEGER NOT NULL,
    chat_jid TEXT NOT NULL,       -- of the chat: lets the views answer by index
    sender INTEGER NOT NULL,
    time INTEGER NOT NULL,
    from_me INTEGER NOT NULL,
    counted INTEGER NOT NULL,     -- raised the unread count
    status INTEGER NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB
);
CREATE UNIQUE INDEX message_id ON message(id, chat);
CREATE INDEX message_chat ON message(chat_jid, )sql" WA_STORE_TIME_TEXT("time") R"sql();
CREATE INDEX message_time ON message()sql" WA_STORE_TIME_TEXT("time") R"sql();
CREATE TABLE media (
    message INTEGER PRIMARY KEY,
    filename TEXT, url TEXT, media_key BLOB, file_sha256 BLOB, file_enc_sha256 BLOB, file_length INTEGER
);
CREATE TABLE delivery (
    message INTEGER NOT NULL,
    state INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    time INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (message, state, recipient)
) WITHOUT ROWID;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    chat TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE VIRTUAL TABLE word_index USING fts5(
    text, chat, sender, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE substring_index USING fts5(
    text, chat, sender, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
);
)sql";

// Clients read these with the column names and text forms of the earlier bridges. `messages` has one table in its FROM,
// so that SQLite can merge it into joins of any kind.
constexpr const char* views = R"sql(
CREATE VIEW chats AS
    SELECT jid, name, )sql" WA_STORE_TIME_TEXT("last_time") R"sql( AS last_message_time FROM chat;
CREATE VIEW messages AS SELECT
    m.id AS id,
    m.chat_jid AS chat_jid,
    (SELECT user FROM person WHERE person.id = m.sender) AS sender,
    m.text AS content,
    )sql" WA_STORE_TIME_TEXT("time") R"sql( AS timestamp,
    m.from_me AS is_from_me,
    m.media_type AS media_type,
    coalesce((SELECT filename FROM media WHERE media.message = m.pk), '') AS filename,
    coalesce((SELECT url FROM media WHERE media.message = m.pk), '') AS url,
    (SELECT media_key FROM media WHERE media.message = m.pk) AS media_key,
    (SELECT file_sha256 FROM media WHERE media.message = m.pk) AS file_sha256,
    (SELECT file_enc_sha256 FROM media WHERE media.message = m.pk) AS file_enc_sha256,
    coalesce((SELECT file_length FROM media WHERE media.message = m.pk), 0) AS file_length
FROM message AS m;
)sql";

Status create(Database& database) {
    auto earlier = set_earlier_tables_aside(database);
    if (!earlier) return earlier.error();
    if (auto done = database.execute(tables); !done) return done.error().within("create tables");
    if (auto done = database.execute(views); !done) return done.error().within("create views");
    if (auto done = save_mark(database, substrings_low, first_live_pk); !done) return done.error();
    if (auto done = save_mark(database, substrings_high, first_live_pk - 1); !done) return done.error();
    return *earlier ? import_earlier_tables(database) : Status{};
}

}  // namespace

Status migrate_schema(Database& database) {
    const std::vector<common::sqlite::Migration> migrations{
        {1, "create the message store", create}, {2, "contents, effects and groups", create_extras}};
    return common::sqlite::migrate(database, migrations);
}

Result<std::int64_t> load_mark(Database& database, std::string_view name) {
    const auto query = database.prepare("SELECT value FROM mark WHERE name = ?");
    query->bind(1, name);
    const auto row = query->step();
    if (!row) return row.error().within("read mark");
    return *row ? query->integer(0) : 0;
}

Status save_mark(Database& database, std::string_view name, std::int64_t value) {
    return database.prepare("INSERT OR REPLACE INTO mark VALUES (?, ?)")->bind_all(name, value).run();
}

}  // namespace bridge::store::detail
