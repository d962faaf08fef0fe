#include "bridge/store/detail/effects.hpp"

#include "bridge/store/detail/acts.hpp"
#include "bridge/store/detail/message_event.hpp"
#include "bridge/store/detail/rows.hpp"
#include "bridge/store/detail/text.hpp"

#include <algorithm>

namespace bridge::store::detail {

using common::Result;
using common::Status;

namespace {

constexpr std::chrono::hours longest_wait{30 * 24};

bool is_empty(const Party& party) { return party.jid.empty() && party.lid.empty(); }

}  // namespace

Status Effects::reload() {
    const auto row = database_.prepare("SELECT coalesce(max(time), -1) FROM dropped");
    const auto found = row->step();
    if (!found) return found.error().within("read what was dropped");
    newest_dropped_ = row->integer(0);
    return waiting_.reload();
}

/// Who does it, as a person's number; 0 when nobody is named. May merge rows.
Result<std::int64_t> Effects::settle_people(const Effect& effect) {
    if (!effect.chat.lid.empty() || is_person(effect.chat.jid)) {
        if (auto done = directory_.settle(effect.chat); !done) return done.error();
    }
    if (is_empty(effect.who)) return std::int64_t{0};
    if (auto done = directory_.settle(effect.who); !done) return done.error();
    const auto person = directory_.find_person(effect.who);
    if (!person) return person.error();
    return (*person)->id;
}

Status Effects::apply(const Effect& effect) {
    const auto who = settle_people(effect);
    if (!who) return who.error();
    if (*who == 0 && !effect.from_me) return {};
    bool created = false;
    const auto opened = directory_.open_chat(effect.chat, server_part(effect.chat.jid) == "g.us", created);
    if (!opened) return opened.error();
    ChatRow& chat = **opened;
    if (created) {
        if (auto done = directory_.raise_chat(chat); !done) return done;
    }
    if (auto done = remove_stub(chat, effect.id); !done) return done;
    auto target = find_target(database_, chat.id, effect.target);
    if (!target) return target.error();
    // A reaction is understood without the words it is about; the rest needs to know what the stub was.
    const bool too_early =
        !*target || ((*target)->is_stub() && !std::holds_alternative<React>(effect.what) &&
                     !std::holds_alternative<Revoke>(effect.what) && !std::holds_alternative<Hide>(effect.what));
    if (too_early) {
        const auto dropped = is_dropped(chat.id, effect.target, 0);
        if (!dropped) return dropped.error();
        return *dropped ? Status{} : waiting_.keep(chat.id, effect, journal_.now());
    }
    if (waiting_.expects(effect.target)) {
        if (auto done = waiting_.forget(chat.id, effect.target, effect.id); !done) return done;
    }
    return act(chat, **target, *who, effect);
}

Status Effects::act(ChatRow& chat, Target& target, std::int64_t who, const Effect& effect) {
    if (std::holds_alternative<Hide>(effect.what)) return remove(chat, target, effect.target, true);
    if (target.deleted) return {};
    const auto changed = detail::act(Scene{database_, directory_, chat, target, who, effect});
    if (!changed) return changed.error();
    return *changed ? raise_message(database_, journal_, "message_update", target.pk) : Status{};
}

/// What arrived unreadable under this id was no message but the effect.
Status Effects::remove_stub(ChatRow& chat, const std::string& id) {
    if (id.empty()) return {};
    const auto stub = find_target(database_, chat.id, id);
    if (!stub) return stub.error();
    return *stub && (*stub)->is_stub() ? remove(chat, **stub, id, false) : Status{};
}

Status Effects::remove(ChatRow& chat, const Target& target, const std::string& id, bool remember) {
    if (auto done = raise_gone(target.pk); !done) return done;
    if (auto done = drop(database_, directory_, chat, target); !done) return done;
    if (!remember) return {};
    newest_dropped_ = std::max(newest_dropped_, target.time);
    auto insert = database_.prepare("INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)");
    if (auto done = insert->bind_all(chat.id, id, target.time).run(); !done)
        return done.error().within("remember what went");
    return {};
}

/// Before the row goes: the last that is told of it, without what it said.
Status Effects::raise_gone(std::int64_t pk) {
    static const std::string by_pk = sql({message_columns, message_tables, "WHERE m.pk = ?"});
    const auto row = database_.prepare(by_pk);
    row->bind(1, pk);
    const auto found = row->step();
    if (!found) return found.error().within("read message");
    if (!*found) return {};
    auto message = read_message(database_, *row);
    if (!message) return message.error();
    contract::Message gone;
    gone.id = message->id;
    gone.timestamp = message->timestamp;
    gone.sender = message->sender;
    gone.is_from_me = message->is_from_me;
    gone.chat_jid = message->chat_jid;
    gone.chat_name = message->chat_name;
    gone.sender_name = message->sender_name;
    gone.sender_lid = message->sender_lid;
    gone.status = message->status;
    gone.kind = "deleted";
    gone.is_status = message->is_status;
    gone.deleted_at = journal_.now();
    return journal_.raise("message_update", gone.chat_jid, contract::to_json(gone));
}

Status Effects::arrived(std::int64_t chat, const std::string& id) {
    auto effects = waiting_.take(chat, id);
    if (!effects) return effects.error();
    for (const Effect& effect : *effects) {
        if (auto done = apply(effect); !done) return done;
    }
    return {};
}

Status Effects::look_again() {
    if (auto done = waiting_.reload(); !done) return done;
    const auto places = waiting_.overdue();
    if (!places) return places.error().within("look for what waits");
    for (const Waiting::Place& place : *places) {
        if (auto done = arrived(place.chat, place.target); !done) return done;
    }
    return {};
}

Result<bool> Effects::is_dropped(std::int64_t chat, const std::string& id, std::int64_t time) {
    if (time > newest_dropped_) return false;
    const auto row = database_.prepare("SELECT 1 FROM dropped WHERE chat = ? AND id = ?");
    row->bind_all(chat, id);
    return row->step();
}

Result<std::size_t> Effects::drop_due(std::int64_t limit) {
    struct Due {
        std::string chat;
        std::string id;
    };
    std::vector<Due> due;
    {
        const auto rows = database_.prepare(
            "SELECT m.chat_jid, m.id FROM message_extra AS x JOIN message AS m ON m.pk = x.message "
            "WHERE x.expires_at <= ?1 AND x.flags & ?2 = 0 ORDER BY x.expires_at LIMIT ?3"
        );
        rows->bind_all(journal_.now().time_since_epoch().count(), bit(Flag::kept), limit);
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error().within("find messages whose time is up");
            if (!*row) break;
            due.push_back({rows->string(0), rows->string(1)});
        }
    }
    for (const Due& one : due) {
        const auto chat = directory_.find_chat({one.chat, {}});
        if (!chat) return chat.error();
        if (!*chat) continue;
        const auto target = find_target(database_, (*chat)->id, one.id);
        if (!target) return target.error();
        if (!*target) continue;
        if (auto done = remove(**chat, **target, one.id, true); !done) return done.error();
    }
    return due.size();
}

Status Effects::expire_waiting() { return waiting_.expire(journal_.now() - longest_wait); }

}  // namespace bridge::store::detail
