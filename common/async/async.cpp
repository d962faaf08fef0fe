#include "common/async/async.hpp"

#include "common/log/log.hpp"

#include <algorithm>
#include <vector>

namespace common {

namespace {
constexpr auto use_awaitable = asio::use_awaitable;
}

asio::awaitable<Status> sleep_for(std::chrono::steady_clock::duration time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    boost::system::error_code code;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, code));
    if (code) co_return Error{code};
    co_return Status{};
}

Event::Event(asio::any_io_executor executor) : executor_{std::move(executor)} {}

void Event::notify() {
    for (asio::steady_timer* waiter : waiters_) waiter->expires_at(std::chrono::steady_clock::time_point::min());
}

asio::awaitable<Status> Event::wait(std::chrono::steady_clock::duration limit) {
    asio::steady_timer timer{executor_, limit};
    const auto place = waiters_.insert(waiters_.end(), &timer);
    boost::system::error_code code;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, code));
    waiters_.erase(place);
    // `notify` moves the expiry to the past, which aborts the wait: told apart from a cancelled coroutine by the expiry.
    const bool notified = timer.expiry() == std::chrono::steady_clock::time_point::min();
    if (notified) co_return Status{};
    if (code) co_return Error{code};
    co_return Error{Errc::timed_out};
}

struct TaskGroup::State {
    explicit State(const asio::any_io_executor& ex) : executor{ex}, emptied{ex} {}
    asio::any_io_executor executor;
    std::list<asio::cancellation_signal> running;
    bool cancelled{false};
    asio::steady_timer emptied;
};

TaskGroup::TaskGroup(asio::any_io_executor executor) : state_{std::make_shared<State>(executor)} {}

TaskGroup::~TaskGroup() { cancel(); }

void TaskGroup::spawn(asio::awaitable<void> task) {
    const auto place = state_->running.emplace(state_->running.end());
    auto ended = [state = state_, place](std::exception_ptr failure) {
        state->running.erase(place);
        if (state->running.empty()) state->emptied.cancel();
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("a task ended with an exception", {{"what", error.what()}});
        } catch (...) {
            log::error("a task ended with an unknown exception");
        }
    };
    asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(place->slot(), std::move(ended)));
    if (state_->cancelled) {
        asio::post(state_->executor, [state = state_] {
            for (auto& signal : state->running) signal.emit(asio::cancellation_type::terminal);
        });
    }
}

void TaskGroup::cancel() {
    state_->cancelled = true;
    // Posted, because emitting may end a task and change the list while it is walked.
    asio::post(state_->executor, [state = state_] {
        std::vector<asio::cancellation_signal*> signals;
        for (auto& signal : state->running) signals.push_back(&signal);
        for (auto* signal : signals) {
            const bool alive = std::any_of(
                state->running.begin(), state->running.end(), [&](const auto& other) { return &other == signal; }
            );
            if (alive) signal->emit(asio::cancellation_type::terminal);
        }
    });
}

asio::awaitable<void> TaskGroup::join() {
    auto state = state_;
    while (!state->running.empty()) {
        state->emptied.expires_at(std::chrono::steady_clock::time_point::max());
        boost::system::error_code ignored;
        co_await state->emptied.async_wait(asio::redirect_error(use_awaitable, ignored));
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) co_return;
    }
}

std::size_t TaskGroup::size() const noexcept { return state_->running.size(); }

}  // namespace common
