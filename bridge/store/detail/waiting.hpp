/// Effects whose message is not there yet. Belongs to the writer thread.
#pragma once

#include "bridge/store/effects.hpp"
#include "common/sqlite/sqlite.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace bridge::store::detail {

class Waiting {
public:
    explicit Waiting(common::sqlite::Database& database) : database_{database} {}

    /// Reads what waits for whom: at the start and after a rollback.
    common::Status reload();
    /// Whether something waits for a message of that id, in whichever chat: asked for every new message.
    bool expects(const std::string& target) const { return !targets_.empty() && targets_.contains(target); }
    std::size_t sealed() const noexcept { return sealed_; }

    /// What comes to too much of a chat, or of all, is left out.
    common::Status keep(std::int64_t chat, const Effect& effect, common::UnixTime now);
    /// Takes what waits for the message, in the order of arrival; sealed ones stay until they are opened.
    common::Result<std::vector<Effect>> take(std::int64_t chat, const std::string& target);
    /// An effect of that message came another way.
    common::Status forget(std::int64_t chat, const std::string& target, const std::string& source);
    /// Removes what has waited since before `time`.
    common::Status expire(common::UnixTime time);

    struct Place {
        std::int64_t chat;
        std::string target;
    };
    /// Messages that are there although something waits for them: chats have merged.
    common::Result<std::vector<Place>> overdue();

private:
    common::sqlite::Database& database_;
    std::unordered_map<std::string, std::size_t> targets_;
    std::size_t count_{0};
    std::size_t sealed_{0};
};

}  // namespace bridge::store::detail
