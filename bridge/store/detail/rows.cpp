#include "bridge/store/detail/rows.hpp"

#include "bridge/store/detail/parts.hpp"
#include "bridge/store/detail/status.hpp"

#include <charconv>
#include <cstdio>

namespace bridge::store::detail {

using common::Result;
using common::sqlite::Statement;

std::string sql(std::initializer_list<std::string_view> pieces) {
    std::string statement;
    for (const std::string_view piece : pieces) statement += piece;
    return statement;
}

namespace {

std::optional<std::string> text_or_none(const Statement& row, int column) {
    const std::string_view text = row.text(column);
    if (text.empty()) return std::nullopt;
    return std::string{text};
}

std::optional<UnixTime> time_or_none(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return UnixTime{std::chrono::seconds{row.integer(column)}};
}

}  // namespace

Result<contract::Message> read_message(common::sqlite::Database& database, const Statement& row) {
    contract::Message message;
    message.id = row.string(1);
    message.timestamp = UnixTime{std::chrono::seconds{row.integer(2)}};
    message.sender = row.string(3);
    message.content = row.string(4);
    message.is_from_me = row.integer(5) != 0;
    message.chat_jid = row.string(6);
    message.chat_name = text_or_none(row, 7);
    message.media_type = text_or_none(row, 8);
    message.sender_name = text_or_none(row, 9);
    message.sender_lid = text_or_none(row, 10);
    message.status = name_of(static_cast<MessageState>(row.integer(11)));
    message.cursor = to_cursor({row.integer(2), row.integer(0)});
    if (!row.is_null(12)) {
        message.kind = row.string(12);
    } else if (message.media_type) {
        message.kind = *message.media_type;
    }
    message.is_status = message.chat_jid == status_chat;
    if (row.is_null(13)) return message;
    if (auto done = complete(database, row.integer(0), message); !done) return done.error();
    return message;
}

contract::Chat read_chat(const Statement& row) {
    contract::Chat chat;
    chat.jid = row.string(0);
    chat.name = text_or_none(row, 1);
    chat.last_message_time = time_or_none(row, 2);
    if (!row.is_null(12) && row.integer(12) != 0) {
        chat.last_message = row.string(3);
        chat.last_sender = text_or_none(row, 4);
        chat.last_is_from_me = row.integer(5) != 0;
    }
    chat.is_group = row.integer(6) != 0;
    chat.lid = text_or_none(row, 7);
    chat.archived = row.integer(8) != 0;
    chat.pinned = row.integer(9) != 0;
    chat.muted_until = time_or_none(row, 10);
    chat.unread_count = row.integer(11);
    return chat;
}

Result<std::vector<contract::Message>> read_messages(common::sqlite::Database& database, Statement& rows) {
    std::vector<contract::Message> messages;
    while (true) {
        const auto row = rows.step();
        if (!row) return row.error();
        if (!*row) return messages;
        auto message = read_message(database, rows);
        if (!message) return message.error();
        messages.push_back(std::move(*message));
    }
}

Result<std::vector<contract::Chat>> read_chats(Statement& rows) {
    std::vector<contract::Chat> chats;
    while (true) {
        const auto row = rows.step();
        if (!row) return row.error();
        if (!*row) return chats;
        chats.push_back(read_chat(rows));
    }
}

std::string to_cursor(const Place& place) { return std::to_string(place.time) + '-' + std::to_string(place.pk); }

Result<Place> parse_cursor(std::string_view text) {
    Place place{};
    const char* end = text.data() + text.size();
    const auto time = std::from_chars(text.data(), end, place.time);
    if (time.ec != std::errc{} || time.ptr == end || *time.ptr != '-') return Errc::bad_cursor;
    const auto pk = std::from_chars(time.ptr + 1, end, place.pk);
    if (pk.ec != std::errc{} || pk.ptr != end || place.time < 0 || place.time > last_time || place.pk < 0) {
        return Errc::bad_cursor;
    }
    return place;
}

std::string time_text(std::int64_t time) {
    const UnixTime at{std::chrono::seconds{time}};
    std::string text = common::to_rfc3339(at);  // "2026-01-31T12:00:00Z"
    text[10] = ' ';
    text.replace(19, 1, "+00:00");
    return text;
}

}  // namespace bridge::store::detail
