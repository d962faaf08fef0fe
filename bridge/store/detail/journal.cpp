#include "bridge/store/detail/journal.hpp"

namespace bridge::store::detail {

using common::Result;
using common::Status;

Status Journal::reload() {
    const auto row = database_.prepare("SELECT coalesce(max(seq), 0), coalesce(min(seq) - 1, 0) FROM event");
    const auto found = row->step();
    if (!found) return found.error().within("read event numbers");
    newest_ = row->integer(0);
    oldest_cursor_ = row->integer(1);
    return {};
}

Status Journal::raise(std::string_view type, std::string_view chat_jid, std::string_view data) {
    const std::int64_t seq = newest_ + 1;
    auto insert = database_.prepare("INSERT INTO event(seq, time, type, chat, data) VALUES (?, ?, ?, ?, ?)");
    const std::int64_t now = clock_.now().time_since_epoch().count();
    if (auto done = insert->bind_all(seq, now, type, chat_jid, data).run(); !done)
        return done.error().within("keep event");
    newest_ = seq;
    return {};
}

Result<std::int64_t> Journal::expire(common::UnixTime before, std::int64_t limit) {
    const std::int64_t cutoff = before.time_since_epoch().count();
    std::int64_t last = 0;
    {
        // Events stand in order of time: the scan ends at the first that stays.
        const auto row = database_.prepare("SELECT seq, time FROM event WHERE seq < ? ORDER BY seq LIMIT ?");
        row->bind_all(newest_, limit);
        while (true) {
            const auto found = row->step();
            if (!found) return found.error().within("find old events");
            if (!*found || row->integer(1) >= cutoff) break;
            last = row->integer(0);
        }
    }
    if (last == 0) return std::int64_t{0};
    if (auto done = database_.prepare("DELETE FROM event WHERE seq <= ?")->bind_all(last).run(); !done)
        return done.error();
    oldest_cursor_ = last;
    return database_.changes();
}

}  // namespace bridge::store::detail
