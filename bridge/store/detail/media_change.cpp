#include "bridge/store/detail/media_change.hpp"

#include "bridge/store/detail/message_event.hpp"

namespace bridge::store::detail {

using common::Status;
using common::sqlite::Database;

Status update_media(Database& database, Directory& directory, Journal& journal, const UpdateMedia& change) {
    const auto chat = directory.find_chat(change.chat);
    if (!chat) return chat.error();
    if (!*chat) return {};
    std::int64_t pk = 0;
    bool shown = false;
    {
        const auto row = database.prepare(
            "SELECT m.pk, f.state, f.path FROM message AS m JOIN media AS f ON f.message = m.pk "
            "WHERE m.id = ? AND m.chat = ?"
        );
        row->bind_all(change.id, (*chat)->id);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) {
            // The message went while its file was on the way.
            if (change.path.empty()) return {};
            return database.prepare("INSERT OR IGNORE INTO dead_file VALUES (?)")->bind_all(change.path).run();
        }
        pk = row->integer(0);
        shown = row->integer(1) != static_cast<int>(change.state);
    }
    auto update = database.prepare(
        "UPDATE media SET state = ?2, path = CASE ?2 WHEN 2 THEN coalesce(nullif(?3, ''), path) END, "
        "direct_path = coalesce(nullif(?4, ''), direct_path), url = coalesce(nullif(?5, ''), url) WHERE message = ?1"
    );
    update->bind_all(pk, static_cast<int>(change.state), change.path, change.direct_path, change.url);
    if (auto done = update->run(); !done) return done.error().within("update media");
    if (!change.content.empty()) {
        auto rewrite = database.prepare("UPDATE message SET content = ? WHERE pk = ?");
        rewrite->bind_all(common::ByteView{change.content}, pk);
        if (auto done = rewrite->run(); !done) return done.error().within("update media");
    }
    return shown ? raise_message(database, journal, "message_update", pk) : Status{};
}

Status forget_files(Database& database, const ForgetFiles& change) {
    for (const std::string& path : change.paths) {
        auto gone = database.prepare("DELETE FROM dead_file WHERE path = ?");
        if (auto done = gone->bind_all(path).run(); !done) return done.error().within("forget file");
    }
    return {};
}

}  // namespace bridge::store::detail
