#include "bridge/store/detail/search.hpp"

#include "bridge/store/detail/queries.hpp"
#include "bridge/store/detail/rows.hpp"
#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text.hpp"
#include "bridge/store/detail/text_index.hpp"

#include <algorithm>
#include <limits>

namespace bridge::store::detail {
namespace {

using common::Status;

constexpr std::size_t longest_query = 1024;
/// Rows looked at one by one before the index is asked for a text of one or two characters: common ones end here.
constexpr std::int64_t first_look = 2000;
/// More different triples than this begin with the text: it is so common that looking at rows is quicker.
constexpr std::size_t most_terms = 2000;
constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max();

/// A chat or person under every number that the indexes may have for it.
struct Numbers {
    std::int64_t now{0};
    std::vector<std::int64_t> all;
};

Result<Numbers> numbers_of(
    Database& database, std::string_view id_sql, std::string_view former_sql, const std::string& address
) {
    Numbers numbers;
    {
        const auto row = database.prepare(id_sql);
        row->bind(1, address);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return numbers;
        numbers.now = row->integer(0);
    }
    numbers.all.push_back(numbers.now);
    const auto rows = database.prepare(former_sql);
    rows->bind(1, numbers.now);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return numbers;
        numbers.all.push_back(rows->integer(0));
    }
}

std::int64_t seconds_of(UnixTime time) {
    return std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, last_time);
}

std::string quoted(std::string_view text) {
    std::string out{"\""};
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

void add_condition(std::string& match, const std::string& condition) {
    if (condition.empty()) return;
    if (!match.empty()) match += " AND ";
    match += condition;
}

std::string any_of(const std::vector<std::string>& terms) {
    std::string out{"("};
    for (const std::string& term : terms) {
        if (out.size() > 1) out += " OR ";
        out += quoted(term);
    }
    return out + ')';
}

class Search {
public:
    Search(Database& database, const SearchFilter& filter) : database_{database}, filter_{filter} {}

    Result<std::vector<contract::Message>> run() {
        if (filter_.limit < 0 || filter_.page < 0 || filter_.query.size() > longest_query) return Errc::bad_query;
        limit_ = static_cast<std::size_t>(std::min(filter_.limit, most_rows));
        wanted_ = clean(filter_.query);
        if (!filter_.whole_words) wanted_ = fold(wanted_);
        if (auto done = find_place(); !done) return done.error();
        if (auto done = resolve(); !done) return done.error();
        const bool nobody = (chat_ && chat_->now == 0) || (sender_ && sender_->now == 0);
        if (nobody || limit_ == 0) return std::vector<contract::Message>{};
        if (auto done = find(); !done) return done.error();
        return load_found();
    }

private:
    bool full() const noexcept { return found_.size() >= limit_; }

    Status find_place() {
        if (filter_.cursor.empty()) {
            skip_ = static_cast<std::int64_t>(filter_.page) * filter_.limit;
            return {};
        }
        const auto place = parse_cursor(filter_.cursor);
        if (!place) return place.error();
        from_ = *place;
        return {};
    }

    Status resolve() {
        if (!filter_.chat_jid) {
            const auto row = database_.prepare("SELECT id FROM chat WHERE jid = ?");
            const auto found = row->bind_all(status_chat).step();
            if (!found) return found.error();
            if (*found) statuses_ = row->integer(0);
        }
        if (filter_.chat_jid) {
            auto numbers = numbers_of(
                database_,
                "SELECT id FROM chat WHERE jid = ?1 UNION ALL SELECT id FROM chat WHERE lid = ?1",
                "SELECT former FROM chat_alias WHERE chat = ?",
                *filter_.chat_jid
            );
            if (!numbers) return numbers.error();
            chat_ = std::move(*numbers);
        }
        if (filter_.sender) {
            constexpr std::string_view id =
                "SELECT id FROM person WHERE jid = ?1 UNION ALL SELECT id FROM person WHERE lid = ?1";
            constexpr std::string_view former = "SELECT former FROM person_alias WHERE person = ?";
            auto numbers = numbers_of(database_, id, former, address_of(*filter_.sender));
            const bool bare = filter_.sender->find('@') == std::string::npos;
            // Digits may be a LID whose number is not known.
            if (numbers && numbers->now == 0 && bare)
                numbers = numbers_of(database_, id, former, *filter_.sender + "@lid");
            if (!numbers) return numbers.error();
            sender_ = std::move(*numbers);
        }
        return {};
    }

    Status find() {
        if (wanted_.empty() && !sender_) return find_by_time();
        const std::int64_t end = from_ ? from_->pk : everything;
        if (wanted_.empty()) return look_through(0, end, everything);
        if (filter_.whole_words) return find_words(end);
        return find_substring(end);
    }

    Status find_by_time() {
        std::string keys = "SELECT pk FROM message WHERE 1";
        std::vector<std::string> texts;
        const auto condition = [&](const char* more, std::string value) {
            keys += more;
            texts.push_back(std::move(value));
        };
        if (chat_) {
            const auto jid = find_chat_jid(database_, *filter_.chat_jid);
            if (!jid) return jid.error();
            condition(" AND chat_jid = ?", jid->value_or(""));
        } else {
            keys += " AND chat_jid <> 'status@broadcast'";
        }
        if (filter_.after) condition(" AND " WA_STORE_TIME_TEXT("time") " > ?", time_text(seconds_of(*filter_.after)));
        if (filter_.before)
            condition(" AND " WA_STORE_TIME_TEXT("time") " < ?", time_text(seconds_of(*filter_.before)));
        if (from_)
            condition(" AND " WA_STORE_TIME_TEXT("time") " <= ? AND (time < ? OR pk < ?)", time_text(from_->time));
        keys += " ORDER BY " WA_STORE_TIME_TEXT("time") " DESC, pk DESC LIMIT ? OFFSET ?";
        const auto rows = database_.prepare(keys);
        int at = 0;
        for (const std::string& text : texts) rows->bind(++at, text);
        if (from_) rows->bind(at + 1, from_->time).bind(at + 2, from_->pk), at += 2;
        rows->bind(at + 1, static_cast<std::int64_t>(limit_)).bind(at + 2, skip_);
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error();
            if (!*row) return {};
            found_.push_back(rows->integer(0));
        }
    }

    Status find_words(std::int64_t end) {
        std::string match = "text : " + quoted(wanted_);
        add_condition(match, word_tags());
        return take("word_index", match, 0, end, everything);
    }

    /// The substring index in the middle, rows one by one where it does not reach: the newest and, while an import is
    /// being indexed, the oldest.
    Status find_substring(std::int64_t end) {
        const auto range = covered(database_);
        if (!range) return range.error();
        if (auto done = look_through(range->high + 1, end, everything); !done || full()) return done;
        const std::int64_t indexed_end = std::min(end, range->high + 1);
        const auto starts = character_starts(wanted_);
        auto done = starts.size() > 3 ? take("substring_index", triples(starts), range->low, indexed_end, everything)
                                      : find_short(range->low, indexed_end);
        if (!done || full()) return done;
        return look_through(0, std::min(end, range->low), everything);
    }

    /// One or two characters: they begin the triples of the index that hold them.
    Status find_short(std::int64_t low, std::int64_t end) {
        if (auto done = look_through(low, end, first_look); !done || full()) return done;
        if (seen_ < first_look) return {};
        const auto terms = terms_with(wanted_);
        if (!terms) return terms.error();
        if (terms->empty()) return {};
        if (terms->size() > most_terms) return look_through(low, last_seen_, everything);
        std::string match = any_of(*terms);
        add_condition(match, substring_tags());
        return take("substring_index", match, low, last_seen_, everything);
    }

    /// Triples that cover every character of the text; `starts` are its characters and its end.
    std::string triples(const std::vector<std::size_t>& starts) const {
        const std::size_t characters = starts.size() - 1;
        std::string match;
        for (std::size_t at = 0; at < characters; at += 3) {
            const std::size_t first = std::min(at, characters - 3);
            add_condition(
                match, quoted(std::string_view{wanted_}.substr(starts[first], starts[first + 3] - starts[first]))
            );
        }
        add_condition(match, substring_tags());
        return match;
    }

    Result<std::vector<std::string>> terms_with(const std::string& start) {
        std::vector<std::string> terms;
        std::string next = start;
        const std::string end = start + '\xFF';
        while (terms.size() <= most_terms) {
            const auto rows = database_.prepare("SELECT term FROM temp.terms WHERE term >= ? AND term < ? LIMIT 1");
            rows->bind_all(next, end);
            const auto row = rows->step();
            if (!row) return row.error();
            if (!*row) break;
            terms.push_back(rows->string(0));
            next = terms.back() + '\0';
        }
        return terms;
    }

    std::string word_tags() const {
        std::string match;
        const auto add = [&](const char* column, const std::optional<Numbers>& numbers) {
            if (!numbers) return;
            std::vector<std::string> terms;
            for (const std::int64_t number : numbers->all) terms.push_back(std::to_string(number));
            add_condition(match, column + any_of(terms));
        };
        add("chat : ", chat_);
        add("sender : ", sender_);
        return match;
    }

    std::string substring_tags() const {
        std::string match;
        const auto add = [&](Tag kind, const std::optional<Numbers>& numbers) {
            if (!numbers) return;
            std::vector<std::string> terms;
            for (const std::int64_t number : numbers->all) terms.push_back(tag(kind, number));
            add_condition(match, any_of(terms));
        };
        add(Tag::chat, chat_);
        add(Tag::sender, sender_);
        return match;
    }

    /// Rows one by one, at most `most`; those of the chat or sender only, where there is one.
    Status look_through(std::int64_t low, std::int64_t end, std::int64_t most) {
        if (low >= end) return {};
        if (chat_ || sender_) return take("word_index", word_tags(), low, end, most);
        const auto rows = database_.prepare(
            "SELECT pk, chat, sender, time, text FROM message WHERE pk >= ? AND pk < ? ORDER BY pk DESC LIMIT ?"
        );
        rows->bind_all(low, end, most);
        return keep_matching(*rows);
    }

    /// Candidates from an index, newest first.
    Status take(
        const std::string& index, const std::string& match, std::int64_t low, std::int64_t end, std::int64_t most
    ) {
        if (low >= end) return {};
        const std::string candidates = "SELECT m.pk, m.chat, m.sender, m.time, m.text FROM " + index +
                                       " AS i CROSS JOIN message AS m ON m.pk = i.rowid "
                                       "WHERE i." +
                                       index +
                                       " MATCH ?1 AND i.rowid >= ?2 AND i.rowid < ?3 ORDER BY i.rowid DESC LIMIT ?4";
        const auto rows = database_.prepare(candidates);
        rows->bind_all(match, low, end, most);
        return keep_matching(*rows);
    }

    Status keep_matching(common::sqlite::Statement& rows) {
        seen_ = 0;
        while (!full()) {
            const auto row = rows.step();
            if (!row) return row.error().within("search");
            if (!*row) return {};
            ++seen_;
            last_seen_ = rows.integer(0);
            if (!matches(rows)) continue;
            if (skip_ > 0) {
                --skip_;
            } else {
                found_.push_back(last_seen_);
            }
        }
        return {};
    }

    /// Indexes give candidates; the row decides.
    bool matches(const common::sqlite::Statement& row) {
        if (chat_ ? row.integer(1) != chat_->now : row.integer(1) == statuses_) return false;
        if (sender_ && row.integer(2) != sender_->now) return false;
        if (filter_.after && row.integer(3) <= filter_.after->time_since_epoch().count()) return false;
        if (filter_.before && row.integer(3) >= filter_.before->time_since_epoch().count()) return false;
        if (filter_.whole_words || wanted_.empty()) return true;
        folded_.clear();
        append_folded(folded_, row.text(4));
        return folded_.find(wanted_) != std::string::npos;
    }

    Result<std::vector<contract::Message>> load_found() {
        static const std::string by_pk = sql({message_columns, message_tables, "WHERE m.pk = ?"});
        std::vector<contract::Message> messages;
        for (const std::int64_t pk : found_) {
            const auto row = database_.prepare(by_pk);
            row->bind(1, pk);
            const auto there = row->step();
            if (!there) return there.error();
            if (!*there) continue;
            auto message = read_message(database_, *row);
            if (!message) return message.error();
            messages.push_back(std::move(*message));
        }
        return messages;
    }

    Database& database_;
    const SearchFilter& filter_;
    std::string wanted_;
    std::optional<Place> from_;
    std::optional<Numbers> chat_;
    std::optional<Numbers> sender_;
    std::int64_t statuses_{0};  ///< their chat: searched only when it is named
    std::size_t limit_{0};
    std::int64_t skip_{0};
    std::vector<std::int64_t> found_;
    std::int64_t seen_{0};
    std::int64_t last_seen_{0};
    std::string folded_;
};

}  // namespace

Result<std::vector<contract::Message>> search_messages(Database& database, const SearchFilter& filter) {
    return Search{database, filter}.run();
}

}  // namespace bridge::store::detail
