/// A steady stream of texts from one scripted phone to an account, in the background.
#pragma once

#include "common/async/async.hpp"
#include "tests/simulator/server.hpp"

#include <string>

namespace simulator {

struct LoadPlan {
    std::string from;
    std::string to;
    std::uint64_t count{0};
    double rate{10.0};  ///< messages a second
    std::string text_prefix{"load "};
};

struct LoadStatus {
    bool running{false};
    std::uint64_t count{0};
    std::uint64_t sent{0};
    std::uint64_t failed{0};
    std::string last_id;
};

class Load {
public:
    Load(common::asio::any_io_executor executor, Server& server) : server_{server}, tasks_{executor} {}
    /// Text number i is `text_prefix` and i, from 1. One plan at a time: `conflict` while another runs.
    common::Status start(LoadPlan plan);
    const LoadStatus& status() const noexcept { return status_; }
    void stop() { tasks_.cancel(); }

private:
    common::asio::awaitable<void> run(LoadPlan plan);
    void send_next(const LoadPlan& plan);

    Server& server_;
    LoadStatus status_;
    common::TaskGroup tasks_;
};

enum class LoadErrc { busy = 1 };
common::ErrcInfo describe(LoadErrc code) noexcept;

}  // namespace simulator
