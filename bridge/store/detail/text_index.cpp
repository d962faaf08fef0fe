#include "bridge/store/detail/text_index.hpp"

#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/text.hpp"

#include <limits>

namespace bridge::store::detail {
namespace {

using common::Result;
using common::Status;
using common::sqlite::Database;

constexpr char32_t private_plane = 0xF0000;
constexpr std::int64_t digit_bits = 15;
constexpr std::int64_t digit_mask = (1 << digit_bits) - 1;

Status write_words(Database& database, std::string_view sql, const Indexed& message) {
    const std::string chat = std::to_string(message.chat);
    const std::string sender = std::to_string(message.sender);
    return database.prepare(sql)->bind_all(message.pk, message.text, chat, sender).run();
}

Status write_substrings(Database& database, std::string_view sql, const Indexed& message) {
    std::string text = fold(message.text);
    text.append(2, text_end);
    const std::string chat = tag(Tag::chat, message.chat);
    const std::string sender = tag(Tag::sender, message.sender);
    return database.prepare(sql)->bind_all(message.pk, text, chat, sender).run();
}

/// Indexes the messages with a pk from `first` on, before `end`, in rising order as the index wants them; the last pk
/// goes to `last`.
Result<std::size_t> index_range(
    Database& database, std::int64_t first, std::int64_t end, std::size_t limit, std::int64_t& last
) {
    const auto rows =
        database.prepare("SELECT pk, text, chat, sender FROM message WHERE pk >= ? AND pk < ? ORDER BY pk LIMIT ?");
    rows->bind_all(first, end, static_cast<std::int64_t>(limit));
    std::size_t count = 0;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("read messages to index");
        if (!*row) return count;
        const Indexed message{rows->integer(0), rows->text(1), rows->integer(2), rows->integer(3)};
        if (auto done = index_substrings(database, message); !done) return done.error().within("index substrings");
        last = message.pk;
        ++count;
    }
}

/// The pk of the last of the `limit` messages below `end`; `end` when there are none.
Result<std::int64_t> block_below(Database& database, std::int64_t end, std::size_t limit) {
    const auto row =
        database.prepare("SELECT min(pk) FROM (SELECT pk FROM message WHERE pk < ? ORDER BY pk DESC LIMIT ?)");
    row->bind_all(end, static_cast<std::int64_t>(limit));
    const auto found = row->step();
    if (!found) return found.error();
    return row->is_null(0) ? end : row->integer(0);
}

}  // namespace

std::string tag(Tag kind, std::int64_t number) {
    std::string out;
    append_utf8(out, static_cast<char32_t>(kind));
    append_utf8(out, private_plane + static_cast<char32_t>(number >> digit_bits & digit_mask));
    append_utf8(out, private_plane + static_cast<char32_t>(number & digit_mask));
    return out;
}

Status index_words(Database& database, const Indexed& message) {
    return write_words(database, "INSERT INTO word_index(rowid, text, chat, sender) VALUES (?, ?, ?, ?)", message);
}

Status forget_words(Database& database, const Indexed& message) {
    return write_words(
        database, "INSERT INTO word_index(word_index, rowid, text, chat, sender) VALUES ('delete', ?, ?, ?, ?)", message
    );
}

Status index_substrings(Database& database, const Indexed& message) {
    return write_substrings(
        database, "INSERT INTO substring_index(rowid, text, chat, sender) VALUES (?, ?, ?, ?)", message
    );
}

Status forget_substrings(Database& database, const Indexed& message) {
    return write_substrings(
        database,
        "INSERT INTO substring_index(substring_index, rowid, text, chat, sender) VALUES ('delete', ?, ?, ?, ?)",
        message
    );
}

Result<Covered> covered(Database& database) {
    const auto low = load_mark(database, substrings_low);
    if (!low) return low.error();
    const auto high = load_mark(database, substrings_high);
    if (!high) return high.error();
    return Covered{*low, *high};
}

Result<std::size_t> extend_substrings(Database& database, std::size_t limit) {
    const auto now = covered(database);
    if (!now) return now.error();
    std::int64_t last = 0;
    auto count = index_range(database, now->high + 1, std::numeric_limits<std::int64_t>::max(), limit, last);
    if (!count) return count;
    if (*count > 0) {
        if (auto saved = save_mark(database, substrings_high, last); !saved) return saved.error();
        return count;
    }
    const auto first = block_below(database, now->low, limit);
    if (!first) return first.error();
    if (*first == now->low) return std::size_t{0};
    count = index_range(database, *first, now->low, limit, last);
    if (!count) return count;
    if (auto saved = save_mark(database, substrings_low, *first); !saved) return saved.error();
    return count;
}

}  // namespace bridge::store::detail
