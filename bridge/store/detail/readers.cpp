#include "bridge/store/detail/readers.hpp"

#include <algorithm>

namespace bridge::store::detail {

using common::Result;
using common::sqlite::Database;

Result<std::unique_ptr<Readers>> Readers::open(const std::string& path, std::size_t count) {
    common::sqlite::Options options;
    options.read_only = true;
    options.cache_kib = 4096;
    std::vector<Database> databases;
    for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
        auto database = Database::open(path, options);
        if (!database) return database.error().within("open reader");
        // Terms of the substring index, for queries that are shorter than its entries.
        auto terms =
            database->execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, substring_index, instance)");
        if (!terms) return terms.error().within("open terms");
        databases.push_back(std::move(*database));
    }
    return std::unique_ptr<Readers>{new Readers{std::move(databases)}};
}

Readers::Readers(std::vector<Database> databases) : databases_{std::move(databases)}, threads_{databases_.size()} {
    for (Database& database : databases_) free_.push_back(&database);
}

void Readers::stop() {
    closed_ = true;
    threads_.join();
}

Readers::Borrowed::Borrowed(Readers& readers) : from{readers}, database{nullptr} {
    const std::lock_guard lock{from.mutex_};
    database = from.free_.back();
    from.free_.pop_back();
}

Readers::Borrowed::~Borrowed() {
    const std::lock_guard lock{from.mutex_};
    from.free_.push_back(database);
}

}  // namespace bridge::store::detail
