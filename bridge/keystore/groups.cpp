#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<events::GroupInfo>> Groups::load(const Jid& group) {
    const std::string key = to_column(group.bare());
    auto found = [&]() -> Result<std::optional<events::GroupInfo>> {
        const auto query = database_.prepare(
            "SELECT subject, subject_time, subject_owner, owner, created, lid_addressed, description, description_id, "
            "announcement, locked, expiration, member_add_mode, approval_required, parent, is_community, "
            "is_announcement_group, suspended, participant_version FROM groups WHERE jid = ?"
        );
        query->bind(1, key);
        return find_row<events::GroupInfo>(*query, [&](Row& row) {
            events::GroupInfo info;
            info.jid = group.bare();
            info.subject = query->string(0);
            info.subject_time = row.time(1);
            info.subject_owner = row.jid(2);
            info.owner = row.jid(3);
            info.created = row.time(4);
            info.lid_addressed = query->integer(5) != 0;
            info.description = query->string(6);
            info.description_id = query->string(7);
            info.announcement = query->integer(8) != 0;
            info.locked = query->integer(9) != 0;
            info.expiration = row.number(10);
            info.member_add_mode = query->string(11);
            info.approval_required = query->integer(12) != 0;
            info.parent = row.jid(13);
            info.is_community = query->integer(14) != 0;
            info.is_announcement_group = query->integer(15) != 0;
            info.suspended = query->integer(16) != 0;
            info.participant_version = query->string(17);
            return info;
        });
    }();
    if (!found || !*found) return found;
    auto listed = members(key);
    if (!listed) return listed.error();
    (*found)->members = std::move(*listed);
    return found;
}

Result<std::vector<events::GroupMember>> Groups::members(const std::string& group) {
    const auto query =
        database_.prepare("SELECT jid, alt, rank, display_name FROM group_members WHERE chat = ? ORDER BY place");
    query->bind(1, group);
    std::vector<events::GroupMember> members;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return members;
        Row row{*query};
        events::GroupMember member;
        member.jid = row.jid(0);
        member.alt = row.jid(1);
        member.rank = static_cast<events::GroupRank>(std::clamp<std::int64_t>(query->integer(2), 0, 2));
        member.display_name = query->string(3);
        auto whole = row.finish(std::move(member));
        if (!whole) return whole.error();
        members.push_back(std::move(*whole));
    }
}

Status Groups::save(const events::GroupInfo& info) {
    const std::string key = to_column(info.jid.bare());
    const std::string subject_owner = to_column(info.subject_owner);
    const std::string owner = to_column(info.owner);
    const std::string parent = to_column(info.parent);
    const auto done =
        database_
            .prepare("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            ->bind_all(
                key,
                info.subject,
                to_column(info.subject_time),
                subject_owner,
                owner,
                to_column(info.created),
                static_cast<int>(info.lid_addressed),
                info.description,
                info.description_id,
                static_cast<int>(info.announcement),
                static_cast<int>(info.locked),
                std::int64_t{info.expiration},
                info.member_add_mode,
                static_cast<int>(info.approval_required),
                parent,
                static_cast<int>(info.is_community),
                static_cast<int>(info.is_announcement_group),
                static_cast<int>(info.suspended),
                info.participant_version
            )
            .run();
    if (!done) return done;
    if (auto gone = database_.prepare("DELETE FROM group_members WHERE chat = ?")->bind_all(key).run(); !gone)
        return gone;
    std::int64_t place = 0;
    for (const events::GroupMember& member : info.members) {
        const std::string jid = to_column(member.jid);
        const std::string alt = to_column(member.alt);
        const auto added = database_.prepare("INSERT INTO group_members VALUES (?, ?, ?, ?, ?, ?)")
                               ->bind_all(key, place++, jid, alt, static_cast<int>(member.rank), member.display_name)
                               .run();
        if (!added) return added;
    }
    return {};
}

Status Groups::remove(const Jid& group) {
    const std::string key = to_column(group.bare());
    if (auto done = database_.prepare("DELETE FROM groups WHERE jid = ?")->bind_all(key).run(); !done) return done;
    return database_.prepare("DELETE FROM group_members WHERE chat = ?")->bind_all(key).run();
}

}  // namespace bridge::keystore::detail
