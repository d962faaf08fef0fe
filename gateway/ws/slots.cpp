#include "gateway/ws/slots.hpp"

namespace gateway::ws {

common::asio::awaitable<common::Result<Slots::Permit>> Slots::acquire() {
    if (free_ == 0 || !waiting_.empty()) {
        common::Event turn{co_await common::asio::this_coro::executor};
        const auto place = waiting_.insert(waiting_.end(), &turn);
        // Whoever leaves the line, also by an exception, makes room for the next.
        struct Leave {
            Slots& slots;
            std::list<common::Event*>::iterator place;
            ~Leave() {
                slots.waiting_.erase(place);
                slots.wake_next();
            }
        };
        const Leave leave{*this, place};
        while (free_ == 0 || waiting_.front() != &turn) {
            const auto waited = co_await turn.wait(std::chrono::hours{1});
            if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
        }
    }
    --free_;
    co_return Permit{*this};
}

void Slots::release() {
    ++free_;
    wake_next();
}

void Slots::wake_next() {
    if (free_ > 0 && !waiting_.empty()) waiting_.front()->notify();
}

}  // namespace gateway::ws
