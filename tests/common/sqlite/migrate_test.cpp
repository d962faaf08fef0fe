#include "common/sqlite/sqlite.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

namespace {

using namespace common::sqlite;
using tests::support::TempFolder;

std::int64_t version_of(Database& database) {
    const auto query = database.prepare("PRAGMA user_version");
    REQUIRE(*query->step());
    return query->integer(0);
}

Migration step(int version, std::string script) {
    return {version, "a step", [script](Database& database) { return database.execute(script); }};
}

TEST_CASE("migrations: each is applied once, in order", "[sqlite]") {
    TempFolder folder;
    const std::vector<Migration> first{step(1, "CREATE TABLE t (a)")};
    std::vector<Migration> both = first;
    both.push_back(step(2, "ALTER TABLE t ADD COLUMN b DEFAULT 5"));
    {
        auto database = Database::open(folder.file("a.db"), {});
        REQUIRE(migrate(*database, first));
        CHECK(version_of(*database) == 1);
        REQUIRE(database->execute("INSERT INTO t (a) VALUES (1)"));
    }
    auto database = Database::open(folder.file("a.db"), {});
    REQUIRE(migrate(*database, both));
    REQUIRE(migrate(*database, both));
    CHECK(version_of(*database) == 2);
    const auto row = database->prepare("SELECT b FROM t");
    REQUIRE(*row->step());
    CHECK(row->integer(0) == 5);
}

TEST_CASE("migrations: a failing step leaves the steps before it, and nothing of its own", "[sqlite]") {
    TempFolder folder;
    auto database = Database::open(folder.file("a.db"), {});
    const auto done = migrate(
        *database,
        {
            step(1, "CREATE TABLE kept (a)"),
            step(2, "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)"),
            step(3, "CREATE TABLE never (a)"),
        }
    );
    REQUIRE_FALSE(done);
    CHECK(done.error().message().find("a step") != std::string::npos);
    CHECK(version_of(*database) == 1);
    CHECK(database->execute("SELECT * FROM kept"));
    CHECK_FALSE(database->execute("SELECT * FROM half"));
    CHECK_FALSE(database->execute("SELECT * FROM never"));
    REQUIRE(migrate(*database, {step(1, ""), step(2, "CREATE TABLE half (a)")}));
    CHECK(version_of(*database) == 2);
}

TEST_CASE("migrations: a database of a newer program is refused and left alone", "[sqlite]") {
    TempFolder folder;
    auto database = Database::open(folder.file("a.db"), {});
    REQUIRE(database->execute("CREATE TABLE future (a); PRAGMA user_version = 7"));
    const auto done = migrate(*database, {step(1, "DROP TABLE future")});
    REQUIRE_FALSE(done);
    CHECK(done.error() == Errc::schema_too_new);
    CHECK(database->execute("SELECT * FROM future"));
    CHECK(version_of(*database) == 7);
    CHECK(migrate(*database, {}).error() == Errc::schema_too_new);
}

}  // namespace
