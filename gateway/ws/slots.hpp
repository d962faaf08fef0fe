/// A few permits, given out in the order they were asked for.
#pragma once

#include "common/async/async.hpp"

#include <list>
#include <utility>

namespace gateway::ws {

/// Lives on one executor.
class Slots {
public:
    explicit Slots(std::size_t count) : free_{count} {}

    class Permit {
    public:
        explicit Permit(Slots& slots) : slots_{&slots} {}
        Permit(Permit&& other) noexcept : slots_{std::exchange(other.slots_, nullptr)} {}
        Permit& operator=(Permit&&) = delete;
        ~Permit() {
            if (slots_) slots_->release();
        }

    private:
        Slots* slots_;
    };

    /// `cancelled` when the coroutine is.
    common::asio::awaitable<common::Result<Permit>> acquire();

private:
    void release();
    void wake_next();

    std::size_t free_;
    std::list<common::Event*> waiting_;
};

}  // namespace gateway::ws
