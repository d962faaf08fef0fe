/// Writes events beside the changes that cause them. Belongs to the writer thread.
#pragma once

#include "common/clock/clock.hpp"
#include "common/result/result.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string_view>

namespace bridge::store::detail {

class Journal {
public:
    /// Both outlive this.
    Journal(common::sqlite::Database& database, const common::Clock& clock) : database_{database}, clock_{clock} {}

    /// Reads where the numbers stand: at the start and after a rollback.
    common::Status reload();
    common::Status raise(std::string_view type, std::string_view chat_jid, std::string_view data);

    common::UnixTime now() const { return clock_.now(); }

    /// Number of the newest event, 0 before the first.
    std::int64_t newest() const noexcept { return newest_; }
    /// Smallest cursor that misses nothing.
    std::int64_t oldest_cursor() const noexcept { return oldest_cursor_; }

    /// Removes up to `limit` of the events from before `before`, never the newest one, which holds the number. Returns
    /// how many.
    common::Result<std::int64_t> expire(common::UnixTime before, std::int64_t limit);

private:
    common::sqlite::Database& database_;
    const common::Clock& clock_;
    std::int64_t newest_{0};
    std::int64_t oldest_cursor_{0};
};

}  // namespace bridge::store::detail
