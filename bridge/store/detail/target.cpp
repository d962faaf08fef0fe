#include "bridge/store/detail/target.hpp"

#include "bridge/store/detail/extras.hpp"
#include "bridge/store/detail/rows.hpp"
#include "bridge/store/detail/schema.hpp"

namespace bridge::store::detail {

using common::Result;
using common::Status;
using common::sqlite::Database;

namespace {

Status unindex(Database& database, const Indexed& message) {
    if (auto done = forget_words(database, message); !done) return done;
    const auto range = covered(database);
    if (!range) return range.error();
    const bool indexed = message.pk >= range->low && message.pk <= range->high;
    return indexed ? forget_substrings(database, message) : Status{};
}

/// Whether the message is among the newest `chat.unread` counted ones.
Result<bool> is_unread(Database& database, const ChatRow& chat, const Target& target) {
    if (!target.counted || chat.unread == 0) return false;
    const auto row = database.prepare(
        "SELECT count(*) FROM (SELECT 1 FROM message WHERE chat_jid = ?1 AND counted = 1 AND (time, pk) > (?2, ?3) "
        "AND " WA_STORE_TIME_TEXT("time") " >= ?4 LIMIT ?5)"
    );
    const std::string text = time_text(target.time);
    row->bind_all(chat.jid, target.time, target.pk, text, chat.unread);
    const auto found = row->step();
    if (!found) return found.error();
    return row->integer(0) < chat.unread;
}

Status show_newest(Database& database, ChatRow& chat) {
    const auto row = database.prepare(
        "SELECT pk, time, text, sender, from_me FROM message WHERE chat_jid = ? ORDER BY " WA_STORE_TIME_TEXT("time"
        ) " DESC, pk DESC LIMIT 1"
    );
    row->bind(1, chat.jid);
    const auto found = row->step();
    if (!found) return found.error();
    // An empty chat keeps its place among the others.
    chat.last_pk = *found ? row->integer(0) : 0;
    if (*found) chat.last_time = row->integer(1);
    chat.last_text = *found ? row->string(2) : std::string{};
    chat.last_sender = *found ? row->integer(3) : 0;
    chat.last_from_me = *found && row->integer(4) != 0;
    return {};
}

}  // namespace

Result<std::optional<Target>> find_target(Database& database, std::int64_t chat, const std::string& id) {
    const auto row = database.prepare(
        "SELECT m.pk, m.sender, m.time, m.from_me, m.counted, m.status, m.text, coalesce(x.kind, m.media_type), "
        "coalesce(x.flags, 0), x.pin_ms, x.keep_ms, x.star_ms, x.edit_ms, x.deleted_at IS NOT NULL, x.expires_at "
        "FROM message AS m LEFT JOIN message_extra AS x ON x.message = m.pk WHERE m.id = ? AND m.chat = ?"
    );
    row->bind_all(id, chat);
    const auto found = row->step();
    if (!found) return found.error().within("find the target");
    if (!*found) return std::optional<Target>{};
    Target target;
    target.pk = row->integer(0);
    target.chat = chat;
    target.sender = row->integer(1);
    target.time = row->integer(2);
    target.from_me = row->integer(3) != 0;
    target.counted = row->integer(4) != 0;
    target.status = static_cast<MessageState>(row->integer(5));
    target.text = row->string(6);
    target.kind = row->string(7);
    target.flags = row->integer(8);
    target.pin_ms = row->integer(9);
    target.keep_ms = row->integer(10);
    target.star_ms = row->integer(11);
    target.edit_ms = row->integer(12);
    target.deleted = row->integer(13) != 0;
    if (!row->is_null(14)) target.expires_at = row->integer(14);
    return std::optional{std::move(target)};
}

Status reindex(Database& database, const Indexed& before, const Indexed& after) {
    if (auto done = forget_words(database, before); !done) return done;
    if (auto done = index_words(database, after); !done) return done;
    const auto range = covered(database);
    if (!range) return range.error();
    if (before.pk < range->low || before.pk > range->high) return {};
    if (auto done = forget_substrings(database, before); !done) return done;
    return index_substrings(database, after);
}

Status rewrite(Database& database, Directory& directory, ChatRow& chat, Target& target, const std::string& text) {
    if (text == target.text) return {};
    auto update = database.prepare("UPDATE message SET text = ? WHERE pk = ?");
    if (auto done = update->bind_all(text, target.pk).run(); !done) return done.error().within("rewrite message");
    const Indexed before{target.pk, target.text, target.chat, target.sender};
    const Indexed after{target.pk, text, target.chat, target.sender};
    if (auto done = reindex(database, before, after); !done) return done.error().within("rewrite message");
    target.text = text;
    if (chat.last_pk != target.pk) return {};
    chat.last_text = text;
    directory.touch(chat);
    return {};
}

Status drop(Database& database, Directory& directory, ChatRow& chat, const Target& target) {
    const auto unread = is_unread(database, chat, target);
    if (!unread) return unread.error();
    const Indexed message{target.pk, target.text, target.chat, target.sender};
    if (auto done = unindex(database, message); !done) return done.error().within("drop message");
    if (auto done = delete_extras(database, target.pk); !done) return done.error().within("drop message");
    for (const char* sql : {"DELETE FROM delivery WHERE message = ?", "DELETE FROM message WHERE pk = ?"}) {
        if (auto done = database.prepare(sql)->bind_all(target.pk).run(); !done)
            return done.error().within("drop message");
    }
    if (*unread) --chat.unread;
    if (chat.last_pk == target.pk) {
        if (auto done = show_newest(database, chat); !done) return done.error().within("show the newest message");
    }
    directory.touch(chat);
    return {};
}

}  // namespace bridge::store::detail
