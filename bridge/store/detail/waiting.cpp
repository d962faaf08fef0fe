#include "bridge/store/detail/waiting.hpp"

#include "bridge/store/detail/effect_text.hpp"
#include "common/log/log.hpp"

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

// Effects on messages that never come cost space only; nobody may fill it.
constexpr std::size_t most_waiting = 20'000;
constexpr std::int64_t most_of_chat = 2'000;

}  // namespace

Status Waiting::reload() {
    targets_.clear();
    count_ = sealed_ = 0;
    const auto rows = database_.prepare("SELECT target, sealed FROM waiting");
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("read what waits");
        if (!*row) return {};
        ++targets_[rows->string(0)];
        ++count_;
        if (rows->integer(1) != 0) ++sealed_;
    }
}

Status Waiting::keep(std::int64_t chat, const Effect& effect, common::UnixTime now) {
    if (count_ >= most_waiting) return {};
    {
        const auto row = database_.prepare("SELECT count(*) FROM waiting WHERE chat = ?");
        row->bind(1, chat);
        const auto found = row->step();
        if (!found) return found.error();
        if (row->integer(0) >= most_of_chat) return {};
    }
    const bool sealed = std::holds_alternative<Sealed>(effect.what);
    const std::string text = to_text(effect);
    const common::ByteView content = content_of(effect);
    auto insert = database_.prepare("INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert->bind_all(chat, effect.target, effect.id, sealed ? 1 : 0, now.time_since_epoch().count(), text);
    if (content.empty()) {
        insert->bind(7, nullptr);
    } else {
        insert->bind(7, content);
    }
    if (auto done = insert->run(); !done) return done.error().within("keep an effect");
    if (database_.changes() == 0) return {};
    ++targets_[effect.target];
    ++count_;
    if (sealed) ++sealed_;
    return {};
}

Result<std::vector<Effect>> Waiting::take(std::int64_t chat, const std::string& target) {
    std::vector<Effect> effects;
    {
        const auto rows = database_.prepare(
            "SELECT data, content FROM waiting WHERE chat = ? AND target = ? AND sealed = 0 ORDER BY time, source"
        );
        rows->bind_all(chat, target);
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error().within("read what waits for a message");
            if (!*row) break;
            auto effect = effect_from(rows->text(0), rows->blob(1));
            if (effect) {
                effects.push_back(std::move(*effect));
            } else {
                common::log::warn("an effect that waits cannot be read", {{"why", effect.error().message()}});
            }
        }
    }
    auto gone = database_.prepare("DELETE FROM waiting WHERE chat = ? AND target = ? AND sealed = 0");
    if (auto done = gone->bind_all(chat, target).run(); !done) return done.error();
    const auto count = static_cast<std::size_t>(database_.changes());
    count_ -= count;
    auto& left = targets_[target];
    left -= std::min(left, count);
    if (left == 0) targets_.erase(target);
    return effects;
}

Status Waiting::forget(std::int64_t chat, const std::string& target, const std::string& source) {
    bool sealed = false;
    {
        const auto row = database_.prepare("SELECT sealed FROM waiting WHERE chat = ? AND target = ? AND source = ?");
        row->bind_all(chat, target, source);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return {};
        sealed = row->integer(0) != 0;
    }
    auto gone = database_.prepare("DELETE FROM waiting WHERE chat = ? AND target = ? AND source = ?");
    if (auto done = gone->bind_all(chat, target, source).run(); !done) return done.error().within("forget an effect");
    --count_;
    if (sealed) --sealed_;
    if (--targets_[target] == 0) targets_.erase(target);
    return {};
}

Status Waiting::expire(common::UnixTime time) {
    auto gone = database_.prepare("DELETE FROM waiting WHERE time < ?");
    if (auto done = gone->bind_all(time.time_since_epoch().count()).run(); !done) return done;
    return database_.changes() > 0 ? reload() : Status{};
}

Result<std::vector<Waiting::Place>> Waiting::overdue() {
    std::vector<Place> places;
    const auto rows = database_.prepare(
        "SELECT DISTINCT w.chat, w.target FROM waiting AS w JOIN message AS m ON m.id = w.target AND m.chat = w.chat "
        "WHERE w.sealed = 0"
    );
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return places;
        places.push_back({rows->integer(0), rows->string(1)});
    }
}

}  // namespace bridge::store::detail
