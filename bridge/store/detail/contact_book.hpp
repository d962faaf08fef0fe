/// Everybody we know, in memory, for looking people up while somebody types. Read again when people have changed.
#pragma once

#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace bridge::store::detail {

class ContactBook {
public:
    /// `changes` counts the changes of people; it outlives this.
    explicit ContactBook(const std::atomic<std::uint64_t>& changes) : changes_{changes} {}

    /// Those whose name or number contains `query`, people with names first, by name; at most `limit`, 0 for all.
    /// From any reader thread.
    Result<std::vector<contract::Contact>> find(
        common::sqlite::Database& database, const std::string& query, int limit
    );

private:
    struct Page {
        std::uint64_t version;
        std::vector<contract::Contact> contacts;
        std::string keys;                 ///< folded name, number and LID of each in turn
        std::vector<std::size_t> starts;  ///< of each in `keys`
    };

    static Result<std::shared_ptr<const Page>> read(common::sqlite::Database& database, std::uint64_t version);
    Result<std::shared_ptr<const Page>> current(common::sqlite::Database& database);

    const std::atomic<std::uint64_t>& changes_;
    std::mutex mutex_;
    std::shared_ptr<const Page> page_;
};

}  // namespace bridge::store::detail
