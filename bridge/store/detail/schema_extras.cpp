#include "bridge/store/detail/schema_extras.hpp"

namespace bridge::store::detail {
namespace {

// Times are seconds, those named ..._ms milliseconds. A plain text has no row in any of these tables; `message_extra`
// has one for every other message and for whatever something was done to. People who reacted, voted or answered stand
// under the number they had then: `person_alias` says which they have now.
constexpr const char* tables = R"sql(
ALTER TABLE media ADD COLUMN mime_type TEXT;
ALTER TABLE media ADD COLUMN direct_path TEXT;
ALTER TABLE media ADD COLUMN key_time INTEGER;
ALTER TABLE media ADD COLUMN width INTEGER;
ALTER TABLE media ADD COLUMN height INTEGER;
ALTER TABLE media ADD COLUMN seconds INTEGER;
ALTER TABLE media ADD COLUMN pages INTEGER;
ALTER TABLE media ADD COLUMN animated INTEGER;
ALTER TABLE media ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN path TEXT;
ALTER TABLE media ADD COLUMN waveform BLOB;
ALTER TABLE media ADD COLUMN thumbnail BLOB;
CREATE INDEX message_media ON message(chat_jid, time, pk) WHERE media_type <> '';
CREATE INDEX media_path ON media(path) WHERE path IS NOT NULL;
CREATE TABLE dead_file (path TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE message_extra (
    message INTEGER PRIMARY KEY,
    kind TEXT,                    -- NULL: a text
    flags INTEGER NOT NULL DEFAULT 0,
    forwards INTEGER NOT NULL DEFAULT 0,
    quoted_id TEXT,
    quoted_sender TEXT,           -- an address, like those in mentions
    quoted_text TEXT,
    mentions TEXT,                -- JSON array
    parent TEXT,
    expires_at INTEGER,
    starred_at INTEGER,
    pinned_until INTEGER,
    pin_ms INTEGER,               -- when it was pinned or unpinned last; the same for the others
    keep_ms INTEGER,
    star_ms INTEGER,
    edit_ms INTEGER,
    deleted_at INTEGER,
    deleted_by TEXT,
    details TEXT                  -- JSON object
);
CREATE INDEX message_expiry ON message_extra(expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX message_starred ON message_extra(starred_at) WHERE starred_at IS NOT NULL;
CREATE INDEX message_pinned ON message_extra(pinned_until) WHERE pinned_until IS NOT NULL;
CREATE INDEX message_parent ON message_extra(parent) WHERE parent IS NOT NULL;

CREATE TABLE reaction (
    message INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    from_me INTEGER NOT NULL,
    emoji TEXT NOT NULL,          -- '': taken back
    PRIMARY KEY (message, sender)
) WITHOUT ROWID;
CREATE TABLE message_version (
    message INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,     -- 0: as it was written first
    text TEXT NOT NULL,
    content BLOB,                 -- of edits
    PRIMARY KEY (message, time_ms)
) WITHOUT ROWID;

CREATE TABLE poll (
    message INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    selectable INTEGER NOT NULL,
    quiz INTEGER NOT NULL,
    correct INTEGER,
    ends INTEGER
);
CREATE TABLE poll_option (
    message INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (message, position)
) WITHOUT ROWID;
CREATE TABLE vote (
    message INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    from_me INTEGER NOT NULL,
    choices BLOB NOT NULL,        -- hashes of 32 bytes
    PRIMARY KEY (message, sender)
) WITHOUT ROWID;
CREATE TABLE answer (
    message INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    from_me INTEGER NOT NULL,
    answer TEXT NOT NULL,
    guests INTEGER NOT NULL,
    PRIMARY KEY (message, sender)
) WITHOUT ROWID;

-- What was done to messages that are not there yet.
CREATE TABLE waiting (
    chat INTEGER NOT NULL,
    target TEXT NOT NULL,
    source TEXT NOT NULL,         -- message that carried the effect
    sealed INTEGER NOT NULL,
    time INTEGER NOT NULL,        -- of arrival
    data TEXT NOT NULL,           -- JSON
    content BLOB,
    PRIMARY KEY (chat, target, source)
) WITHOUT ROWID;
CREATE INDEX waiting_time ON waiting(time);
-- Messages that went and must not come back.
CREATE TABLE dropped (
    chat INTEGER NOT NULL,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,        -- of the message
    PRIMARY KEY (chat, id)
) WITHOUT ROWID;
CREATE INDEX dropped_time ON dropped(time);

ALTER TABLE chat ADD COLUMN ephemeral INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN ephemeral_set INTEGER NOT NULL DEFAULT 0;
CREATE TABLE group_info (
    chat INTEGER PRIMARY KEY,
    subject_time INTEGER NOT NULL,
    subject_by TEXT NOT NULL,
    owner TEXT NOT NULL,
    created INTEGER NOT NULL,
    description TEXT NOT NULL,
    flags INTEGER NOT NULL,
    who_adds TEXT NOT NULL,
    community TEXT NOT NULL,
    size INTEGER NOT NULL,
    left_at INTEGER
);
CREATE TABLE group_member (
    chat INTEGER NOT NULL,
    person INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    since INTEGER NOT NULL,       -- 0: before we knew the group
    until INTEGER,                -- NULL: still there
    PRIMARY KEY (chat, person)
) WITHOUT ROWID;
CREATE INDEX group_member_person ON group_member(person);
)sql";

}  // namespace

common::Status create_extras(common::sqlite::Database& database) {
    if (auto done = database.execute(tables); !done) return done.error().within("create tables of contents");
    return {};
}

}  // namespace bridge::store::detail
