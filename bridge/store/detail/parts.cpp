#include "bridge/store/detail/parts.hpp"

#include "bridge/store/detail/schema_extras.hpp"
#include "common/json/json.hpp"

namespace bridge::store::detail {

using common::Result;
using common::Status;
using common::sqlite::Database;
using common::sqlite::Statement;

namespace {

std::optional<UnixTime> time_or_none(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return UnixTime{std::chrono::seconds{row.integer(column)}};
}

std::optional<std::string> text_or_none(const Statement& row, int column) {
    const std::string_view text = row.text(column);
    if (text.empty()) return std::nullopt;
    return std::string{text};
}

std::optional<std::int64_t> number_or_none(const Statement& row, int column) {
    if (row.integer(column) == 0) return std::nullopt;
    return row.integer(column);
}

std::string_view name_of(MediaState state) noexcept {
    switch (state) {
        case MediaState::remote: return "remote";
        case MediaState::downloading: return "downloading";
        case MediaState::downloaded: return "downloaded";
        case MediaState::failed: return "failed";
        case MediaState::gone: return "gone";
    }
    return "remote";
}

Status read_media(Database& database, std::int64_t pk, contract::Message& message) {
    const auto row = database.prepare(
        "SELECT mime_type, filename, file_length, width, height, seconds, pages, animated, state, waveform, "
        "thumbnail IS NOT NULL FROM media WHERE message = ?"
    );
    row->bind(1, pk);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return {};
    contract::Media media;
    media.mime_type = row->string(0);
    media.file_name = text_or_none(*row, 1);
    media.size = row->integer(2);
    if (!message.content.empty()) media.caption = message.content;
    media.width = number_or_none(*row, 3);
    media.height = number_or_none(*row, 4);
    media.seconds = number_or_none(*row, 5);
    media.pages = number_or_none(*row, 6);
    media.animated = row->integer(7) != 0;
    media.state = name_of(static_cast<MediaState>(row->integer(8)));
    media.waveform = row->bytes(9);
    media.has_thumbnail = row->integer(10) != 0;
    message.media = std::move(media);
    return {};
}

Status read_mentions(Database& database, const std::string& list, contract::Message& message) {
    if (list.empty()) return {};
    const auto document = common::json::Document::parse(list);
    if (!document) return document.error();
    for (std::size_t i = 0; i < document->root().size(); ++i) {
        auto who = shown(database, document->root().at(i).string_or(""));
        if (!who) return who.error();
        message.mentions.push_back(std::move(who->address));
    }
    return {};
}

Status read_quote(Database& database, const Statement& row, contract::Message& message) {
    contract::Quote quote;
    quote.id = row.string(3);
    quote.content = text_or_none(row, 5);
    if (const auto sender = text_or_none(row, 4)) {
        auto who = shown(database, *sender);
        if (!who) return who.error();
        quote.sender = std::move(who->address);
        quote.sender_name = std::move(who->name);
    }
    message.quoted = std::move(quote);
    return {};
}

/// Answers that count, added up.
Status count_answers(Database& database, std::int64_t pk, contract::Message& message) {
    const auto answers = read_answers(database, pk);
    if (!answers) return answers.error();
    contract::EventAnswers counts;
    for (const contract::EventAnswer& one : *answers) {
        if (one.answer == "going") ++counts.going, counts.extra_guests += one.extra_guests;
        if (one.answer == "not_going") ++counts.not_going;
        if (one.answer == "maybe") ++counts.maybe;
        if (one.is_from_me) counts.mine = one.answer;
    }
    message.event_answers = std::move(counts);
    return {};
}

/// The tables that the flags name.
Status read_tables(Database& database, std::int64_t pk, std::int64_t flags, contract::Message& message) {
    if (has(flags, Flag::media)) {
        if (auto done = read_media(database, pk, message); !done) return done;
    }
    if (has(flags, Flag::poll)) {
        auto poll = read_poll(database, pk, false);
        if (!poll) return poll.error();
        message.poll = std::move(*poll);
    }
    if (has(flags, Flag::reactions)) {
        auto reactions = read_reactions(database, pk);
        if (!reactions) return reactions.error();
        message.reactions = std::move(*reactions);
    }
    return has(flags, Flag::answers) ? count_answers(database, pk, message) : Status{};
}

}  // namespace

Result<Shown> shown(Database& database, const std::string& address) {
    const auto row = database.prepare("SELECT coalesce(jid, lid), name FROM person WHERE jid = ?1 OR lid = ?1");
    row->bind(1, address);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return Shown{address, std::nullopt};
    return Shown{row->string(0), text_or_none(*row, 1)};
}

Status complete(Database& database, std::int64_t pk, contract::Message& message) {
    const auto row = database.prepare(
        "SELECT flags, forwards, mentions, quoted_id, quoted_sender, quoted_text, parent, expires_at, starred_at, "
        "pinned_until, edit_ms, deleted_at, deleted_by, details FROM message_extra WHERE message = ?"
    );
    row->bind(1, pk);
    const auto found = row->step();
    if (!found) return found.error().within("read what a message holds");
    if (!*found) return {};
    const std::int64_t flags = row->integer(0);
    message.is_forwarded = has(flags, Flag::forwarded);
    message.is_view_once = has(flags, Flag::view_once);
    message.mentions_me = has(flags, Flag::mentions_me);
    message.is_kept = has(flags, Flag::kept);
    message.forwarding_score = row->integer(1);
    message.parent_id = text_or_none(*row, 6);
    message.expires_at = time_or_none(*row, 7);
    message.starred = !row->is_null(8);
    message.pinned_until = time_or_none(*row, 9);
    if (has(flags, Flag::versions)) message.edited_at = UnixTime{std::chrono::seconds{row->integer(10) / 1000}};
    message.deleted_at = time_or_none(*row, 11);
    message.details = row->string(13);
    if (const auto who = text_or_none(*row, 12)) {
        auto person = shown(database, *who);
        if (!person) return person.error();
        message.deleted_by = std::move(person->address);
    }
    if (!row->is_null(3)) {
        if (auto done = read_quote(database, *row, message); !done) return done;
    }
    if (auto done = read_mentions(database, row->string(2), message); !done) return done;
    return read_tables(database, pk, flags, message);
}

}  // namespace bridge::store::detail
