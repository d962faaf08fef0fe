// The message store alone: messages a second beside the earlier bridges' way, and queries at several sizes.
//   bench_store SMALL.db [LARGE.db ...]   databases of make_messages_db.py; copies are worked on
#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"
#include "tests/bench/measure.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <thread>

namespace {

namespace asio = common::asio;
namespace store = bridge::store;
namespace contract = common::contract;
using common::Result;
using common::sqlite::Database;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().message()};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Scratch {
public:
    Scratch() {
        std::string pattern = (std::filesystem::temp_directory_path() / "bench-store-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error{"no temporary folder"};
        path_ = pattern;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

std::vector<store::AddMessage> load(const std::string& path, std::int64_t limit) {
    auto database = must(Database::open(path, {.read_only = true}));
    const auto rows = database.prepare(
        "SELECT id, chat_jid, sender, content, CAST(strftime('%s', timestamp) AS INTEGER), is_from_me, media_type "
        "FROM messages ORDER BY rowid LIMIT ?"
    );
    rows->bind(1, limit);
    std::vector<store::AddMessage> messages;
    while (must(rows->step())) {
        store::AddMessage message;
        message.id = rows->string(0);
        message.chat.jid = rows->string(1);
        message.sender.jid = rows->string(2) + "@s.whatsapp.net";
        message.text = rows->string(3);
        message.time = common::UnixTime{std::chrono::seconds{rows->integer(4)}};
        message.from_me = rows->integer(5) != 0;
        message.media_type = rows->string(6);
        message.is_group = message.chat.jid.ends_with("@g.us");
        message.status = message.from_me ? "sent" : "received";
        message.content = common::to_bytes(message.text);
        message.count_unread = !message.from_me;
        messages.push_back(std::move(message));
    }
    return messages;
}

/// Two statements a message, each its own transaction, rollback journal, synchronous FULL, text keys.
double earlier_way(const Scratch& scratch, const std::vector<store::AddMessage>& messages, std::size_t count) {
    auto database = must(Database::open(scratch.file("earlier.db"), {}));
    must(
        database.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
                         "CREATE TABLE chats (jid TEXT PRIMARY KEY, name TEXT, last_message_time TIMESTAMP);"
                         "CREATE TABLE messages (id TEXT, chat_jid TEXT, sender TEXT, content TEXT, timestamp "
                         "TIMESTAMP, is_from_me BOOLEAN,"
                         "media_type TEXT, filename TEXT, url TEXT, media_key BLOB, file_sha256 BLOB, file_enc_sha256 "
                         "BLOB, file_length INTEGER,"
                         "PRIMARY KEY (id, chat_jid), FOREIGN KEY (chat_jid) REFERENCES chats(jid))")
    );
    count = std::min(count, messages.size());
    const bench::Stopwatch watch;
    for (std::size_t i = 0; i < count; ++i) {
        const store::AddMessage& message = messages[i];
        const std::string time = common::to_rfc3339(message.time);
        must(database.prepare("INSERT OR REPLACE INTO chats VALUES (?, ?, ?)")
                 ->bind_all(message.chat.jid, "name", time)
                 .run());
        auto insert =
            database.prepare("INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, '', '', NULL, NULL, NULL, 0)"
            );
        insert->bind_all(
            message.id,
            message.chat.jid,
            message.sender.jid,
            message.text,
            time,
            message.from_me ? 1 : 0,
            message.media_type
        );
        must(insert->run());
    }
    return static_cast<double>(count) / watch.wall_s();
}

std::int64_t integer(Database& database, const char* sql) {
    const auto row = database.prepare(sql);
    return must(row->step()) ? row->integer(0) : 0;
}

/// Until every message is in the substring index.
void wait_for_index(const std::string& path) {
    auto database = must(Database::open(path, {.read_only = true}));
    const std::int64_t oldest = integer(database, "SELECT min(pk) FROM message");
    const auto is_done = [&] {
        return integer(database, "SELECT value FROM mark WHERE name = 'substrings_low'") <= oldest;
    };
    while (!is_done()) std::this_thread::sleep_for(std::chrono::milliseconds{200});
}

struct Written {
    double rate;
    double cpu_us;
};

/// `lanes` callers with `batch` messages a call, as the client's inbox drains.
Written our_way(
    const std::string& path, const std::vector<store::AddMessage>& messages, std::size_t lanes, std::size_t batch
) {
    const common::SystemClock clock;
    store::Options options;
    options.path = path;
    auto opened = must(store::Store::open(options, clock));
    asio::io_context io;
    std::size_t next = 0;
    auto write = [&](store::Store* to) -> asio::awaitable<void> {
        while (next < messages.size()) {
            std::vector<store::Change> changes;
            for (std::size_t i = 0; i < batch && next < messages.size(); ++i) changes.emplace_back(messages[next++]);
            must(co_await to->apply(std::move(changes)));
        }
    };
    const bench::Stopwatch watch;
    for (std::size_t lane = 0; lane < lanes; ++lane) asio::co_spawn(io, write(opened.get()), asio::detached);
    io.run();
    // What the substring index is behind, and the rest of the WAL, belong to the bill.
    opened->close();
    const auto count = static_cast<double>(messages.size());
    return {count / watch.wall_s(), watch.cpu_s() / count * 1e6};
}

void bench_writing(const std::string& source) {
    const auto messages = load(source, 200'000);
    const Scratch scratch;
    const double earlier = earlier_way(scratch, messages, 3000);
    std::printf(
        "\nwriting, %zu messages\n%-58s %10s %12s %9s\n", messages.size(), "", "messages/s", "CPU us each", "ratio"
    );
    std::printf("%-58s %10.0f %12s %9s\n", "earlier bridges: two commits a message, journal, FULL", earlier, "", "1.0");
    const struct {
        const char* name;
        std::size_t lanes;
        std::size_t batch;
    } shapes[] = {
        {"one caller, one message at a time", 1, 1},
        {"64 callers, one message at a time", 64, 1},
        {"64 callers, 16 messages at a time", 64, 16}};
    for (const auto& shape : shapes) {
        const std::string path =
            scratch.file("ours-" + std::to_string(shape.lanes) + "-" + std::to_string(shape.batch) + ".db");
        const bool slow = shape.lanes == 1;
        const std::vector<store::AddMessage> some{
            messages.begin(),
            messages.begin() +
                static_cast<std::ptrdiff_t>(slow ? std::min<std::size_t>(messages.size(), 20'000) : messages.size())};
        const Written written = our_way(path, some, shape.lanes, shape.batch);
        std::printf("%-58s %10.0f %12.1f %9.1f\n", shape.name, written.rate, written.cpu_us, written.rate / earlier);
        if (!slow)
            std::printf("%-58s %10.0f MB\n", "  file", static_cast<double>(std::filesystem::file_size(path)) / 1e6);
    }
}

using Query = std::function<asio::awaitable<void>(int)>;

struct Timing {
    double p50;
    double p99;
    double cpu;  ///< mean, all threads
};

Timing time_query(asio::io_context& io, const Query& query, int rounds) {
    bench::Samples samples;
    double cpu = bench::cpu_seconds();
    for (int i = -5; i < rounds; ++i) {
        if (i == 0) cpu = bench::cpu_seconds();
        const bench::Stopwatch watch;
        asio::co_spawn(io, query(i), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        io.restart();
        io.run();
        if (i >= 0) samples.add(watch.wall_s() * 1e3);
    }
    cpu = bench::cpu_seconds() - cpu;
    return {samples.percentile(50), samples.percentile(99), cpu / rounds * 1e3};
}

std::map<std::string, Timing> bench_queries(const std::string& source) {
    const Scratch scratch;
    const std::string path = scratch.file("messages.db");
    std::filesystem::copy_file(source, path);
    const common::SystemClock clock;
    store::Options options;
    options.path = path;
    const bench::Stopwatch upgrade;
    auto opened = must(store::Store::open(options, clock));
    std::printf("upgraded %s in %.1f s", source.c_str(), upgrade.wall_s());
    wait_for_index(path);
    std::printf(
        ", substring index done after %.1f s, file %.0f MB\n",
        upgrade.wall_s(),
        static_cast<double>(std::filesystem::file_size(path)) / 1e6
    );
    // A tail as in daily life: what came since the substring index was extended last.
    auto tail = load(source, 200);
    asio::io_context io;
    for (auto& message : tail) message.id += "-new";
    std::vector<store::Change> changes{tail.begin(), tail.end()};
    asio::co_spawn(io, opened->apply(std::move(changes)), [](std::exception_ptr, Result<std::size_t> done) {
        must(std::move(done));
    });
    io.run();

    std::vector<std::string> jids;
    store::ChatQuery many;
    many.limit = 400;
    asio::co_spawn(io, opened->chats(many), [&jids](std::exception_ptr, Result<std::vector<contract::Chat>> chats) {
        for (const auto& chat : must(std::move(chats))) jids.push_back(chat.jid);
    });
    io.restart();
    io.run();
    store::Store* from = opened.get();
    const auto search = [from](std::string text, bool words, std::optional<std::string> chat = {}) {
        return Query{[from, text, words, chat](int) -> asio::awaitable<void> {
            store::SearchFilter filter;
            filter.query = text;
            filter.whole_words = words;
            filter.chat_jid = chat;
            must(co_await from->search(std::move(filter)));
        }};
    };
    const std::vector<std::pair<std::string, Query>> queries{
        {"20 chats",
         [from](int) -> asio::awaitable<void> {
             store::ChatQuery query;
             must(co_await from->chats(std::move(query)));
         }},
        {"20 messages of a chat",
         [from, &jids](int i) -> asio::awaitable<void> {
             must(co_await from->messages(jids[static_cast<std::size_t>(i + 5) % jids.size()], 20, 0, ""));
         }},
        {"contacts with a text", [from](int) -> asio::awaitable<void> { must(co_await from->contacts("silva", 50)); }},
        {"word: common", search("qzcommonneedle", true)},
        {"word: 1 in 1,000", search("qzmidneedle", true)},
        {"word: rare", search("qzrareneedle", true)},
        {"word in a chat", search("tomorrow", true, jids[3])},
        {"substring: common", search("commonneed", false)},
        {"substring: 1 in 1,000", search("zmidneedl", false)},
        {"substring: rare", search("xylofonisk", false)},
        {"substring: 3 letters", search("ing", false)},
        {"substring: absent", search("qzqzqz absent", false)},
        {"substring in a chat", search("omorro", false, jids[3])},
        {"Chinese word of two characters", search("会议", false)},
        {"Chinese character", search("订", false)},
        {"two rare letters", search("zq", false)},
    };
    std::map<std::string, Timing> results;
    for (const auto& [name, query] : queries) results[name] = time_query(io, query, 300);
    return results;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s SMALL.db [LARGE.db ...]   (databases of make_messages_db.py)\n", argv[0]);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    try {
        if (std::getenv("BENCH_QUERIES_ONLY") == nullptr) bench_writing(argv[argc - 1]);
        std::printf("\nqueries, ms\n");
        std::vector<std::map<std::string, Timing>> all;
        for (int i = 1; i < argc; ++i) all.push_back(bench_queries(argv[i]));
        std::printf("%-34s", "");
        for (int i = 1; i < argc; ++i) std::printf("    p50 %-2d   p99 %-2d   CPU %-2d", i, i, i);
        std::printf("%s\n", argc > 2 ? "   last CPU / first CPU" : "");
        for (const auto& [name, first] : all.front()) {
            std::printf("%-34s", name.c_str());
            for (auto& results : all)
                std::printf(" %9.3f %8.3f %8.3f", results[name].p50, results[name].p99, results[name].cpu);
            if (argc > 2) std::printf("   %.2f", all.back()[name].cpu / first.cpu);
            std::printf("\n");
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_store: %s\n", error.what());
        return 1;
    }
    return 0;
}
