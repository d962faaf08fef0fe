/// Coroutine tools over Boost.Asio: moving work off the io thread, deadlines, owners of coroutines, channels, events.
///
/// g++ 12: never build an aggregate or an owning lambda inside an expression with `co_await`; name it first.
#pragma once

#include "common/result/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace common {

namespace asio = boost::asio;

/// Runs `work` (blocking, named by the caller) on `executor` and resumes on the caller's executor with its result.
/// Not cancelled half-way: when the awaiting coroutine is cancelled, the work still ends before it resumes.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> run_on(asio::any_io_executor executor, Work work) {
    using R = std::invoke_result_t<Work&>;
    static_assert(!std::is_void_v<R>, "return a Status, so that failures have a way out");
    auto home = co_await asio::this_coro::executor;
    // Shared state on the heap: the timer below is the wait, the worker cancels it through the home executor.
    struct State {
        explicit State(const asio::any_io_executor& ex, Work&& w) : timer{ex}, work{std::move(w)} {}
        asio::steady_timer timer;
        Work work;
        std::optional<R> result;
        std::exception_ptr failure;
        bool done{false};
    };
    auto state = std::make_shared<State>(home, std::move(work));
    state->timer.expires_at(std::chrono::steady_clock::time_point::max());
    asio::post(executor, [state, home] {
        try {
            state->result.emplace(state->work());
        } catch (...) {
            state->failure = std::current_exception();
        }
        asio::post(home, [state] {
            state->done = true;
            state->timer.cancel();
        });
    });
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (!state->done) {
        boost::system::error_code ignored;
        co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (state->failure) std::rethrow_exception(state->failure);
    R result = std::move(*state->result);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_return result;
}

/// Waits; `cancelled` when the coroutine is.
asio::awaitable<Status> sleep_for(std::chrono::steady_clock::duration time);

/// Something that happened, to be awaited: `notify` wakes every waiter. Lives on one executor.
class Event {
public:
    explicit Event(asio::any_io_executor executor);
    void notify();
    /// Until the next `notify`, or `timed_out`, or `cancelled`.
    asio::awaitable<Status> wait(std::chrono::steady_clock::duration limit);

private:
    asio::any_io_executor executor_;
    std::list<asio::steady_timer*> waiters_;
};

/// A bounded queue between coroutines of one executor.
template <class T>
class Channel {
public:
    Channel(asio::any_io_executor executor, std::size_t capacity)
        : capacity_{capacity}, readable_{executor}, writable_{executor} {}

    /// False when full or closed; `item` is untouched then.
    bool try_send(T& item) {
        if (closed_ || items_.size() >= capacity_) return false;
        items_.push_back(std::move(item));
        readable_.notify();
        return true;
    }
    bool try_send(T&& item) { return try_send(item); }

    /// Waits for room. `cancelled` when closed.
    asio::awaitable<Status> send(T item) {
        while (!closed_ && items_.size() >= capacity_) {
            auto waited = co_await writable_.wait(std::chrono::hours{1});
            if (!waited && waited.error().kind() == Kind::cancelled) co_return waited.error();
        }
        if (closed_) co_return Error{Errc::cancelled};
        items_.push_back(std::move(item));
        readable_.notify();
        co_return Status{};
    }

    /// The next item; `cancelled` once closed and empty.
    asio::awaitable<Result<T>> receive() {
        while (items_.empty()) {
            if (closed_) co_return Error{Errc::cancelled};
            auto waited = co_await readable_.wait(std::chrono::hours{1});
            if (!waited && waited.error().kind() == Kind::cancelled) co_return waited.error();
        }
        T item = std::move(items_.front());
        items_.pop_front();
        writable_.notify();
        co_return Result<T>{std::move(item)};
    }

    /// What is there now, without waiting.
    std::optional<T> try_receive() {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item{std::move(items_.front())};
        items_.pop_front();
        writable_.notify();
        return item;
    }

    void close() {
        closed_ = true;
        readable_.notify();
        writable_.notify();
    }
    void reopen() {
        closed_ = false;
        items_.clear();
    }
    bool is_closed() const noexcept { return closed_; }
    std::size_t size() const noexcept { return items_.size(); }

private:
    std::size_t capacity_;
    std::deque<T> items_;
    Event readable_;
    Event writable_;
    bool closed_{false};
};

/// Owns coroutines: `cancel` asks all to stop, `join` waits for all. The one user of `detached` besides main.
class TaskGroup {
public:
    explicit TaskGroup(asio::any_io_executor executor);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `task`; an exception that escapes it is logged as our bug.
    void spawn(asio::awaitable<void> task);
    void cancel();
    asio::awaitable<void> join();
    std::size_t size() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

namespace detail {
template <class R>
struct Race {
    explicit Race(const asio::any_io_executor& executor) : wake{executor} {}
    asio::steady_timer wake;
    asio::cancellation_signal stop;
    std::optional<R> result;
    std::exception_ptr failure;
    bool done{false};
};
}  // namespace detail

/// `op`'s result, or `timed_out` after `limit` (then `op` was cancelled and has ended).
template <class T>
asio::awaitable<Result<T>> with_timeout(std::chrono::steady_clock::duration limit, asio::awaitable<Result<T>> op) {
    auto executor = co_await asio::this_coro::executor;
    auto race = std::make_shared<detail::Race<Result<T>>>(executor);
    race->wake.expires_after(limit);
    auto finished = [race](std::exception_ptr failure, Result<T> result) {
        race->failure = failure;
        if (!failure) race->result.emplace(std::move(result));
        race->done = true;
        race->wake.cancel();
    };
    asio::co_spawn(executor, std::move(op), asio::bind_cancellation_slot(race->stop.slot(), std::move(finished)));
    boost::system::error_code waited;
    if (!race->done) co_await race->wake.async_wait(asio::redirect_error(asio::use_awaitable, waited));
    const bool late = !race->done;
    const bool cancelled = late && waited == asio::error::operation_aborted;
    if (late) {
        race->stop.emit(asio::cancellation_type::terminal);
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        while (!race->done) {
            race->wake.expires_at(std::chrono::steady_clock::time_point::max());
            boost::system::error_code ignored;
            co_await race->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    }
    if (race->failure) std::rethrow_exception(race->failure);
    if (cancelled) co_return Error{Errc::cancelled};
    if (late && !race->result->has_value()) co_return Error{Errc::timed_out};
    co_return std::move(*race->result);
}

}  // namespace common
