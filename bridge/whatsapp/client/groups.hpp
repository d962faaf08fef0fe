/// Groups as the account sees them: cached in memory and storage, kept current by notifications, asked for once at a
/// time (protocol part 3, section 3; part 2, section 5.1).
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/client/directory.hpp"
#include "bridge/whatsapp/groups/groups.hpp"
#include "bridge/whatsapp/messages/group_fanout.hpp"

#include <map>
#include <memory>
#include <set>
#include <unordered_map>

namespace bridge::whatsapp::client {

class Groups {
public:
    Groups(Core& core, Directory& directory) : core_{core}, directory_{directory}, doubt_{core.io} {}

    /// For the life of a connection: learns all groups once, then asks about those that are in doubt.
    asio::awaitable<Status> watch();
    /// From the cache, else from the server. `not_found` and `unauthorized` kinds as the server says.
    asio::awaitable<Result<events::GroupInfo>> info(Jid group);
    /// All groups of the account; tells the sink about each.
    asio::awaitable<Status> refresh_all();
    /// Every device of every member, in the group's address form.
    asio::awaitable<Result<messages::GroupAudience>> audience(Jid group);

    /// What a `w:gp2` notification says, for the sink; caches follow.
    asio::awaitable<Result<std::vector<events::Happening>>> notified(Node stanza);

    /// The next use asks the server; `watch` does so soon.
    void forget(const Jid& group);
    /// All groups are asked for again: `<dirty type="groups"/>`, or another link.
    void forget_all();

private:
    struct Question;
    asio::awaitable<Status> refresh_stale();
    asio::awaitable<Result<events::GroupInfo>> ask(Jid group);
    asio::awaitable<Result<events::GroupInfo>> fetch(Jid group);
    asio::awaitable<Status> keep(events::GroupInfo info);
    Status learn(const std::vector<events::Mapping>& mappings);
    /// One change of a notification; storage thread.
    Status take(
        const groups::Change& change,
        const groups::Notification& notification,
        std::optional<events::GroupInfo>& info,
        std::vector<events::Happening>& out
    );
    bool is_me(const events::GroupMember& member) const noexcept;

    Core& core_;
    Directory& directory_;
    std::unordered_map<Jid, events::GroupInfo> known_;
    std::unordered_map<Jid, std::shared_ptr<Question>> asked_;
    std::set<Jid> stale_;
    common::Event doubt_;
    bool all_known_{false};
    std::chrono::steady_clock::time_point not_before_{};  ///< the server asked for patience
};

}  // namespace bridge::whatsapp::client
