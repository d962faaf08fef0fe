#include "bridge/store/detail/queries.hpp"

#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text.hpp"

#include <algorithm>
#include <limits>

namespace bridge::store::detail {

using common::sqlite::Statement;

namespace {

/// Messages of a page of keys; the page itself comes out of an index alone.
std::string page_of(const std::string& keys) {
    return sql(
        {message_columns,
         "FROM (",
         keys,
         ") AS page JOIN message AS m ON m.pk = page.pk "
         "JOIN chat AS c ON c.id = m.chat LEFT JOIN person AS s ON s.id = m.sender "
         "LEFT JOIN message_extra AS x ON x.message = m.pk "}
    );
}

#define KEYS_OF_CHAT "SELECT pk FROM message WHERE chat_jid = ? "
#define TIME_TEXT WA_STORE_TIME_TEXT("time")

const std::string page_sql =
    page_of(KEYS_OF_CHAT "ORDER BY " TIME_TEXT " DESC, pk DESC LIMIT ? OFFSET ?") + "ORDER BY m.time DESC, m.pk DESC";
const std::string before_sql = page_of(KEYS_OF_CHAT "AND " TIME_TEXT
                                                    " <= ?2 AND (time < ?3 OR pk < ?4) "
                                                    "ORDER BY " TIME_TEXT " DESC, pk DESC LIMIT ?5") +
                               "ORDER BY m.time DESC, m.pk DESC";
const std::string after_sql = page_of(KEYS_OF_CHAT "AND " TIME_TEXT
                                                   " >= ?2 AND (time > ?3 OR pk > ?4) "
                                                   "ORDER BY " TIME_TEXT ", pk LIMIT ?5") +
                              "ORDER BY m.time, m.pk";

#undef KEYS_OF_CHAT
#undef TIME_TEXT

Result<std::vector<contract::Message>> neighbours(
    Database& database, const std::string& page, const std::string& chat_jid, const Place& place, int limit
) {
    const std::string text = time_text(place.time);
    const auto rows = database.prepare(page);
    rows->bind_all(chat_jid, text, place.time, place.pk, std::min(limit, most_rows));
    return read_messages(database, *rows);
}

}  // namespace

std::string address_of(const std::string& phone_or_jid) {
    if (phone_or_jid.find('@') != std::string::npos) return phone_or_jid;
    return phone_or_jid + "@s.whatsapp.net";
}

Result<Place> place_after(const std::string& cursor) {
    if (cursor.empty()) return Place{last_time, std::numeric_limits<std::int64_t>::max()};
    return parse_cursor(cursor);
}

Result<std::optional<std::string>> find_chat_jid(Database& database, const std::string& jid) {
    const auto row =
        database.prepare("SELECT jid FROM chat WHERE jid = ?1 UNION ALL SELECT jid FROM chat WHERE lid = ?1 LIMIT 1");
    row->bind(1, jid);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return std::optional<std::string>{};
    return std::optional{row->string(0)};
}

Result<std::vector<contract::Chat>> list_chats(Database& database, const ChatQuery& query) {
    if (query.limit < 0 || query.page < 0) return Errc::bad_query;
    static constexpr std::string_view matching =
        "WHERE (instr(c.name_key, ?3) > 0 OR instr(lower(c.jid), ?3) > 0 OR instr(lower(c.lid), ?3) > 0) "
        "AND c.jid <> 'status@broadcast' ";
    static constexpr std::string_view recent = "ORDER BY c.last_time DESC, c.id DESC LIMIT ?1 OFFSET ?2";
    static constexpr std::string_view named = "ORDER BY c.name_key NULLS LAST, c.id LIMIT ?1 OFFSET ?2";
    static constexpr std::string_view real = "WHERE c.jid <> 'status@broadcast' ";
    static const std::string all_recent = sql({chat_columns, chat_tables, real, recent});
    static const std::string all_named = sql({chat_columns, chat_tables, real, named});
    static const std::string some_recent = sql({chat_columns, chat_tables, matching, recent});
    static const std::string some_named = sql({chat_columns, chat_tables, matching, named});
    const std::string folded = fold(clean(query.query));
    const int limit = std::min(query.limit, most_rows);
    const std::string& list =
        folded.empty() ? (query.by_name ? all_named : all_recent) : (query.by_name ? some_named : some_recent);
    const auto rows = database.prepare(list);
    rows->bind_all(limit, std::int64_t{query.page} * query.limit);
    if (!folded.empty()) rows->bind(3, folded);
    return read_chats(*rows);
}

Result<contract::Chat> load_chat(Database& database, const std::string& jid) {
    static const std::string by_address = sql({chat_columns, chat_tables, "WHERE c.jid = ?1 OR c.lid = ?1 LIMIT 1"});
    const auto row = database.prepare(by_address);
    row->bind(1, jid);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return Errc::chat_not_found;
    return read_chat(*row);
}

Result<std::vector<contract::Chat>> list_contact_chats(Database& database, const std::string& phone_or_jid) {
    static const std::string of_person = sql(
        {chat_columns,
         chat_tables,
         "WHERE c.jid <> 'status@broadcast' AND c.id IN (SELECT chat FROM participant WHERE person IN (SELECT id FROM "
         "person WHERE jid = ?1 OR lid = "
         "?1) "
         "UNION SELECT id FROM chat WHERE person IN (SELECT id FROM person WHERE jid = ?1 OR lid = ?1) "
         "UNION SELECT id FROM chat WHERE jid = ?1) ORDER BY c.last_time DESC, c.id DESC LIMIT ?2"}
    );
    const auto rows = database.prepare(of_person);
    const std::string address = address_of(phone_or_jid);
    rows->bind_all(address, most_rows);
    return read_chats(*rows);
}

Result<std::vector<contract::Message>> list_messages(
    Database& database, const std::string& chat_jid, int limit, int page, const std::string& cursor
) {
    if (limit < 0 || page < 0) return Errc::bad_query;
    const auto jid = find_chat_jid(database, chat_jid);
    if (!jid) return jid.error();
    if (!*jid) return Errc::chat_not_found;
    if (!cursor.empty()) {
        const auto place = parse_cursor(cursor);
        if (!place) return place.error();
        return neighbours(database, before_sql, **jid, *place, limit);
    }
    const auto rows = database.prepare(page_sql);
    rows->bind_all(**jid, std::min(limit, most_rows), std::int64_t{page} * limit);
    return read_messages(database, *rows);
}

Result<contract::Message> load_message(Database& database, const std::string& id, const std::string& chat_jid) {
    static const std::string anywhere =
        sql({message_columns, message_tables, "WHERE m.id = ?1 ORDER BY m.pk DESC LIMIT 1"});
    static const std::string in_chat =
        sql({message_columns, message_tables, "WHERE m.id = ?1 AND (c.jid = ?2 OR c.lid = ?2)"});
    const auto row = database.prepare(chat_jid.empty() ? anywhere : in_chat);
    row->bind(1, id);
    if (!chat_jid.empty()) row->bind(2, chat_jid);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return Errc::message_not_found;
    return read_message(database, *row);
}

Result<contract::MessageContext> load_context(
    Database& database, const std::string& id, const std::string& chat_jid, int before, int after
) {
    if (before < 0 || after < 0) return Errc::bad_query;
    auto message = load_message(database, id, chat_jid);
    if (!message) return message.error();
    const auto place = parse_cursor(message->cursor);
    if (!place) return place.error();
    auto earlier = neighbours(database, before_sql, message->chat_jid, *place, before);
    if (!earlier) return earlier.error();
    auto later = neighbours(database, after_sql, message->chat_jid, *place, after);
    if (!later) return later.error();
    std::reverse(earlier->begin(), earlier->end());
    return contract::MessageContext{std::move(*message), std::move(*earlier), std::move(*later)};
}

Result<contract::Delivery> load_delivery(Database& database, const std::string& id, const std::string& chat_jid) {
    const auto message = load_message(database, id, chat_jid);
    if (!message) return message.error();
    const auto place = parse_cursor(message->cursor);
    if (!place) return place.error();
    contract::Delivery delivery{message->id, message->chat_jid, message->status, {}, {}};
    const auto rows = database.prepare(
        "SELECT state, recipient, time, reason FROM delivery WHERE message = ? ORDER BY time, state, recipient"
    );
    rows->bind(1, place->pk);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return delivery;
        contract::DeliveryStep step;
        step.state = name_of(static_cast<MessageState>(rows->integer(0)));
        if (!rows->text(1).empty()) step.recipient = rows->string(1);
        step.time = UnixTime{std::chrono::seconds{rows->integer(2)}};
        if (!rows->text(3).empty()) step.reason = rows->string(3);
        delivery.steps.push_back(std::move(step));
    }
}

Result<std::vector<contract::Event>> list_events(
    Database& database, std::int64_t after, std::int64_t up_to, std::size_t limit
) {
    std::vector<contract::Event> events;
    const auto rows =
        database.prepare("SELECT seq, type, chat, data FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
    rows->bind_all(after, up_to, static_cast<std::int64_t>(limit));
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) break;
        events.push_back({rows->integer(0), rows->string(1), rows->string(2), rows->string(3)});
    }
    // Numbers have no holes: a jump at the start is what was removed.
    if (!events.empty() && events.front().seq != after + 1) {
        return common::Error{Errc::cursor_too_old, std::to_string(events.front().seq - 1)};
    }
    return events;
}

}  // namespace bridge::store::detail
