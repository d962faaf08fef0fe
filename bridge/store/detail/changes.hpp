/// Applies changes inside the writer's transaction.
#pragma once

#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/effects.hpp"
#include "bridge/store/detail/journal.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/store.hpp"

#include <cstdint>
#include <string>

namespace bridge::store::detail {

class Changes {
public:
    /// All outlive this.
    Changes(common::sqlite::Database& database, Directory& directory, Journal& journal)
        : database_{database}, directory_{directory}, journal_{journal}, effects_{database, directory, journal} {}

    /// Reads the numbers to go on from: at the start and after a rollback.
    common::Status reload();
    /// Number of messages that were new.
    common::Result<std::size_t> apply(const Change& change);
    /// Sealed effects that wait for their message.
    std::size_t sealed() const noexcept { return effects_.sealed(); }
    /// A chore: deletes messages whose time is up; how many.
    common::Result<std::size_t> drop_due(std::int64_t limit);

private:
    common::Status apply_other(const Change& change);
    common::Result<std::size_t> add(const AddMessage& change);
    common::Result<std::size_t> insert(const AddMessage& change, MessageState state, std::int64_t time);
    common::Result<std::size_t> meet_again(const AddMessage& change, ChatRow& chat, Person& sender, MessageState state);
    /// Writes the rest of a new message and raises its event.
    common::Status tell(
        const AddMessage& change,
        const ChatRow& chat,
        const Person& sender,
        std::int64_t pk,
        std::int64_t time,
        MessageState state
    );
    common::Status show_as_last(
        ChatRow& chat, const AddMessage& change, std::int64_t pk, std::int64_t sender, std::int64_t time
    );
    common::Status advance(const AdvanceMessage& change);
    common::Status mark_read(const MarkRead& change);
    common::Result<std::int64_t> still_unread(const ChatRow& chat, const MarkRead& change);
    common::Status learn_name(const LearnName& change);
    common::Result<bool> note_step(
        std::int64_t pk, MessageState state, const std::string& recipient, std::int64_t time, const std::string& reason
    );

    common::sqlite::Database& database_;
    Directory& directory_;
    Journal& journal_;
    Effects effects_;
    std::int64_t newest_pk_{0};
};

}  // namespace bridge::store::detail
