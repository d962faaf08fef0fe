/// What people do to messages: reactions, edits, revokes, votes ... Belongs to the writer thread.
#pragma once

#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/journal.hpp"
#include "bridge/store/detail/target.hpp"
#include "bridge/store/detail/waiting.hpp"

#include <cstdint>
#include <string>

namespace bridge::store::detail {

class Effects {
public:
    /// All outlive this.
    Effects(common::sqlite::Database& database, Directory& directory, Journal& journal)
        : database_{database}, directory_{directory}, journal_{journal}, waiting_{database} {}

    /// At the start and after a rollback.
    common::Status reload();
    common::Status apply(const Effect& effect);

    /// A message came, or a stub was completed: what waited for it happens.
    common::Status arrived(std::int64_t chat, const std::string& id);
    bool expects(const std::string& id) const { return waiting_.expects(id); }
    /// Chats have become one: effects in one may have waited for messages in the other.
    common::Status look_again();

    /// Whether a message went and must not come back. Costs a look only for messages as old as those that went.
    common::Result<bool> is_dropped(std::int64_t chat, const std::string& id, std::int64_t time);
    /// Deletes messages whose time is up; how many.
    common::Result<std::size_t> drop_due(std::int64_t limit);
    common::Status expire_waiting();
    /// Sealed effects that wait.
    std::size_t sealed() const noexcept { return waiting_.sealed(); }

private:
    common::Result<std::int64_t> settle_people(const Effect& effect);
    common::Status remove_stub(ChatRow& chat, const std::string& id);
    common::Status act(ChatRow& chat, Target& target, std::int64_t who, const Effect& effect);
    /// The row goes; its id is remembered where `remember` says so.
    common::Status remove(ChatRow& chat, const Target& target, const std::string& id, bool remember);
    common::Status raise_gone(std::int64_t pk);

    common::sqlite::Database& database_;
    Directory& directory_;
    Journal& journal_;
    Waiting waiting_;
    std::int64_t newest_dropped_{-1};  ///< time of the newest message that went
};

}  // namespace bridge::store::detail
