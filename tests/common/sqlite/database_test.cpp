#include "common/sqlite/sqlite.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <fstream>
#include <stdexcept>

namespace {

using namespace common::sqlite;
using common::Bytes;
using common::ByteView;
using tests::support::TempFolder;

Database opened(const std::string& path, const Options& options = {}) {
    auto database = Database::open(path, options);
    INFO((database ? std::string{} : database.error().message()));
    REQUIRE(database);
    return std::move(*database);
}

std::int64_t number(Database& database, std::string_view sql) {
    const auto query = database.prepare(sql);
    REQUIRE(*query->step());
    return query->integer(0);
}

std::string text(Database& database, std::string_view sql) {
    const auto query = database.prepare(sql);
    REQUIRE(*query->step());
    return query->string(0);
}

TEST_CASE("sqlite: values of every type come back as they were bound", "[sqlite]") {
    Database database = opened(":memory:");
    REQUIRE(database.execute("CREATE TABLE t (a, b, c, d, e, f, g)"));
    const Bytes blob{0, 1, 2, 0};
    const std::string with_nul{"a\0b", 3};
    const std::optional<std::string> nothing;
    const auto done = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)")
                          ->bind_all(
                              std::int64_t{-9'223'372'036'854'775'807},
                              2.5,
                              with_nul,
                              ByteView{blob},
                              nullptr,
                              nothing,
                              std::optional<std::int64_t>{7}
                          )
                          .run();
    REQUIRE(done);
    CHECK(database.changes() == 1);
    CHECK(database.last_insert_rowid() == 1);
    const auto row = database.prepare("SELECT * FROM t");
    REQUIRE(*row->step());
    CHECK(row->integer(0) == -9'223'372'036'854'775'807);
    CHECK(row->real(1) == 2.5);
    CHECK(row->text(2) == with_nul);
    CHECK(row->bytes(3) == blob);
    CHECK(row->is_null(4));
    CHECK(row->is_null(5));
    CHECK(row->integer(6) == 7);
    CHECK_FALSE(*row->step());
}

TEST_CASE("sqlite: empty text and empty bytes are not null", "[sqlite]") {
    Database database = opened(":memory:");
    REQUIRE(database.execute("CREATE TABLE t (a TEXT NOT NULL, b BLOB NOT NULL)"));
    REQUIRE(database.prepare("INSERT INTO t VALUES (?, ?)")->bind_all(std::string_view{}, ByteView{}).run());
    const auto row = database.prepare("SELECT a, b FROM t");
    REQUIRE(*row->step());
    CHECK_FALSE(row->is_null(0));
    CHECK_FALSE(row->is_null(1));
    CHECK(row->text(0).empty());
    CHECK(row->blob(1).empty());
}

TEST_CASE("sqlite: a statement is used again without what was bound before", "[sqlite]") {
    Database database = opened(":memory:");
    const std::string sql = "SELECT ?";
    {
        const auto first = database.prepare(sql);
        first->bind(1, 5);
        REQUIRE(*first->step());
        CHECK(first->integer(0) == 5);
    }
    const auto second = database.prepare(sql);
    REQUIRE(*second->step());
    CHECK(second->is_null(0));
}

TEST_CASE("sqlite: a transaction that is not committed leaves nothing", "[sqlite]") {
    Database database = opened(":memory:");
    REQUIRE(database.execute("CREATE TABLE t (a)"));
    {
        auto transaction = database.begin();
        REQUIRE(transaction);
        REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
        CHECK(database.begin().error() == Errc::failed);
        CHECK(number(database, "SELECT count(*) FROM t") == 1);
    }
    CHECK(number(database, "SELECT count(*) FROM t") == 0);
    auto transaction = database.begin();
    REQUIRE(transaction);
    REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
    REQUIRE(transaction->commit());
    CHECK(number(database, "SELECT count(*) FROM t") == 1);
}

TEST_CASE("sqlite: failures say what kind they are", "[sqlite]") {
    Database database = opened(":memory:");
    REQUIRE(database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b NOT NULL)"));
    REQUIRE(database.execute("INSERT INTO t VALUES (1, 'x')"));
    const auto twice = database.prepare("INSERT INTO t VALUES (?, ?)")->bind_all(1, "y").run();
    CHECK(twice.error() == Errc::constraint);
    CHECK(twice.error().kind() == common::Kind::conflict);
    CHECK(database.prepare("INSERT INTO t VALUES (?, ?)")->bind_all(2, nullptr).run().error() == Errc::constraint);
    REQUIRE(database.prepare("INSERT INTO t VALUES (?, ?)")->bind_all(2, "after a failure").run());
    CHECK(database.execute("INSERT INTO nowhere VALUES (1)").error() == Errc::failed);
    CHECK_THROWS_AS(database.prepare("SELEKT 1"), std::logic_error);
}

TEST_CASE("sqlite: a full disk is an error that can be recovered from", "[sqlite]") {
    Database database = opened(":memory:");
    REQUIRE(database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 5"));
    const Bytes large(100'000, 1);
    const auto done = database.prepare("INSERT INTO t VALUES (?)")->bind_all(ByteView{large}).run();
    CHECK(done.error() == Errc::full);
    CHECK(done.error().kind() == common::Kind::unavailable);
    REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
    CHECK(number(database, "SELECT count(*) FROM t") == 1);
}

TEST_CASE("sqlite: a writer elsewhere makes the database busy, not the readers", "[sqlite]") {
    TempFolder folder;
    Database first = opened(folder.file("a.db"));
    REQUIRE(first.execute("CREATE TABLE t (a)"));
    Database second = opened(folder.file("a.db"));
    REQUIRE(second.execute("PRAGMA busy_timeout = 20"));
    auto transaction = first.begin();
    REQUIRE(transaction);
    REQUIRE(first.execute("INSERT INTO t VALUES (1)"));
    const auto refused = second.begin();
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Errc::busy);
    CHECK(number(second, "SELECT count(*) FROM t") == 0);
    REQUIRE(transaction->commit());
    CHECK(number(second, "SELECT count(*) FROM t") == 1);
    CHECK(second.begin());
}

TEST_CASE("sqlite: options become pragmas", "[sqlite]") {
    TempFolder folder;
    Options options;
    SECTION("as they come") {
        Database database = opened(folder.file("a.db"), options);
        CHECK(text(database, "PRAGMA journal_mode") == "wal");
        CHECK(number(database, "PRAGMA synchronous") == 1);
        CHECK(number(database, "PRAGMA secure_delete") == 0);
        CHECK(number(database, "PRAGMA wal_autocheckpoint") == 4000);
    }
    SECTION("as told") {
        options.secure_delete = true;
        options.full_sync = true;
        options.autocheckpoint = 0;
        Database database = opened(folder.file("a.db"), options);
        CHECK(number(database, "PRAGMA synchronous") == 2);
        CHECK(number(database, "PRAGMA secure_delete") == 1);
        CHECK(number(database, "PRAGMA wal_autocheckpoint") == 0);
    }
}

TEST_CASE("sqlite: a read-only connection sees and does not write", "[sqlite]") {
    TempFolder folder;
    Options read_only;
    read_only.read_only = true;
    CHECK(Database::open(folder.file("a.db"), read_only).error() == Errc::cannot_open);
    Database writer = opened(folder.file("a.db"));
    REQUIRE(writer.execute("CREATE TABLE t (a); INSERT INTO t VALUES (7)"));
    Database reader = opened(folder.file("a.db"), read_only);
    CHECK(number(reader, "SELECT a FROM t") == 7);
    CHECK_FALSE(reader.execute("INSERT INTO t VALUES (8)"));
}

TEST_CASE("sqlite: what is no database, or has no folder, does not open", "[sqlite]") {
    TempFolder folder;
    std::ofstream{folder.file("rubbish.db")} << std::string(8192, 'x');
    CHECK(Database::open(folder.file("rubbish.db"), {}).error() == Errc::corrupt);
    CHECK(Database::open(folder.file("nowhere/a.db"), {}).error() == Errc::cannot_open);
    CHECK(Database::open(folder.path().string(), {}).error() == Errc::cannot_open);
}

TEST_CASE("sqlite: damage in the middle of a file is reported, not read", "[sqlite]") {
    TempFolder folder;
    {
        Database database = opened(folder.file("a.db"));
        REQUIRE(database.execute("CREATE TABLE t (a)"));
        const Bytes row(500, 9);
        for (int i = 0; i < 200; ++i) {
            REQUIRE(database.prepare("INSERT INTO t VALUES (?)")->bind_all(ByteView{row}).run());
        }
    }
    {
        std::fstream file{folder.file("a.db"), std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4096 * 4);
        file << std::string(4096 * 8, '\xFF');
    }
    Database database = opened(folder.file("a.db"));
    const auto query = database.prepare("SELECT length(a) FROM t");
    common::Result<bool> more = query->step();
    while (more && *more) more = query->step();
    REQUIRE_FALSE(more);
    CHECK(more.error() == Errc::corrupt);
}

TEST_CASE("sqlite: a checkpoint moves the log into the file, also beside a reader", "[sqlite]") {
    TempFolder folder;
    Options options;
    options.autocheckpoint = 0;
    Database database = opened(folder.file("a.db"), options);
    REQUIRE(database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
    const auto before = std::filesystem::file_size(folder.file("a.db"));
    Database reader = opened(folder.file("a.db"));
    const auto query = reader.prepare("SELECT a FROM t");
    REQUIRE(*query->step());
    REQUIRE(database.checkpoint());
    CHECK(std::filesystem::file_size(folder.file("a.db")) > before);
}

TEST_CASE("sqlite: a database that moves keeps its statements", "[sqlite]") {
    Database first = opened(":memory:");
    REQUIRE(first.execute("CREATE TABLE t (a); INSERT INTO t VALUES (3)"));
    CHECK(number(first, "SELECT a FROM t") == 3);
    Database second = std::move(first);
    CHECK(number(second, "SELECT a FROM t") == 3);
}

}  // namespace
