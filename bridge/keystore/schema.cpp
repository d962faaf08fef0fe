#include "bridge/keystore/detail/schema.hpp"

namespace bridge::keystore::detail {

namespace {

// WITHOUT ROWID where rows are small and found by their key only. AUTOINCREMENT where a number must never be used
// again.
constexpr const char* first_tables = R"(
CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    registration_id INTEGER NOT NULL,
    noise_public BLOB NOT NULL, noise_private BLOB NOT NULL,
    identity_public BLOB NOT NULL, identity_private BLOB NOT NULL,
    signed_pre_key_id INTEGER NOT NULL,
    adv_secret BLOB NOT NULL,
    jid TEXT NOT NULL, lid TEXT NOT NULL,
    push_name TEXT NOT NULL, platform TEXT NOT NULL, business_name TEXT NOT NULL,
    device_identity BLOB NOT NULL, routing_info BLOB NOT NULL,
    linked_at INTEGER NOT NULL
);
CREATE TABLE sessions (
    name TEXT NOT NULL, device INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (name, device)
) WITHOUT ROWID;
CREATE TABLE identities (
    name TEXT NOT NULL, device INTEGER NOT NULL, public BLOB NOT NULL, PRIMARY KEY (name, device)
) WITHOUT ROWID;
CREATE TABLE pre_keys (
    id INTEGER PRIMARY KEY, public BLOB NOT NULL, private BLOB NOT NULL,
    made INTEGER NOT NULL, uploaded INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE signed_pre_keys (
    id INTEGER PRIMARY KEY, public BLOB NOT NULL, private BLOB NOT NULL, signature BLOB NOT NULL,
    created INTEGER NOT NULL
);
CREATE TABLE sender_keys (
    chat TEXT NOT NULL, name TEXT NOT NULL, device INTEGER NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (chat, name, device)
) WITHOUT ROWID;
CREATE INDEX sender_keys_by_name ON sender_keys (name);
CREATE TABLE lid_mappings (lid TEXT PRIMARY KEY, pn TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE device_lists (
    user TEXT PRIMARY KEY, devices BLOB NOT NULL, raw_id INTEGER NOT NULL, fetched INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL, chat_alt TEXT NOT NULL, sender TEXT NOT NULL, sender_alt TEXT NOT NULL,
    sender_account TEXT NOT NULL, message_id TEXT NOT NULL, time INTEGER NOT NULL, from_me INTEGER NOT NULL,
    push_name TEXT NOT NULL, undecryptable INTEGER NOT NULL, offline INTEGER NOT NULL, content BLOB NOT NULL
);
CREATE UNIQUE INDEX inbox_by_message ON inbox (message_id, chat, sender_account);
CREATE TABLE retry_counts (
    chat TEXT NOT NULL, sender TEXT NOT NULL, message_id TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (message_id, chat, sender)
) WITHOUT ROWID;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, chat TEXT NOT NULL, state INTEGER NOT NULL, created INTEGER NOT NULL,
    attempts INTEGER NOT NULL, idempotency_key TEXT UNIQUE, content BLOB NOT NULL
);
CREATE INDEX outbox_pending ON outbox (seq) WHERE state < 2;
CREATE INDEX outbox_finished ON outbox (created) WHERE state >= 2;
CREATE TABLE outbox_resends (
    id TEXT NOT NULL, requester TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (id, requester)
) WITHOUT ROWID;
CREATE TABLE privacy_tokens (
    user TEXT PRIMARY KEY, token BLOB NOT NULL, received INTEGER NOT NULL, issued INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)";

constexpr const char* conversation_tables = R"(
ALTER TABLE inbox ADD COLUMN addon BLOB NOT NULL DEFAULT x'';
ALTER TABLE inbox ADD COLUMN edit TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN addon BLOB NOT NULL DEFAULT x'';
CREATE TABLE groups (
    jid TEXT PRIMARY KEY, subject TEXT NOT NULL, subject_time INTEGER NOT NULL, subject_owner TEXT NOT NULL,
    owner TEXT NOT NULL, created INTEGER NOT NULL, lid_addressed INTEGER NOT NULL, description TEXT NOT NULL,
    description_id TEXT NOT NULL, announcement INTEGER NOT NULL, locked INTEGER NOT NULL, expiration INTEGER NOT NULL,
    member_add_mode TEXT NOT NULL, approval_required INTEGER NOT NULL, parent TEXT NOT NULL, is_community INTEGER NOT NULL,
    is_announcement_group INTEGER NOT NULL, suspended INTEGER NOT NULL, participant_version TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE group_members (
    chat TEXT NOT NULL, place INTEGER NOT NULL, jid TEXT NOT NULL, alt TEXT NOT NULL, rank INTEGER NOT NULL,
    display_name TEXT NOT NULL, PRIMARY KEY (chat, place)
) WITHOUT ROWID;
CREATE TABLE key_holders (
    chat TEXT NOT NULL, user TEXT NOT NULL, device INTEGER NOT NULL, PRIMARY KEY (chat, user, device)
) WITHOUT ROWID;
CREATE INDEX key_holders_by_user ON key_holders (user);
)";

// Rows from before count as asked for long ago.
constexpr const char* retry_times = "ALTER TABLE retry_counts ADD COLUMN asked INTEGER NOT NULL DEFAULT 0";

constexpr const char* send_files = "ALTER TABLE outbox ADD COLUMN attachment TEXT NOT NULL DEFAULT ''";

}  // namespace

std::vector<common::sqlite::Migration> migrations() {
    return {
        {1, "first tables", [](common::sqlite::Database& database) { return database.execute(first_tables); }},
        {2,
         "groups, scheduled sends",
         [](common::sqlite::Database& database) { return database.execute(conversation_tables); }},
        {3, "times of retries", [](common::sqlite::Database& database) { return database.execute(retry_times); }},
        {4, "files of sends", [](common::sqlite::Database& database) { return database.execute(send_files); }},
    };
}

}  // namespace bridge::keystore::detail
