/// SQLite, wrapped: connections, cached statements, transactions. The only room that includes sqlite3.h.
///
/// A `Database` belongs to one thread at a time. Failures are `Result`s; `open` applies WAL and the pragmas of
/// docs/decisions (synchronous=NORMAL unless told, secure_delete off unless told, temp_store memory, foreign keys off).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace common::sqlite {

enum class Errc { cannot_open = 1, bad_statement, constraint, busy, full, corrupt, failed, schema_too_new };
ErrcInfo describe(Errc code) noexcept;

class Database;

/// A prepared statement, bound by position from 1 and read by column from 0. Reset and unbound on destruction of the
/// `Use`.
class Statement {
public:
    Statement(sqlite3* database, sqlite3_stmt* statement) noexcept : database_{database}, statement_{statement} {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& bind(int at, std::int64_t value);
    Statement& bind(int at, int value) { return bind(at, static_cast<std::int64_t>(value)); }
    Statement& bind(int at, double value);
    /// Borrowed: must live until `reset`.
    Statement& bind(int at, std::string_view text);
    Statement& bind(int at, const char* text) { return bind(at, std::string_view{text}); }
    Statement& bind(int at, const std::string& text) { return bind(at, std::string_view{text}); }
    Statement& bind(int at, ByteView bytes);
    Statement& bind(int at, std::nullptr_t);
    template <class T>
    Statement& bind(int at, const std::optional<T>& value) {
        return value ? bind(at, *value) : bind(at, nullptr);
    }
    /// bind_all(a, b, c) binds 1, 2, 3.
    template <class... T>
    Statement& bind_all(const T&... values) {
        int at = 0;
        (bind(++at, values), ...);
        return *this;
    }

    /// True when there is a row.
    Result<bool> step();
    /// Runs to the end, ignoring rows; then resets.
    Status run();
    void reset() noexcept;

    int columns() const noexcept;
    std::int64_t integer(int column) const noexcept;
    double real(int column) const noexcept;
    /// Views are valid until the next step or reset.
    std::string_view text(int column) const noexcept;
    ByteView blob(int column) const noexcept;
    bool is_null(int column) const noexcept;
    std::string string(int column) const { return std::string{text(column)}; }
    Bytes bytes(int column) const { return to_bytes(blob(column)); }

private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
};

/// Borrowed from the cache of a database; resets the statement when it goes out of scope.
class Use {
public:
    explicit Use(Statement* statement) noexcept : statement_{statement} {}
    Use(Use&& other) noexcept : statement_{std::exchange(other.statement_, nullptr)} {}
    Use& operator=(Use&&) = delete;
    ~Use() {
        if (statement_) statement_->reset();
    }
    Statement* operator->() const noexcept { return statement_; }
    Statement& operator*() const noexcept { return *statement_; }

private:
    Statement* statement_;
};

struct Options {
    bool read_only{false};
    bool secure_delete{false};  ///< for keys
    bool full_sync{false};      ///< synchronous=FULL: each commit survives a power cut, not only a crash
    int autocheckpoint{4000};   ///< pages of WAL before an automatic checkpoint; 0: never (somebody calls `checkpoint`)
    int cache_kib{8192};
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database) noexcept : database_{&database} {}
    Transaction(Transaction&& other) noexcept : database_{std::exchange(other.database_, nullptr)} {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Status commit();

private:
    Database* database_;
};

class Database {
public:
    static Result<Database> open(const std::string& path, const Options& options);
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// A statement from the cache, by its text. A statement that does not compile is a bug of ours: it throws
    /// `std::logic_error`, except for corrupt files, which throw `std::runtime_error` at start only.
    Use prepare(std::string_view sql);
    /// Several statements without results (schema, pragmas).
    Status execute(const std::string& script);
    Result<Transaction> begin();

    std::int64_t last_insert_rowid() const noexcept;
    std::int64_t changes() const noexcept;
    /// PASSIVE checkpoint of the WAL.
    Status checkpoint();
    sqlite3* handle() const noexcept;

private:
    struct State;
    explicit Database(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

/// One numbered step of a schema; `apply` runs inside the migration's transaction.
struct Migration {
    int version;
    std::string_view what;
    std::function<Status(Database&)> apply;
};

/// Brings `PRAGMA user_version` up to the newest migration, each in a transaction; a newer database is refused
/// (`schema_too_new`), because an older program would lose what it does not know.
Status migrate(Database& database, const std::vector<Migration>& migrations);

}  // namespace common::sqlite
