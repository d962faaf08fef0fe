#include "common/sqlite/sqlite.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace common::sqlite {

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::cannot_open: return {Kind::unavailable, "database cannot be opened"};
        case Errc::bad_statement: return {Kind::internal, "database statement is wrong"};
        case Errc::constraint: return {Kind::conflict, "database constraint violated"};
        case Errc::busy: return {Kind::unavailable, "database is in use by another process"};
        case Errc::full: return {Kind::unavailable, "disk is full"};
        case Errc::corrupt: return {Kind::internal, "database file is damaged"};
        case Errc::failed: return {Kind::internal, "database operation failed"};
        case Errc::schema_too_new:
            return {Kind::unavailable, "database was written by a newer version of this program"};
    }
    return {Kind::internal, "unknown database error"};
}

namespace {

Error failure(sqlite3* database, int code) {
    const std::string detail = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    switch (code & 0xFF) {
        case SQLITE_CONSTRAINT: return Error{Errc::constraint, detail};
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Error{Errc::busy, detail};
        case SQLITE_FULL: return Error{Errc::full, detail};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Error{Errc::corrupt, detail};
        case SQLITE_CANTOPEN: return Error{Errc::cannot_open, detail};
        default: return Error{Errc::failed, detail};
    }
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int at, std::int64_t value) {
    sqlite3_bind_int64(statement_, at, value);
    return *this;
}
Statement& Statement::bind(int at, double value) {
    sqlite3_bind_double(statement_, at, value);
    return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
    sqlite3_bind_text64(statement_, at, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}
Statement& Statement::bind(int at, ByteView bytes) {
    static const std::uint8_t nothing{};
    sqlite3_bind_blob64(statement_, at, bytes.empty() ? &nothing : bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}
Statement& Statement::bind(int at, std::nullptr_t) {
    sqlite3_bind_null(statement_, at);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(database_, code);
}

Status Statement::run() {
    while (true) {
        const auto more = step();
        if (!more) {
            reset();
            return more.error();
        }
        if (!*more) break;
    }
    reset();
    return {};
}

void Statement::reset() noexcept {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

int Statement::columns() const noexcept { return sqlite3_column_count(statement_); }
std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const noexcept { return sqlite3_column_double(statement_, column); }

std::string_view Statement::text(int column) const noexcept {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!data) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

ByteView Statement::blob(int column) const noexcept {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    if (!data) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const noexcept { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

struct Database::State {
    sqlite3* handle{nullptr};
    std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>> statements;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        statements.clear();
        sqlite3_close_v2(handle);
    }
};

Database::Database(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const Options& options) {
    auto state = std::make_unique<State>();
    const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    if (const int code = sqlite3_open_v2(path.c_str(), &state->handle, flags, nullptr); code != SQLITE_OK) {
        return failure(state->handle, code).within("open " + path);
    }
    sqlite3_extended_result_codes(state->handle, 1);
    sqlite3_busy_timeout(state->handle, 5000);
    Database database{std::move(state)};
    std::string pragmas = "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-" + std::to_string(options.cache_kib) + ";";
    pragmas += options.secure_delete ? "PRAGMA secure_delete=ON;" : "PRAGMA secure_delete=OFF;";
    if (!options.read_only) {
        pragmas += "PRAGMA journal_mode=WAL;";
        pragmas += options.full_sync ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=NORMAL;";
        pragmas += "PRAGMA wal_autocheckpoint=" + std::to_string(options.autocheckpoint) + ";";
    }
    if (auto done = database.execute(pragmas); !done) return done.error().within("open " + path);
    return database;
}

Use Database::prepare(std::string_view sql) {
    if (const auto found = state_->statements.find(sql); found != state_->statements.end()) {
        return Use{found->second.get()};
    }
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(
        state_->handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr
    );
    if (code != SQLITE_OK) {
        const std::string what = "prepare: " + std::string{sqlite3_errmsg(state_->handle)} + " in " + std::string{sql};
        if ((code & 0xFF) == SQLITE_ERROR) throw std::logic_error{what};
        throw std::runtime_error{what};
    }
    auto statement = std::make_unique<Statement>(state_->handle, raw);
    Statement* borrowed = statement.get();
    state_->statements.emplace(std::string{sql}, std::move(statement));
    return Use{borrowed};
}

Status Database::execute(const std::string& script) {
    char* message = nullptr;
    const int code = sqlite3_exec(state_->handle, script.c_str(), nullptr, nullptr, &message);
    sqlite3_free(message);
    if (code != SQLITE_OK) return failure(state_->handle, code);
    return {};
}

Result<Transaction> Database::begin() {
    if (auto begun = prepare("BEGIN IMMEDIATE")->run(); !begun) return begun.error().within("begin");
    return Transaction{*this};
}

Status Transaction::commit() {
    if (auto done = database_->prepare("COMMIT")->run(); !done) return done.error().within("commit");
    database_ = nullptr;
    return {};
}

Transaction::~Transaction() {
    if (!database_) return;
    // A failed statement may already have rolled back; that is what we want.
    [[maybe_unused]] const auto ignored = database_->execute("ROLLBACK");
}

std::int64_t Database::last_insert_rowid() const noexcept { return sqlite3_last_insert_rowid(state_->handle); }
std::int64_t Database::changes() const noexcept { return sqlite3_changes64(state_->handle); }

Status Database::checkpoint() {
    const int code = sqlite3_wal_checkpoint_v2(state_->handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) return failure(state_->handle, code);
    return {};
}

sqlite3* Database::handle() const noexcept { return state_->handle; }

Status migrate(Database& database, const std::vector<Migration>& migrations) {
    int version = 0;
    {
        const Use statement = database.prepare("PRAGMA user_version");
        const auto row = statement->step();
        if (!row) return row.error().within("read schema version");
        version = static_cast<int>(statement->integer(0));
    }
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    if (version > newest) return Error{Errc::schema_too_new, "version " + std::to_string(version)};
    for (const Migration& migration : migrations) {
        if (migration.version <= version) continue;
        auto transaction = database.begin();
        if (!transaction) return transaction.error();
        if (auto done = migration.apply(database); !done) return done.error().within(migration.what);
        const std::string mark = "PRAGMA user_version=" + std::to_string(migration.version);
        if (auto done = database.execute(mark); !done) return done.error().within(migration.what);
        if (auto done = transaction->commit(); !done) return done.error().within(migration.what);
    }
    return {};
}

}  // namespace common::sqlite
