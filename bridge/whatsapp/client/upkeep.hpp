/// Keeps one-time pre-keys on the server, and the right ones (protocol part 1, sections 8.5 and 8.6).
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace bridge::whatsapp::client {

class PreKeyUpkeep {
public:
    explicit PreKeyUpkeep(Core& core) : core_{core} {}
    /// Counts and uploads when there are few. One at a time: a second call of either kind while one runs returns at
    /// once; a check that came too soon is made up for by the one under way.
    asio::awaitable<Status> top_up();
    /// Asks the server what it believes our keys are. It has none: a full batch is uploaded. It has others: those of
    /// ours that it lists are uploaded again, with fresh ones; at most once in `repair_pause`, as a server that stays
    /// of another mind is not to be flooded.
    asio::awaitable<Status> check();

    static constexpr std::chrono::hours repair_pause{6};

private:
    struct Comparison {
        enum class Verdict { same, different, none_there } verdict{Verdict::same};
        std::vector<storage::PreKey> listed;  ///< ours of the keys that the server lists
    };
    asio::awaitable<Result<Comparison>> compare();
    asio::awaitable<Status> count_and_upload();
    asio::awaitable<Status> compare_and_upload();
    /// Uploads `again` and keys that the server has not had, `count` in all.
    asio::awaitable<Status> upload(std::size_t count, std::vector<storage::PreKey> again);

    Core& core_;
    bool running_{false};
    bool check_again_{false};
    std::optional<common::UnixTime> repaired_;
};

}  // namespace bridge::whatsapp::client
