#include "bridge/store/detail/extras.hpp"

#include "common/json/json.hpp"

#include <array>

namespace bridge::store::detail {

using common::ByteView;
using common::Status;
using common::sqlite::Database;

namespace {

template <class T>
std::optional<T> unless_zero(T value) {
    if (value == T{}) return std::nullopt;
    return value;
}

std::optional<std::string_view> unless_empty(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return std::string_view{text};
}

std::optional<ByteView> unless_empty(const common::Bytes& bytes) {
    if (bytes.empty()) return std::nullopt;
    return ByteView{bytes};
}

std::optional<std::int64_t> seconds_of(const std::optional<UnixTime>& time) {
    if (!time) return std::nullopt;
    return time->time_since_epoch().count();
}

std::int64_t flags_of(const Extras& extras) {
    std::int64_t flags = 0;
    const auto add = [&flags](Flag flag, bool set) { flags |= set ? bit(flag) : 0; };
    add(Flag::forwarded, extras.forwarded);
    add(Flag::view_once, extras.view_once);
    add(Flag::mentions_me, extras.mentions_me);
    add(Flag::media, extras.media.has_value());
    add(Flag::poll, extras.poll.has_value());
    return flags;
}

std::string list_of(const std::vector<std::string>& texts) {
    if (texts.empty()) return {};
    common::json::Writer out;
    out.array();
    for (const std::string& text : texts) out.value(text);
    out.end();
    return out.take();
}

Status write_media(Database& database, std::int64_t pk, const MediaInfo& media) {
    auto row = database.prepare(
        "INSERT OR REPLACE INTO media(message, filename, url, media_key, file_sha256, file_enc_sha256, file_length, "
        "mime_type, direct_path, key_time, width, height, seconds, pages, animated, state, path, waveform, thumbnail) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    row->bind_all(
        pk,
        media.file_name,
        media.url,
        unless_empty(media.media_key),
        unless_empty(media.file_sha256),
        unless_empty(media.file_enc_sha256),
        media.file_length,
        media.mime_type,
        unless_empty(media.direct_path),
        unless_zero(media.key_time.time_since_epoch().count()),
        unless_zero(media.width),
        unless_zero(media.height),
        unless_zero(media.seconds),
        unless_zero(media.pages),
        media.animated ? 1 : 0,
        static_cast<int>(media.state),
        unless_empty(media.path),
        unless_empty(media.waveform),
        unless_empty(media.thumbnail)
    );
    return row->run();
}

Status write_poll(Database& database, std::int64_t pk, const PollInfo& poll) {
    auto row = database.prepare("INSERT OR REPLACE INTO poll VALUES (?, ?, ?, ?, ?, ?)");
    row->bind_all(pk, poll.name, poll.selectable, poll.quiz ? 1 : 0, poll.correct, seconds_of(poll.ends));
    if (auto done = row->run(); !done) return done;
    std::int64_t position = 0;
    for (const PollOptionInfo& option : poll.options) {
        auto insert = database.prepare("INSERT OR REPLACE INTO poll_option VALUES (?, ?, ?, ?)");
        insert->bind_all(pk, position++, option.name, ByteView{option.hash});
        if (auto done = insert->run(); !done) return done;
    }
    return {};
}

template <std::size_t N, class... T>
Status run_all(Database& database, const std::array<std::string_view, N>& statements, const T&... values) {
    for (const std::string_view sql : statements) {
        if (auto done = database.prepare(sql)->bind_all(values...).run(); !done) return done;
    }
    return {};
}

}  // namespace

Status write_extras(Database& database, std::int64_t pk, const Extras& extras) {
    // A stub may have a row already, of what was done to it.
    auto row = database.prepare(
        "INSERT INTO message_extra(message, kind, flags, forwards, quoted_id, quoted_sender, quoted_text, mentions, "
        "parent, expires_at, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message) DO UPDATE SET "
        "kind = excluded.kind, flags = flags | excluded.flags, forwards = excluded.forwards, "
        "quoted_id = excluded.quoted_id, quoted_sender = excluded.quoted_sender, quoted_text = excluded.quoted_text, "
        "mentions = excluded.mentions, parent = excluded.parent, expires_at = excluded.expires_at, "
        "details = excluded.details"
    );
    const bool quotes = extras.quote.has_value();
    const QuoteInfo quote = quotes ? *extras.quote : QuoteInfo{};
    const std::string mentions = list_of(extras.mentions);
    row->bind_all(pk, unless_empty(extras.kind), flags_of(extras), extras.forwarding_score);
    row->bind(5, unless_empty(quote.id));
    row->bind(6, unless_empty(quote.sender.jid.empty() ? quote.sender.lid : quote.sender.jid));
    row->bind(7, unless_empty(quote.text)).bind(8, unless_empty(mentions)).bind(9, unless_empty(extras.parent));
    row->bind(10, seconds_of(extras.expires_at)).bind(11, unless_empty(extras.details));
    if (auto done = row->run(); !done) return done.error().within("write what a message holds");
    if (extras.media) {
        if (auto done = write_media(database, pk, *extras.media); !done) return done.error().within("write media");
    }
    if (!extras.poll) return {};
    if (auto done = write_poll(database, pk, *extras.poll); !done) return done.error().within("write poll");
    return {};
}

Status set_flag(Database& database, std::int64_t pk, Flag flag, bool on) {
    auto row = database.prepare(
        on ? "INSERT INTO message_extra(message, flags) VALUES (?1, ?2) ON CONFLICT (message) DO UPDATE SET "
             "flags = flags | ?2"
           : "UPDATE message_extra SET flags = flags & ~?2 WHERE message = ?1"
    );
    if (auto done = row->bind_all(pk, bit(flag)).run(); !done) return done.error().within("set flag");
    return {};
}

Status delete_extras(Database& database, std::int64_t pk) {
    static constexpr std::array<std::string_view, 9> statements{
        "INSERT OR IGNORE INTO dead_file SELECT path FROM media WHERE message = ?1 AND path IS NOT NULL",
        "DELETE FROM media WHERE message = ?1",
        "DELETE FROM message_extra WHERE message = ?1",
        "DELETE FROM reaction WHERE message = ?1",
        "DELETE FROM message_version WHERE message = ?1",
        "DELETE FROM poll WHERE message = ?1",
        "DELETE FROM poll_option WHERE message = ?1",
        "DELETE FROM vote WHERE message = ?1",
        "DELETE FROM answer WHERE message = ?1",
    };
    return run_all(database, statements, pk);
}

Status move_extras(Database& database, std::int64_t kept, std::int64_t gone) {
    static constexpr std::array<std::string_view, 9> statements{
        "UPDATE OR IGNORE media SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE message_extra SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE reaction SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE message_version SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE poll SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE poll_option SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE vote SET message = ?1 WHERE message = ?2",
        "UPDATE OR IGNORE answer SET message = ?1 WHERE message = ?2",
        // The rows that stayed behind named the same: what both were marked with stays marked.
        "UPDATE message_extra SET flags = message_extra.flags | gone.flags FROM message_extra AS gone "
        "WHERE message_extra.message = ?1 AND gone.message = ?2",
    };
    if (auto done = run_all(database, statements, kept, gone); !done) return done.error().within("move contents");
    return delete_extras(database, gone);
}

}  // namespace bridge::store::detail
