#include "common/async/fork_join.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <exception>
#include <memory>

namespace common {
namespace {

/// Lives until the last helper has looked at it, which may be after `fork_join` has returned: `tasks` may be gone then,
/// but is not touched either, as nothing is left to claim.
struct Fork {
    explicit Fork(std::span<const std::function<void()>> all) : tasks{all} {}

    void work() {
        for (;;) {
            const std::size_t mine = next.fetch_add(1);
            if (mine >= tasks.size()) return;
            try {
                tasks[mine]();
            } catch (...) {
                if (!failed.exchange(true)) failure = std::current_exception();
            }
            if (ended.fetch_add(1) + 1 == tasks.size()) ended.notify_one();
        }
    }

    std::span<const std::function<void()>> tasks;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> ended{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
};

}  // namespace

void fork_join(const boost::asio::any_io_executor& helpers, std::span<const std::function<void()>> tasks) {
    const auto fork = std::make_shared<Fork>(tasks);
    for (std::size_t i = 1; i < tasks.size(); ++i) boost::asio::post(helpers, [fork] { fork->work(); });
    fork->work();
    for (std::size_t ended = fork->ended; ended < tasks.size(); ended = fork->ended) fork->ended.wait(ended);
    if (fork->failure) std::rethrow_exception(fork->failure);
}

}  // namespace common
