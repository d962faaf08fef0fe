#include "bridge/whatsapp/client/groups.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using events::GroupInfo;

namespace {

/// What chat views say about a change.
events::GroupAction action_of(const groups::Change& change, const groups::Notification& notification) {
    events::GroupAction action;
    action.group = notification.group;
    action.id = notification.id;
    action.actor = notification.actor;
    action.what = change.known ? change.what : "unknown";
    for (const events::GroupMember& person : change.people) action.people.push_back(person.jid);
    action.text = change.text;
    if (change.what == "ephemeral") action.text = std::to_string(change.expiration);
    if (change.what == "create" && change.created) action.text = change.created->subject;
    if (action.text.empty() && !change.value) action.text = "off";
    action.time = notification.time;
    return action;
}

}  // namespace

Status Groups::take(
    const groups::Change& change,
    const groups::Notification& notification,
    std::optional<GroupInfo>& info,
    std::vector<events::Happening>& out
) {
    out.emplace_back(action_of(change, notification));
    if (auto learned = learn(groups::mappings_of(change.people)); !learned) return learned;
    for (const events::Mapping& mapping : groups::mappings_of(change.people)) out.emplace_back(mapping);
    if (change.what == "create" && change.created) {
        if (auto learned = learn(groups::mappings_of(change.created->members)); !learned) return learned;
        for (const events::Mapping& mapping : groups::mappings_of(change.created->members)) out.emplace_back(mapping);
        info = change.created;
    }
    const bool removed_us =
        (change.what == "remove" || change.what == "leave") &&
        std::any_of(change.people.begin(), change.people.end(), [this](const auto& member) { return is_me(member); });
    if (removed_us || change.what == "delete") {
        out.emplace_back(events::GroupLeft{notification.group, notification.time});
        const Jid own = messages::own_sender_key_address(core_.account);
        info.reset();
        if (auto gone = core_.storage.groups().remove(notification.group); !gone) return gone;
        return messages::rotate_sender_key(core_.storage, *core_.cipher, notification.group, own);
    }
    if (groups::needs_new_sender_key(change)) {
        const Jid own = messages::own_sender_key_address(core_.account);
        auto rotated = messages::rotate_sender_key(core_.storage, *core_.cipher, notification.group, own);
        if (!rotated) return rotated;
    }
    return {};
}

asio::awaitable<Result<std::vector<events::Happening>>> Groups::notified(Node stanza) {
    auto parsed = groups::parse_notification(stanza);
    if (!parsed) co_return parsed.error();
    const auto notification = std::move(*parsed);
    struct Outcome {
        std::vector<events::Happening> happenings;
        std::optional<GroupInfo> info;
        bool stale{false};
    };
    auto work = [this, &notification]() -> Result<Outcome> {
        Outcome outcome;
        auto known = core_.storage.groups().load(notification.group);
        if (!known) return known.error();
        outcome.info = std::move(*known);
        bool changed = false;
        outcome.stale = !outcome.info;
        for (const groups::Change& change : notification.changes) {
            if (auto taken = take(change, notification, outcome.info, outcome.happenings); !taken) return taken.error();
            if (!outcome.info) {
                outcome.stale = false;
                continue;
            }
            const auto applied = groups::apply(change, notification, *outcome.info);
            changed = changed || applied != groups::Applied::kept;
            if (applied == groups::Applied::stale) outcome.stale = true;
            if (change.what == "create") outcome.stale = false;
        }
        if (changed && outcome.info) {
            if (auto saved = core_.storage.groups().save(*outcome.info); !saved) return saved.error();
            outcome.happenings.emplace_back(events::GroupKnown{*outcome.info});
        }
        return outcome;
    };
    auto outcome = co_await core_.transact(std::move(work));
    if (!outcome) co_return outcome.error().within("group notification");
    if (outcome->info) {
        known_[notification.group] = *outcome->info;
    } else {
        known_.erase(notification.group);
    }
    if (outcome->stale) forget(notification.group);
    if (!notification.actor.empty() && !notification.actor_name.empty()) {
        outcome->happenings.emplace_back(events::NameLearned{notification.actor, notification.actor_name, "push"});
    }
    co_return std::move(outcome->happenings);
}

}  // namespace bridge::whatsapp::client
