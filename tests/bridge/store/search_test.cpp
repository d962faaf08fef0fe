#include "common/sqlite/sqlite.hpp"
#include "tests/bridge/store/fixture.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace bridge::store {
namespace {

using Ids = std::vector<std::string>;

Ids ids(const std::vector<contract::Message>& messages) {
    Ids out;
    for (const auto& message : messages) out.push_back(message.id);
    return out;
}

/// Small alphabets, so that texts of one to three characters are common in one script and rare in the next.
const std::vector<std::vector<std::string>> alphabets{
    {"a", "b", "c", "d", "e", " ", "A", "B", "7", "%", "_", "\\"},
    {"天", "地", "人", "山", "水", "火", "会", "议", "北", "京"},
    {"ก", "า", "มี", "นา", "รั", "ก"},
    {"п", "р", "и", "в", "е", "т", " "},
    {"و", "ا", "ل", "م", " "},
    {"😂", "👍", "❤️", " ", "🙏"},
    {"ñ", "é", "ü", "ß", "o", "x", "'", "\""},
};

struct Corpus : Fixture {
    std::mt19937 random{7};
    std::vector<std::string> texts;

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random); }

    std::string text() {
        const auto& alphabet = alphabets[below(alphabets.size())];
        std::string out;
        for (std::size_t i = below(13); i > 0; --i) out += alphabet[below(alphabet.size())];
        return out;
    }
    /// A piece of some stored text, of a few characters, or a text of its own.
    std::string query() {
        const std::string whole = below(5) == 0 ? text() : texts[below(texts.size())];
        std::vector<std::size_t> starts;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            if ((static_cast<unsigned char>(whole[i]) & 0xC0) != 0x80) starts.push_back(i);
        }
        if (starts.empty()) return "zz";
        starts.push_back(whole.size());
        const std::size_t first = below(starts.size() - 1);
        const std::size_t last = std::min(starts.size() - 1, first + 1 + below(below(3) == 0 ? 6 : 2));
        return whole.substr(starts[first], starts[last] - starts[first]);
    }
    void fill(std::size_t count) {
        const std::vector<Party> chats{ada, bob, group, {"15550000003@s.whatsapp.net", ""}};
        std::vector<Change> changes;
        for (std::size_t i = 0; i < count; ++i) {
            texts.push_back(text());
            AddMessage message =
                text_from(chats[below(2) == 0 ? 0 : below(4)], "M" + std::to_string(texts.size()), texts.back());
            message.time = at(static_cast<std::int64_t>(1000 + texts.size()));
            if (below(3) == 0) message.sender = bob;
            if (below(5) == 0) message.sender = me;
            changes.push_back(std::move(message));
            if (changes.size() == 500 || i + 1 == count) apply(std::exchange(changes, {}));
        }
    }
    /// What SQLite itself says, by LIKE over every row.
    Ids by_like(const std::string& query, const std::string& chat, const std::string& sender) {
        auto database = common::sqlite::Database::open(folder.file("messages.db"), {.read_only = true});
        REQUIRE(database);
        std::string pattern = "%";
        for (const char c : query) {
            if (c == '%' || c == '_' || c == '\\') pattern += '\\';
            pattern += c;
        }
        pattern += '%';
        const auto rows = database->prepare(
            "SELECT m.id FROM message AS m JOIN person AS p ON p.id = m.sender WHERE m.text LIKE ?1 ESCAPE '\\' "
            "AND (?2 = '' OR m.chat_jid = ?2) AND (?3 = '' OR p.jid = ?3) ORDER BY m.pk DESC"
        );
        rows->bind_all(pattern, chat, sender);
        Ids out;
        while (*rows->step()) out.push_back(rows->string(0));
        return out;
    }
};

TEST_CASE_METHOD(Corpus, "search: finds what LIKE finds, newest first, in every script and length", "[store]") {
    fill(4000);
    for (int round = 0; round < 240; ++round) {
        SearchFilter filter;
        filter.query = query();
        filter.limit = 200;
        std::string sender;
        if (round % 4 == 1) filter.chat_jid = below(2) == 0 ? ada.jid : group.jid;
        if (round % 4 == 2) sender = bob.jid;
        if (!sender.empty()) filter.sender = sender;
        Ids expected = by_like(filter.query, filter.chat_jid.value_or(""), sender);
        const bool long_list = expected.size() > 200;
        if (long_list) expected.resize(200);
        const Ids found = ids(value_of(store->search(filter)));
        INFO(
            "query <" << filter.query << ">, round " << round << ", expected " << expected.size() << ", found "
                      << found.size()
        );
        CHECK(found == expected);
        if (round % 100 == 50) fill(300);
    }
}

TEST_CASE_METHOD(Corpus, "search: pages and cursors give the same rows as one long list", "[store]") {
    fill(5000);
    for (const char* query : {"a", "ab", "abc", "会", "会议", "", "т", "\""}) {
        for (const bool in_chat : {false, true}) {
            SearchFilter filter;
            filter.query = query;
            filter.limit = 90;
            if (in_chat) filter.chat_jid = ada.jid;
            const Ids all = ids(value_of(store->search(filter)));
            Ids paged;
            filter.limit = 30;
            for (filter.page = 0; filter.page < 3; ++filter.page) {
                for (const auto& id : ids(value_of(store->search(filter)))) paged.push_back(id);
            }
            CHECK(paged == all);
            Ids walked;
            filter.page = 0;
            filter.limit = 10;
            while (walked.size() < all.size()) {
                const auto some = value_of(store->search(filter));
                REQUIRE_FALSE(some.empty());
                for (const auto& id : ids(some)) walked.push_back(id);
                filter.cursor = some.back().cursor;
            }
            CHECK(walked == all);
        }
    }
}

TEST_CASE_METHOD(Fixture, "search: letter case does not count in any script, accents do", "[store]") {
    apply(
        {text_from(ada, "1", "Straße nach ÉVREUX"),
         text_from(ada, "2", "ПРИВЕТ, Мир"),
         text_from(ada, "3", "ΑΒΓΔ"),
         text_from(ada, "4", "evreux"),
         text_from(ada, "5", "ＡＢＣ full width")}
    );
    const auto found = [&](const char* query) {
        SearchFilter filter;
        filter.query = query;
        return ids(value_of(store->search(filter)));
    };
    CHECK(found("évreux") == Ids{"1"});
    CHECK(found("Evreux") == Ids{"4"});
    CHECK(found("привет") == Ids{"2"});
    CHECK(found("МИР") == Ids{"2"});
    CHECK(found("αβ") == Ids{"3"});
    CHECK(found("ａｂｃ") == Ids{"5"});
    CHECK(found("STRASSE").empty());
}

TEST_CASE_METHOD(Fixture, "search: whole words and phrases, without accents, by the word index", "[store]") {
    apply(
        {text_from(ada, "1", "the meeting is tomorrow"),
         text_from(bob, "2", "Meetings are over"),
         text_from(ada, "3", "réunion: Meeting, tomorrow!")}
    );
    const auto found = [&](const char* query, std::optional<std::string> chat = {}) {
        SearchFilter filter;
        filter.query = query;
        filter.whole_words = true;
        filter.chat_jid = std::move(chat);
        return ids(value_of(store->search(filter)));
    };
    CHECK(found("meeting") == Ids{"3", "1"});
    CHECK(found("meeting tomorrow") == Ids{"3"});
    CHECK(found("meeting, tomorrow") == Ids{"3"});
    CHECK(found("reunion") == Ids{"3"});
    CHECK(found("meetings", ada.jid).empty());
    CHECK(found("meetings", bob.jid) == Ids{"2"});
    CHECK(found("!!").empty());
}

TEST_CASE_METHOD(Fixture, "search: filters by time, sender and chat, alone and together", "[store]") {
    AddMessage from_bob = text_from(group, "3", "hello", 3000);
    from_bob.sender = bob;
    AddMessage from_lid = text_from(group, "4", "hello", 4000);
    from_lid.sender = {"", "777@lid"};
    apply({text_from(ada, "1", "hello", 1000), text_from(bob, "2", "hello", 2000), from_bob, from_lid});
    const auto found = [&](SearchFilter filter) { return ids(value_of(store->search(std::move(filter)))); };
    for (const char* query : {"", "hello", "he"}) {
        SearchFilter filter;
        filter.query = query;
        CHECK(found(filter) == Ids{"4", "3", "2", "1"});
        filter.after = at(1000);
        filter.before = at(4000);
        CHECK(found(filter) == Ids{"3", "2"});
        filter.sender = "15550000002";
        CHECK(found(filter) == Ids{"3", "2"});
        filter.chat_jid = group.jid;
        CHECK(found(filter) == Ids{"3"});
        filter.sender = "777";
        filter.before.reset();
        CHECK(found(filter) == Ids{"4"});
        filter.sender = "777@lid";
        CHECK(found(filter) == Ids{"4"});
        filter.sender = "1555000000";
        CHECK(found(filter).empty());
        filter.sender.reset();
        filter.chat_jid = "nobody@g.us";
        CHECK(found(filter).empty());
    }
    SearchFilter long_query;
    long_query.query = std::string(2000, 'x');
    CHECK(run(store->search(long_query)).error() == Errc::bad_query);
}

}  // namespace
}  // namespace bridge::store
