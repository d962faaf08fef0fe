/// Coroutine tools over Boost.Asio: moving work off the io thread, deadlines, owners of coroutines, channels, events.
///
/// g++ 12: never build an aggregate or an owning lambda inside an expression with `co_await`; name it first.
#pragma once

#include "common/result/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
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
#include <type_traits>
#include <utility>

namespace common {

namespace asio = boost::asio;

namespace detail {

/// Suspends the coroutine until the function handed to `start` is called, once, from any thread. A cancellation calls
/// `on_cancel` and nothing else: the wait goes on, and the coroutine meets its cancellation at the next `co_await`.
template <class Start, class OnCancel>
asio::awaitable<void> suspend(Start start, OnCancel on_cancel) {
    auto initiate = [start = std::move(start), on_cancel = std::move(on_cancel)](auto handler) mutable {
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([on_cancel = std::move(on_cancel)](asio::cancellation_type type) mutable { on_cancel(type); });
        }
        // Who holds `resume` owns the coroutine: when it is dropped uncalled, the coroutine's frames go with it.
        auto owned = std::make_shared<decltype(handler)>(std::move(handler));
        std::function<void()> resume = [owned] {
            auto home = asio::get_associated_executor(*owned);
            asio::post(home, [owned] { std::move (*owned)(); });
        };
        start(std::move(resume));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiate), asio::use_awaitable);
}

}  // namespace detail

/// Whether an exception is how a cancelled coroutine unwinds, as opposed to a failure.
bool is_cancellation(const std::exception_ptr& failure) noexcept;

/// Runs `work` (blocking, named by the caller) on `executor` and resumes on the caller's executor with its result.
/// Not cancelled half-way: when the awaiting coroutine is cancelled, `on_cancel` is called with the type, and the work
/// still ends before it resumes.
template <class Work, class OnCancel>
asio::awaitable<std::invoke_result_t<Work&>> run_on(asio::any_io_executor executor, Work work, OnCancel on_cancel) {
    using R = std::invoke_result_t<Work&>;
    static_assert(!std::is_void_v<R>, "return a Status, so that failures have a way out");
    struct State {
        explicit State(Work&& w) : work{std::move(w)} {}
        Work work;
        std::optional<R> result;
        std::exception_ptr failure;
    };
    auto state = std::make_shared<State>(std::move(work));
    auto start = [state, executor](std::function<void()> resume) {
        asio::post(executor, [state, resume = std::move(resume)] {
            try {
                state->result.emplace(state->work());
            } catch (...) {
                state->failure = std::current_exception();
            }
            resume();
        });
    };
    co_await detail::suspend(std::move(start), std::move(on_cancel));
    if (state->failure) std::rethrow_exception(state->failure);
    co_return std::move(*state->result);
}

/// The same for work that nobody can hurry.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> run_on(asio::any_io_executor executor, Work work) {
    auto ignore = [](asio::cancellation_type) {};
    co_return co_await run_on(std::move(executor), std::move(work), std::move(ignore));
}

/// Waits; `cancelled` when the coroutine is.
asio::awaitable<Status> sleep_for(std::chrono::steady_clock::duration time);

/// Something that happened, to be awaited: `notify` wakes every waiter. Lives on one executor and stays in its place.
class Event {
public:
    explicit Event(asio::any_io_executor executor);
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
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

/// Owns coroutines: `cancel` asks all to stop, `join` waits for all. What the tasks use must live until `join` is done.
class TaskGroup {
public:
    explicit TaskGroup(asio::any_io_executor executor);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `task`; after `cancel` it starts cancelled. An exception that escapes it is logged as our bug, unless it
    /// is how a cancellation unwinds.
    void spawn(asio::awaitable<void> task);
    void cancel();
    /// Cancelling the joiner cancels the tasks; `join` still waits until they have ended. A coroutine that has been
    /// cancelled before cannot wait any more: it calls `co_await asio::this_coro::reset_cancellation_state()` first.
    asio::awaitable<void> join();
    std::size_t size() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

namespace detail {

template <class T>
struct Race {
    explicit Race(const asio::any_io_executor& executor) : timer{executor} {}
    asio::steady_timer timer;
    asio::cancellation_signal stop;
    std::optional<Result<T>> result;
    std::exception_ptr failure;
    bool done{false};
    bool late{false};
};

template <class T>
asio::awaitable<void> run_race(asio::awaitable<Result<T>> op, std::shared_ptr<Race<T>> race) {
    auto result = co_await std::move(op);
    race->result.emplace(std::move(result));
}

}  // namespace detail

/// `op`'s result, or `timed_out` after `limit`, or `cancelled` with the awaiting coroutine: then `op` was cancelled and
/// has ended. A result that `op` still reaches is returned all the same.
template <class T>
asio::awaitable<Result<T>> with_timeout(std::chrono::steady_clock::duration limit, asio::awaitable<Result<T>> op) {
    auto executor = co_await asio::this_coro::executor;
    auto race = std::make_shared<detail::Race<T>>(executor);
    race->timer.expires_after(limit);
    race->timer.async_wait([race](const boost::system::error_code& code) {
        if (code || race->done) return;
        race->late = true;
        race->stop.emit(asio::cancellation_type::terminal);
    });
    auto start = [race, executor, op = std::move(op)](std::function<void()> resume) mutable {
        auto ended = [race, resume = std::move(resume)](std::exception_ptr failure) {
            race->failure = failure;
            race->done = true;
            race->timer.cancel();
            resume();
        };
        auto running = detail::run_race(std::move(op), race);
        asio::co_spawn(executor, std::move(running), asio::bind_cancellation_slot(race->stop.slot(), std::move(ended)));
    };
    auto pass_on = [weak = std::weak_ptr{race}](asio::cancellation_type type) {
        if (const auto alive = weak.lock()) alive->stop.emit(type);
    };
    co_await detail::suspend(std::move(start), std::move(pass_on));
    if (race->failure) {
        if (!is_cancellation(race->failure)) std::rethrow_exception(race->failure);
        race->result.emplace(Errc::cancelled);
    }
    if (race->late && !race->result->has_value()) co_return Error{Errc::timed_out};
    co_return std::move(*race->result);
}

}  // namespace common
