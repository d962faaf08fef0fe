#include "bridge/store/detail/queries.hpp"

#include <algorithm>

namespace bridge::store::detail {

Result<std::int64_t> load_pk(Database& database, const std::string& id, const std::string& chat_jid) {
    const auto row = database.prepare(
        chat_jid.empty() ? "SELECT pk FROM message WHERE id = ?1 ORDER BY pk DESC LIMIT 1"
                         : "SELECT m.pk FROM message AS m JOIN chat AS c ON c.id = m.chat WHERE m.id = ?1 AND "
                           "(c.jid = ?2 OR c.lid = ?2)"
    );
    row->bind(1, id);
    if (!chat_jid.empty()) row->bind(2, chat_jid);
    const auto found = row->step();
    if (!found) return found.error().within("find message");
    if (!*found) return Errc::message_not_found;
    return row->integer(0);
}

Result<MediaInfo> load_media(Database& database, const std::string& id, const std::string& chat_jid) {
    const auto pk = load_pk(database, id, chat_jid);
    if (!pk) return pk.error();
    const auto row = database.prepare(
        "SELECT mime_type, filename, url, direct_path, media_key, file_sha256, file_enc_sha256, file_length, key_time, "
        "width, height, seconds, pages, waveform, thumbnail, animated, state, path FROM media WHERE message = ?"
    );
    row->bind(1, *pk);
    const auto found = row->step();
    if (!found) return found.error().within("read media");
    if (!*found) return Errc::media_not_found;
    MediaInfo media;
    media.mime_type = row->string(0);
    media.file_name = row->string(1);
    media.url = row->string(2);
    media.direct_path = row->string(3);
    media.media_key = row->bytes(4);
    media.file_sha256 = row->bytes(5);
    media.file_enc_sha256 = row->bytes(6);
    media.file_length = row->integer(7);
    media.key_time = UnixTime{std::chrono::seconds{row->integer(8)}};
    media.width = row->integer(9);
    media.height = row->integer(10);
    media.seconds = row->integer(11);
    media.pages = row->integer(12);
    media.waveform = row->bytes(13);
    media.thumbnail = row->bytes(14);
    media.animated = row->integer(15) != 0;
    media.state = static_cast<MediaState>(row->integer(16));
    media.path = row->string(17);
    return media;
}

Result<std::vector<contract::Message>> list_media(
    Database& database, const std::string& chat_jid, int limit, const std::string& cursor
) {
    if (limit < 0) return Errc::bad_query;
    const auto jid = find_chat_jid(database, chat_jid);
    if (!jid) return jid.error();
    if (!*jid) return Errc::chat_not_found;
    const auto from = place_after(cursor);
    if (!from) return from.error();
    static const std::string page = sql(
        {message_columns,
         message_tables,
         "WHERE m.chat_jid = ?1 AND m.media_type <> '' AND (m.time, m.pk) < (?2, ?3) AND EXISTS "
         "(SELECT 1 FROM media WHERE media.message = m.pk) ORDER BY m.time DESC, m.pk DESC LIMIT ?4"}
    );
    const auto rows = database.prepare(page);
    rows->bind_all(**jid, from->time, from->pk, std::min(limit, most_rows));
    return read_messages(database, *rows);
}

Result<std::vector<std::string>> list_dead_files(Database& database, std::size_t limit) {
    const auto rows = database.prepare(
        "SELECT path FROM dead_file AS d WHERE NOT EXISTS (SELECT 1 FROM media WHERE media.path = d.path) LIMIT ?"
    );
    rows->bind(1, static_cast<std::int64_t>(limit));
    std::vector<std::string> paths;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("list dead files");
        if (!*row) return paths;
        paths.push_back(rows->string(0));
    }
}

}  // namespace bridge::store::detail
