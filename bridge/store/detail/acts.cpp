#include "bridge/store/detail/acts.hpp"

#include "bridge/store/detail/extras.hpp"
#include "bridge/store/detail/text.hpp"

#include <algorithm>

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

constexpr std::int64_t edit_window = 24LL * 3600;  // clients allow 15 to 20 minutes
constexpr std::int64_t longest_pin = 366LL * 24 * 3600;
constexpr std::int64_t most_options = 256;
constexpr std::int64_t admin = 1;

template <class... T>
Status run(const Scene& scene, std::string_view sql, const T&... values) {
    if (auto done = scene.database.prepare(sql)->bind_all(values...).run(); !done)
        return done.error().within("change message");
    return {};
}

Result<bool> changed(const Status& done) {
    if (!done) return done.error();
    return true;
}

/// A row of a table keyed by message and sender, replaced when it is not older than what is there. `table`(message,
/// sender, time_ms, from_me, value ...).
template <class... T>
Result<bool> put_latest(const Scene& scene, std::string_view insert, Flag flag, const T&... values) {
    auto row = scene.database.prepare(insert);
    row->bind_all(scene.target.pk, scene.who, scene.time_ms(), scene.effect.from_me ? 1 : 0, values...);
    if (auto done = row->run(); !done) return done.error().within("change message");
    if (scene.database.changes() == 0) return false;
    return changed(set_flag(scene.database, scene.target.pk, flag));
}

/// Sets a mark of a message whose own time column must not go back.
template <class T>
Result<bool> put_mark(const Scene& scene, std::string_view column, std::string_view time_column, const T& value) {
    const std::string sql = "INSERT INTO message_extra(message, " + std::string{column} + ", " +
                            std::string{time_column} + ") VALUES (?1, ?2, ?3) ON CONFLICT (message) DO UPDATE SET " +
                            std::string{column} + " = ?2, " + std::string{time_column} + " = ?3";
    return changed(run(scene, sql, scene.target.pk, value, scene.time_ms()));
}

struct Act {
    const Scene& scene;

    Result<bool> operator()(const React& what) const {
        return put_latest(
            scene,
            "INSERT INTO reaction(message, sender, time_ms, from_me, emoji) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT "
            "(message, sender) DO UPDATE SET time_ms = ?3, from_me = ?4, emoji = ?5 WHERE ?3 >= time_ms AND emoji <> "
            "?5",
            Flag::reactions,
            what.emoji
        );
    }

    Result<bool> operator()(const Edit& what) const {
        const Target& target = scene.target;
        const bool in_time = scene.effect.sent.time_since_epoch().count() - target.time <= edit_window ||
                             server_part(scene.chat.jid) == "newsletter";
        if (!scene.by_author() || !in_time) return false;
        auto done =
            run(scene,
                "INSERT OR IGNORE INTO message_version(message, time_ms, text) VALUES (?, 0, ?)",
                target.pk,
                target.text);
        if (!done) return done.error();
        const std::int64_t time = std::max<std::int64_t>(scene.time_ms(), 1);
        auto insert = scene.database.prepare("INSERT OR IGNORE INTO message_version VALUES (?, ?, ?, ?)");
        insert->bind_all(target.pk, time, what.text, common::ByteView{what.content});
        if (done = insert->run(); !done) return done.error().within("keep version");
        if (scene.database.changes() == 0) return false;
        if (done = set_flag(scene.database, target.pk, Flag::versions); !done) return done.error();
        if (time <= target.edit_ms) return true;
        if (done = rewrite(scene.database, scene.directory, scene.chat, scene.target, what.text); !done)
            return done.error();
        return changed(
            run(scene,
                "UPDATE message_extra SET edit_ms = ?2, details = coalesce(nullif(?3, ''), details) WHERE message = ?1",
                target.pk,
                time,
                what.details)
        );
    }

    Result<bool> operator()(const Revoke&) const {
        const auto admin_does_it = scene.by_admin();
        if (!admin_does_it) return admin_does_it.error();
        if (!scene.by_author() && !*admin_does_it) return false;
        const std::int64_t pk = scene.target.pk;
        if (auto done = delete_extras(scene.database, pk); !done) return done.error().within("revoke");
        if (auto done = rewrite(scene.database, scene.directory, scene.chat, scene.target, {}); !done)
            return done.error();
        auto done = run(
            scene,
            "UPDATE message SET media_type = '', content = NULL, status = iif(status = ?2, ?3, status) WHERE pk = ?1",
            pk,
            static_cast<int>(MessageState::undecryptable),
            static_cast<int>(MessageState::received)
        );
        if (!done) return done.error();
        const Party& who = scene.effect.who;
        return changed(
            run(scene,
                "INSERT INTO message_extra(message, kind, expires_at, deleted_at, deleted_by) "
                "VALUES (?, 'revoked', ?, ?, nullif(?, ''))",
                pk,
                scene.target.expires_at,
                scene.effect.sent.time_since_epoch().count(),
                who.jid.empty() ? who.lid : who.jid)
        );
    }

    Result<bool> operator()(const Pin& what) const {
        if (scene.time_ms() <= scene.target.pin_ms) return false;
        std::optional<std::int64_t> until;
        const std::int64_t seconds = std::clamp<std::int64_t>(what.duration.count(), 0, longest_pin);
        if (seconds > 0) until = scene.time_ms() / 1000 + seconds;
        return put_mark(scene, "pinned_until", "pin_ms", until);
    }

    Result<bool> operator()(const Keep& what) const {
        if (scene.time_ms() <= scene.target.keep_ms) return false;
        if (auto done = set_flag(scene.database, scene.target.pk, Flag::kept, what.keep); !done) return done.error();
        return changed(
            run(scene, "UPDATE message_extra SET keep_ms = ?2 WHERE message = ?1", scene.target.pk, scene.time_ms())
        );
    }

    Result<bool> operator()(const Star& what) const {
        if (scene.time_ms() <= scene.target.star_ms) return false;
        std::optional<std::int64_t> since;
        if (what.starred) since = scene.time_ms() / 1000;
        return put_mark(scene, "starred_at", "star_ms", since);
    }

    Result<bool> operator()(const Vote& what) const {
        if (!has(scene.target.flags, Flag::poll)) return false;
        common::Bytes choices;
        for (const common::Bytes& choice : what.choices) common::append(choices, choice);
        return put_latest(
            scene,
            "INSERT INTO vote(message, sender, time_ms, from_me, choices) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT "
            "(message, sender) DO UPDATE SET time_ms = ?3, from_me = ?4, choices = ?5 WHERE ?3 >= time_ms AND "
            "choices <> ?5",
            Flag::poll,
            common::ByteView{choices}
        );
    }

    Result<bool> operator()(const AddOption& what) const {
        if (!has(scene.target.flags, Flag::poll)) return false;
        auto insert = scene.database.prepare(
            "INSERT INTO poll_option SELECT ?1, count(*), ?2, ?3 FROM poll_option WHERE message = ?1 "
            "HAVING count(*) < ?4 AND coalesce(max(hash = ?3), 0) = 0"
        );
        insert->bind_all(scene.target.pk, what.option.name, common::ByteView{what.option.hash}, most_options);
        if (auto done = insert->run(); !done) return done.error().within("add option");
        return scene.database.changes() > 0;
    }

    Result<bool> operator()(const Answer& what) const {
        if (scene.target.kind != "event") return false;
        return put_latest(
            scene,
            "INSERT INTO answer(message, sender, time_ms, from_me, answer, guests) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON "
            "CONFLICT (message, sender) DO UPDATE SET time_ms = ?3, from_me = ?4, answer = ?5, guests = ?6 WHERE "
            "?3 >= time_ms AND (answer, guests) <> (?5, ?6)",
            Flag::answers,
            what.answer,
            what.extra_guests
        );
    }

    Result<bool> operator()(const Hide&) const { return false; }
    Result<bool> operator()(const Sealed&) const { return false; }
};

}  // namespace

std::int64_t Scene::time_ms() const noexcept {
    // Clocks differ a little; who dates an effect far ahead must not keep others from the next one.
    constexpr std::int64_t ahead = 3'600'000;
    const std::int64_t own = effect.time.time_since_epoch().count();
    const std::int64_t sent = effect.sent.time_since_epoch().count() * 1000;
    return own > 0 ? std::min(own, sent + ahead) : sent;
}

bool Scene::by_author() const noexcept {
    if (target.from_me || effect.from_me) return target.from_me == effect.from_me;
    return who != 0 && who == target.sender;
}

Result<bool> Scene::by_admin() const {
    const auto* revoke = std::get_if<Revoke>(&effect.what);
    if (!chat.is_group || !revoke) return false;
    {
        const auto row =
            database.prepare("SELECT rank FROM group_member WHERE chat = ? AND person = ? AND until IS NULL");
        row->bind_all(chat.id, who);
        const auto found = row->step();
        if (!found) return found.error();
        if (*found) return row->integer(0) >= admin;
    }
    const auto known = database.prepare("SELECT 1 FROM group_info WHERE chat = ?");
    known->bind(1, chat.id);
    const auto found = known->step();
    if (!found) return found.error();
    return !*found && revoke->as_admin;
}

Result<bool> act(const Scene& scene) { return std::visit(Act{scene}, scene.effect.what); }

}  // namespace bridge::store::detail
