/// A stored message that something is done to. Belongs to the writer thread.
#pragma once

#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/schema_extras.hpp"
#include "bridge/store/detail/status.hpp"
#include "bridge/store/detail/text_index.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace bridge::store::detail {

struct Target {
    std::int64_t pk{0};
    std::int64_t chat{0};
    std::int64_t sender{0};
    std::int64_t time{0};
    bool from_me{false};
    bool counted{false};
    MessageState status{MessageState::received};
    std::string text;
    // Of `message_extra`, as it is or as it would be.
    std::string kind;
    std::int64_t flags{0};
    std::int64_t pin_ms{0};
    std::int64_t keep_ms{0};
    std::int64_t star_ms{0};
    std::int64_t edit_ms{0};
    std::optional<std::int64_t> expires_at;
    bool deleted{false};

    bool is_stub() const noexcept { return status == MessageState::undecryptable && !deleted; }
};

/// Nothing when there is no such message.
common::Result<std::optional<Target>> find_target(
    common::sqlite::Database& database, std::int64_t chat, const std::string& id
);

/// Both indexes say `after` where they said `before`.
common::Status reindex(common::sqlite::Database& database, const Indexed& before, const Indexed& after);
/// New words for a message: row, indexes and what lists show.
common::Status rewrite(
    common::sqlite::Database& database, Directory& directory, ChatRow& chat, Target& target, const std::string& text
);

/// The message and all that belongs to it go. Lists show what was before it.
common::Status drop(common::sqlite::Database& database, Directory& directory, ChatRow& chat, const Target& target);

}  // namespace bridge::store::detail
