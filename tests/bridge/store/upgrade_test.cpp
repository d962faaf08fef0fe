#include "common/sqlite/sqlite.hpp"
#include "tests/bridge/store/fixture.hpp"

#include <algorithm>

namespace bridge::store {
namespace {

using common::sqlite::Database;

constexpr const char* earlier_schema = R"sql(
CREATE TABLE chats (jid TEXT PRIMARY KEY, name TEXT, last_message_time TIMESTAMP);
CREATE TABLE messages (
    id TEXT, chat_jid TEXT, sender TEXT, content TEXT, timestamp TIMESTAMP, is_from_me BOOLEAN, media_type TEXT,
    filename TEXT, url TEXT, media_key BLOB, file_sha256 BLOB, file_enc_sha256 BLOB, file_length INTEGER,
    PRIMARY KEY (id, chat_jid), FOREIGN KEY (chat_jid) REFERENCES chats(jid)
);
)sql";

constexpr const char* earlier_rows = R"sql(
INSERT INTO chats VALUES ('15550000001@s.whatsapp.net', 'Ada', '2024-02-03 10:00:02+00:00');
INSERT INTO chats VALUES ('100000000000009@lid', NULL, '2024-02-03 10:00:09+00:00');
INSERT INTO chats VALUES ('120363000000000001@g.us', 'Family ❤️', '2024-02-03 12:00:05+02:00');
INSERT INTO chats VALUES ('15550000005@s.whatsapp.net', 'Silent', NULL);
INSERT INTO messages VALUES ('M2', '15550000001@s.whatsapp.net', '15559999999', 'answer', '2024-02-03 10:00:02+00:00', 1,
    '', '', '', NULL, NULL, NULL, 0);
INSERT INTO messages VALUES ('M1', '15550000001@s.whatsapp.net', '15550000001', 'a question', '2024-02-03 10:00:01+00:00', 0,
    '', '', '', NULL, NULL, NULL, 0);
INSERT INTO messages VALUES ('M3', '120363000000000001@g.us', '15550000001', 'look', '2024-02-03 12:00:05+02:00', 0,
    'image', 'image_1.jpg', 'https://mmg.whatsapp.net/x', x'0102', x'0304', x'0506', 12345);
INSERT INTO messages VALUES ('M4', '120363000000000001@g.us', '100000000000009', 'from a lid', '2024-02-03 10:00:04+00:00', 0,
    '', '', '', NULL, NULL, NULL, 0);
INSERT INTO messages VALUES ('M1', '100000000000009@lid', '100000000000009', 'same id elsewhere', '2024-02-03 10:00:09+00:00', 0,
    '', '', '', NULL, NULL, NULL, 0);
INSERT INTO messages VALUES ('M5', 'nowhere@g.us', '', CAST(x'61FF62' AS TEXT), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
)sql";

struct Earlier {
    Folder folder;
    common::FakeClock clock{common::UnixMillis{std::chrono::milliseconds{1'750'000'000'000}}};
    std::string path = folder.file("messages.db");

    Database database(bool read_only = false) {
        auto opened = Database::open(path, {.read_only = read_only});
        REQUIRE(opened);
        return std::move(*opened);
    }
    void make(const std::string& script) {
        auto made = database();
        REQUIRE(made.execute("PRAGMA journal_mode=DELETE; " + script));
    }
    std::unique_ptr<Store> open() {
        Options options;
        options.path = path;
        auto opened = Store::open(std::move(options), clock);
        INFO((opened ? std::string{} : opened.error().message()));
        REQUIRE(opened);
        return std::move(*opened);
    }
    /// All rows of a statement, columns joined by '|', NULL as "NULL".
    std::vector<std::string> rows(const std::string& sql, const std::vector<std::string>& values = {}) {
        auto reader = database(true);
        const auto query = reader.prepare(sql);
        for (std::size_t i = 0; i < values.size(); ++i) query->bind(static_cast<int>(i + 1), values[i]);
        std::vector<std::string> out;
        while (*query->step()) {
            std::string row;
            for (int column = 0; column < query->columns(); ++column) {
                if (column > 0) row += '|';
                row += query->is_null(column) ? "NULL" : query->string(column);
            }
            out.push_back(std::move(row));
        }
        return out;
    }
};

using Rows = std::vector<std::string>;

constexpr const char* all_columns =
    "SELECT id, chat_jid, sender, content, timestamp, is_from_me, media_type, filename, url, hex(media_key), "
    "hex(file_sha256), hex(file_enc_sha256), file_length FROM messages ORDER BY timestamp, chat_jid, id";

TEST_CASE_METHOD(Earlier, "upgrade: an earlier bridge's database keeps every chat and message", "[store]") {
    make(std::string{earlier_schema} + earlier_rows);
    const Rows before = rows(all_columns);
    open()->close();
    Rows after = rows(all_columns);
    REQUIRE(after.size() == 6);
    // Without a time it counts as the oldest; text is made valid.
    CHECK(
        after[0] ==
        "M5|nowhere@g.us||a\xEF\xBF\xBD"
        "b|1970-01-01 00:00:00+00:00|0|||||||0"
    );
    CHECK(before[1] == after[1]);
    CHECK(after[1] == "M1|15550000001@s.whatsapp.net|15550000001|a question|2024-02-03 10:00:01+00:00|0|||||||0");
    CHECK(
        std::find(
            after.begin(),
            after.end(),
            "M3|120363000000000001@g.us|15550000001|look|2024-02-03 10:00:05+00:00|0|image|image_1.jpg|"
            "https://mmg.whatsapp.net/x|0102|0304|0506|12345"
        ) != after.end()
    );
    CHECK(
        rows("SELECT jid, name, last_message_time FROM chats ORDER BY jid") ==
        Rows{
            "100000000000009@lid|NULL|2024-02-03 10:00:09+00:00",
            "120363000000000001@g.us|Family ❤️|2024-02-03 10:00:05+00:00",
            "15550000001@s.whatsapp.net|Ada|2024-02-03 10:00:02+00:00",
            "15550000005@s.whatsapp.net|Silent|NULL",
            "nowhere@g.us|NULL|1970-01-01 00:00:00+00:00"}
    );
    CHECK(rows("SELECT count(*) FROM sqlite_master WHERE name LIKE 'earlier_%'") == Rows{"0"});
}

TEST_CASE_METHOD(Earlier, "upgrade: what was taken over is listed, searched and gone on with like our own", "[store]") {
    make(std::string{earlier_schema} + earlier_rows);
    auto store = open();
    const auto chats = value_of(store->chats({}));
    REQUIRE(chats.size() == 5);
    CHECK(chats[0].jid == "100000000000009@lid");
    CHECK(chats[0].last_message == "same id elsewhere");
    CHECK(chats[1].is_group);
    CHECK_FALSE(chats[4].last_message);
    const auto messages = value_of(store->messages(ada.jid, 10, 0, ""));
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].id == "M2");
    CHECK(messages[0].status == "sent");
    CHECK(messages[1].sender == ada.jid);
    CHECK(messages[1].sender_name == "Ada");
    CHECK(value_of(store->message("M4", "")).sender == "100000000000009@lid");
    for (const char* query : {"question", "ue", "QUEST"}) {
        SearchFilter filter;
        filter.query = query;
        CHECK(value_of(store->search(filter)).size() == 1);
    }
    SearchFilter words;
    words.query = "question";
    words.whole_words = true;
    CHECK(value_of(store->search(words)).size() == 1);
    CHECK(value_of(store->apply({text_from(ada, "M9", "a new question", 1'750'000'000)})) == 1);
    words.whole_words = false;
    const auto found = value_of(store->search(words));
    REQUIRE(found.size() == 2);
    CHECK(found[0].id == "M9");
    // A push name is better than the name of an earlier bridge.
    AddMessage named = text_from(ada, "M10", "x", 1'750'000'001);
    named.push_name = "ada l.";
    CHECK(value_of(store->apply({named})) == 1);
    CHECK(value_of(store->chat(ada.jid)).name == "ada l.");
    store.reset();
    store = open();
    CHECK(value_of(store->messages(ada.jid, 10, 0, "")).size() == 4);
}

TEST_CASE_METHOD(Earlier, "upgrade: columns that we do not know stay in a table aside", "[store]") {
    make(
        std::string{earlier_schema} +
        "ALTER TABLE messages ADD COLUMN reactions TEXT;"
        "INSERT INTO messages(id, chat_jid, sender, content, timestamp, is_from_me, reactions) VALUES "
        "('R1', '15550000001@s.whatsapp.net', '15550000001', 'x', '2024-01-01T00:00:00.123456789Z', 0, 'heart');"
    );
    open()->close();
    CHECK(rows("SELECT id, timestamp FROM messages") == Rows{"R1|2024-01-01 00:00:00+00:00"});
    CHECK(rows("SELECT id, reactions FROM earlier_messages") == Rows{"R1|heart"});
}

TEST_CASE_METHOD(
    Earlier, "upgrade: an empty database of an earlier bridge, and one with a table missing, open too", "[store]"
) {
    make(GENERATE(
        std::string{earlier_schema},
        std::string{"CREATE TABLE chats (jid TEXT PRIMARY KEY, name TEXT, last_message_time TIMESTAMP);"}
    ));
    auto store = open();
    CHECK(value_of(store->chats({})).empty());
    CHECK(value_of(store->apply({text_from(ada, "A1", "x")})) == 1);
}

TEST_CASE_METHOD(Earlier, "upgrade: a newer or foreign file is refused and left alone", "[store]") {
    Options options;
    options.path = path;
    SECTION("newer") {
        make("PRAGMA user_version=1000; CREATE TABLE t(a);");
        CHECK(Store::open(options, clock).error() == common::sqlite::Errc::schema_too_new);
        CHECK(rows("SELECT name FROM sqlite_master") == Rows{"t"});
    }
    SECTION("not a database") {
        FILE* file = std::fopen(path.c_str(), "w");
        REQUIRE(file);
        for (int i = 0; i < 1000; ++i) std::fputs("not a database at all\n", file);
        std::fclose(file);
        CHECK_FALSE(Store::open(options, clock));
    }
}

// The statements of the whatsapp-mcp family's Python clients, as they send them.
TEST_CASE_METHOD(Earlier, "upgrade: the queries of existing clients work on our views, and by index", "[store]") {
    auto store = open();
    AddMessage in_group = text_from(group, "G1", "Hello all", 1'706'954'405);
    in_group.sender = ada;
    in_group.is_group = true;
    AddMessage named = text_from(ada, "A1", "hello", 1'706'954'401);
    named.push_name = "Ada";
    CHECK(value_of(store->apply({named, text_to(ada, "S1", "answer", 1'706'954'402), in_group})) == 3);

    CHECK(
        rows(
            "SELECT messages.timestamp, messages.sender, chats.name, messages.content, messages.is_from_me, chats.jid, "
            "messages.id, messages.media_type FROM messages JOIN chats ON messages.chat_jid = chats.jid WHERE "
            "messages.timestamp > ? AND messages.timestamp < ? AND messages.sender = ? AND "
            "LOWER(messages.content) LIKE LOWER(?) ORDER BY messages.timestamp DESC LIMIT 20 OFFSET 0",
            {"2024-02-03 00:00:00", "2024-02-04 00:00:00+00:00", "15550000001", "%HELLO%"}
        ) ==
        Rows{
            "2024-02-03 10:00:05+00:00|15550000001|NULL|Hello all|0|120363000000000001@g.us|G1|",
            "2024-02-03 10:00:01+00:00|15550000001|Ada|hello|0|15550000001@s.whatsapp.net|A1|"}
    );
    const std::string list_chats =
        "SELECT chats.jid, chats.name, chats.last_message_time, messages.content as last_message, messages.sender as "
        "last_sender, messages.is_from_me as last_is_from_me FROM chats LEFT JOIN messages ON chats.jid = "
        "messages.chat_jid AND chats.last_message_time = messages.timestamp ORDER BY chats.last_message_time DESC "
        "LIMIT 20 OFFSET 0";
    CHECK(
        rows(list_chats) ==
        Rows{
            "120363000000000001@g.us|NULL|2024-02-03 10:00:05+00:00|Hello all|15550000001|0",
            "15550000001@s.whatsapp.net|Ada|2024-02-03 10:00:02+00:00|answer|15559999999|1"}
    );
    const std::string context =
        "SELECT messages.timestamp, messages.sender, chats.name, messages.content, messages.is_from_me, chats.jid, "
        "messages.id, messages.media_type FROM messages JOIN chats ON messages.chat_jid = chats.jid WHERE "
        "messages.chat_jid = ? AND messages.timestamp < ? ORDER BY messages.timestamp DESC LIMIT 5";
    CHECK(rows(context, {ada.jid, "2024-02-03 10:00:02+00:00"}).size() == 1);
    const std::string by_id =
        "SELECT messages.timestamp, messages.chat_jid FROM messages JOIN chats ON messages.chat_jid = chats.jid WHERE "
        "messages.id = ?";
    CHECK(rows(by_id, {"S1"}).size() == 1);
    CHECK(
        rows(
            "SELECT DISTINCT c.jid, c.name, c.last_message_time, m.content as last_message, m.sender as last_sender, "
            "m.is_from_me as last_is_from_me FROM chats c JOIN messages m ON c.jid = m.chat_jid WHERE m.sender = ? OR "
            "c.jid = ? ORDER BY c.last_message_time DESC LIMIT 20 OFFSET 0",
            {"15550000001", "15550000001"}
        )
            .size() == 2
    );
    CHECK(
        rows(
            "SELECT DISTINCT jid, name FROM chats WHERE (LOWER(name) LIKE LOWER(?) OR LOWER(jid) LIKE LOWER(?)) AND "
            "jid NOT LIKE '%@g.us' ORDER BY name, jid LIMIT 50",
            {"%ada%", "%ada%"}
        )
            .size() == 1
    );
    CHECK(
        rows(
            "SELECT media_type, filename, url, media_key, file_sha256, file_enc_sha256, file_length FROM messages "
            "WHERE id = ? AND chat_jid = ?",
            {"A1", ada.jid}
        ) == Rows{"|||NULL|NULL|NULL|0"}
    );

    for (const std::string& sql : {list_chats, context, by_id}) {
        std::string plan;
        for (const auto& step : rows("EXPLAIN QUERY PLAN " + sql)) plan += step + "\n";
        INFO(plan);
        CHECK(plan.find("MATERIALIZE") == std::string::npos);
        CHECK(plan.find("AUTOMATIC") == std::string::npos);
        CHECK(plan.find("SCAN m\n") == std::string::npos);
    }
}

}  // namespace
}  // namespace bridge::store
