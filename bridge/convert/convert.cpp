#include "bridge/convert/convert.hpp"

#include "bridge/convert/detail/jobs.hpp"

#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <list>
#include <new>

namespace bridge::convert {

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::busy: return {Kind::unavailable, "too many files are being converted; try again in a moment"};
        case Errc::closed: return {Kind::unavailable, "the bridge is shutting down"};
        case Errc::no_picture: return {Kind::invalid, "the file shows nothing"};
        case Errc::does_not_fit: return {Kind::invalid, "the picture cannot be made small enough for a sticker"};
        case Errc::out_of_memory: return {Kind::unavailable, "there is not enough memory to convert the file"};
    }
    return {Kind::internal, "unknown conversion error"};
}

std::optional<std::uint32_t> About::seconds() const noexcept {
    if (!duration) return std::nullopt;
    return voice::Note{*duration, {}}.seconds();
}

/// Touched by the io thread alone, but for `tools`, which nobody changes. Jobs hold it, so it ends after the last one.
struct Converter::State {
    explicit State(Settings settings)
        : tools{settings, {settings.worker_program.empty() ? work::default_program() : settings.worker_program, settings.worker}},
          threads{std::max(settings.threads, 1U)} {}

    detail::Tools tools;
    std::list<work::Stop> running;
    bool closed{false};
    asio::thread_pool threads;
};

namespace {

/// A job's place among those that run; given back whatever happens.
class Ticket {
public:
    explicit Ticket(std::list<work::Stop>& running) : running_{running}, place_{running.emplace(running.end())} {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { running_.erase(place_); }
    const work::Stop& stop() const noexcept { return *place_; }

private:
    std::list<work::Stop>& running_;
    std::list<work::Stop>::iterator place_;
};

}  // namespace

Converter::Converter(Settings settings) : state_{std::make_shared<State>(std::move(settings))} {}

Converter::~Converter() {
    close();
    state_->threads.join();
}

void Converter::close() {
    state_->closed = true;
    for (const work::Stop& stop : state_->running) stop.request();
}

template <class Work>
asio::awaitable<std::invoke_result_t<Work&, const work::Stop&>> Converter::run(Work work) {
    using R = std::invoke_result_t<Work&, const work::Stop&>;
    const std::shared_ptr<State> state = state_;  // outlives the converter while coroutines wait
    if (state->closed) co_return R{Errc::closed};
    if (state->running.size() >= state->tools.settings.threads + state->tools.settings.waiting) co_return R{Errc::busy};
    const Ticket ticket{state->running};
    auto job = [work = std::move(work), stop = ticket.stop()]() mutable -> R {
        try {
            if (stop.is_requested()) return work::Errc::stopped;
            return work(stop);
        } catch (const std::bad_alloc&) {
            return Errc::out_of_memory;
        }
    };
    auto on_cancel = [stop = ticket.stop()](asio::cancellation_type) { stop.request(); };
    co_return co_await common::run_on(state->threads.get_executor(), std::move(job), std::move(on_cancel));
}

asio::awaitable<Result<About>> Converter::inspect(std::string path) {
    auto work = [&tools = state_->tools, path = std::move(path)](const work::Stop& stop) {
        return detail::inspect(tools, path, stop);
    };
    co_return co_await run(std::move(work));
}

asio::awaitable<Result<Preview>> Converter::preview(std::string path) {
    auto work = [&tools = state_->tools, path = std::move(path)](const work::Stop& stop) {
        return detail::preview(tools, path, stop);
    };
    co_return co_await run(std::move(work));
}

asio::awaitable<Result<VoiceNote>> Converter::voice_note(std::string path, std::string output) {
    auto work = [&tools = state_->tools, path = std::move(path), output = std::move(output)](const work::Stop& stop) {
        return detail::make_voice_note(tools, path, output, stop);
    };
    co_return co_await run(std::move(work));
}

asio::awaitable<Result<Sticker>> Converter::sticker(std::string path, std::string output) {
    auto work = [&tools = state_->tools, path = std::move(path), output = std::move(output)](const work::Stop& stop) {
        return detail::make_sticker(tools, path, output, stop);
    };
    co_return co_await run(std::move(work));
}

}  // namespace bridge::convert
