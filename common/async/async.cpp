#include "common/async/async.hpp"

#include "common/log/log.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <vector>

namespace common {
namespace {

/// Event of a waiter's timer: its expiry set to this says that `notify` ended the wait.
constexpr auto notified = std::chrono::steady_clock::time_point::min();

}  // namespace

bool is_cancellation(const std::exception_ptr& failure) noexcept {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
    return false;
}

asio::awaitable<Status> sleep_for(std::chrono::steady_clock::duration time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    boost::system::error_code code;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, code));
    if (code) co_return Error{code};
    co_return Status{};
}

Event::Event(asio::any_io_executor executor) : executor_{std::move(executor)} {}

void Event::notify() {
    for (asio::steady_timer* waiter : waiters_) waiter->expires_at(notified);
}

asio::awaitable<Status> Event::wait(std::chrono::steady_clock::duration limit) {
    struct Waiter {
        Waiter(Event& e, std::chrono::steady_clock::duration limit)
            : event{e}, timer{e.executor_, limit}, place{e.waiters_.insert(e.waiters_.end(), &timer)} {}
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        ~Waiter() { event.waiters_.erase(place); }
        Event& event;
        asio::steady_timer timer;
        std::list<asio::steady_timer*>::iterator place;
    };
    Waiter waiter{*this, limit};
    boost::system::error_code code;
    co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, code));
    // Setting the expiry aborts the wait, as a cancellation does: the expiry tells the two apart.
    if (waiter.timer.expiry() == notified) co_return Status{};
    if (code) co_return Error{code};
    co_return Error{Errc::timed_out};
}

struct TaskGroup::State {
    explicit State(const asio::any_io_executor& ex)
        : executor{ex}, emptied{ex, asio::steady_timer::time_point::max()} {}
    asio::any_io_executor executor;
    std::list<asio::cancellation_signal> running;
    asio::steady_timer emptied;  ///< joiners wait on it; cancelled when the last task has ended
    bool cancelled{false};

    void emit() {
        // Emitting may end tasks and so change the list while it is walked.
        std::vector<asio::cancellation_signal*> signals;
        for (auto& signal : running) signals.push_back(&signal);
        for (auto* signal : signals) {
            const auto is_it = [&](const auto& other) { return &other == signal; };
            if (std::any_of(running.begin(), running.end(), is_it)) signal->emit(asio::cancellation_type::terminal);
        }
    }
};

namespace {

void report(const std::exception_ptr& failure) {
    if (!failure || is_cancellation(failure)) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log::error("a task ended with an exception", {{"what", error.what()}});
    } catch (...) {
        log::error("a task ended with an unknown exception");
    }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor) : state_{std::make_shared<State>(executor)} {}

TaskGroup::~TaskGroup() {
    if (!state_->running.empty()) cancel();
}

void TaskGroup::spawn(asio::awaitable<void> task) {
    const auto place = state_->running.emplace(state_->running.end());
    auto ended = [state = state_, place](std::exception_ptr failure) {
        state->running.erase(place);
        report(failure);
        if (state->running.empty()) state->emptied.cancel();
    };
    asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(place->slot(), std::move(ended)));
    if (state_->cancelled) cancel();
}

void TaskGroup::cancel() {
    state_->cancelled = true;
    // Posted, so that a task may cancel its own group.
    asio::post(state_->executor, [state = state_] { state->emit(); });
}

asio::awaitable<void> TaskGroup::join() {
    auto state = state_;
    while (!state->running.empty()) {
        auto start = [state](std::function<void()> resume) {
            state->emptied.async_wait([resume = std::move(resume)](const boost::system::error_code&) { resume(); });
        };
        auto stop_all = [weak = std::weak_ptr{state}](asio::cancellation_type) {
            const auto alive = weak.lock();
            if (!alive) return;
            alive->cancelled = true;
            asio::post(alive->executor, [alive] { alive->emit(); });
        };
        co_await detail::suspend(std::move(start), std::move(stop_all));
    }
}

std::size_t TaskGroup::size() const noexcept { return state_->running.size(); }

}  // namespace common
