/// One effect on one message that is there.
#pragma once

#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/target.hpp"
#include "bridge/store/effects.hpp"

#include <cstdint>

namespace bridge::store::detail {

/// What an act needs; the references outlive it.
struct Scene {
    common::sqlite::Database& database;
    Directory& directory;
    ChatRow& chat;
    Target& target;
    std::int64_t who;  ///< person; 0 when unknown
    const Effect& effect;

    std::int64_t time_ms() const noexcept;  ///< the sender's, else the server's
    bool by_author() const noexcept;
    common::Result<bool> by_admin() const;
};

/// Does everything but `Hide` and `Sealed`. Whether something changed: then the message is to be told.
common::Result<bool> act(const Scene& scene);

}  // namespace bridge::store::detail
