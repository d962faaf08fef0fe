#include "bridge/convert/work/work.hpp"

#include "bridge/convert/work/detail/process.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace bridge::convert::work {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// What ended a worker that did not say so itself.
common::Error error_of(const detail::Ending& ending) {
    constexpr int loader_failed = 127;  // a shared library is missing
    if (ending.status == loader_failed) return common::Error{Errc::missing, "the worker's libraries"};
    if (ending.signal == SIGXCPU) return common::Error{Errc::out_of_time, "CPU time"};
    if (ending.signal != 0) return common::Error{Errc::crashed, "signal " + std::to_string(ending.signal)};
    return common::Error{Errc::crashed, "status " + std::to_string(ending.status)};
}

enum class Event { readable, stopped, late };

Event wait_for_output(int output, const Stop& stop, Clock::time_point deadline) {
    while (true) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return Event::late;
        std::array<pollfd, 2> events{pollfd{output, POLLIN, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
        const int count = ::poll(events.data(), events.size(), static_cast<int>(std::min<long>(left, 60'000)));
        if (count > 0 && events[1].revents != 0) return Event::stopped;
        if (count > 0) return Event::readable;
    }
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::missing:
            return {Kind::unavailable, "this file needs whatsapp-media-worker with FFmpeg, which is not installed"};
        case Errc::unreadable: return {Kind::invalid, "the file is damaged or of a kind that cannot be read"};
        case Errc::nothing_there: return {Kind::invalid, "the file holds nothing of what was asked for"};
        case Errc::too_large: return {Kind::invalid, "the picture has too many pixels"};
        case Errc::too_long: return {Kind::invalid, "the recording is too long"};
        case Errc::too_much: return {Kind::invalid, "the file unpacks to more than is allowed"};
        case Errc::out_of_time: return {Kind::timed_out, "the file takes too long to read"};
        case Errc::out_of_memory: return {Kind::invalid, "the file takes too much memory to read"};
        case Errc::crashed: return {Kind::invalid, "the file could not be read: the media worker crashed on it"};
        case Errc::nonsense: return {Kind::internal, "the media worker gave an answer that makes no sense"};
        case Errc::stopped: return {Kind::cancelled, "the work on the file was stopped"};
        case Errc::failed: return {Kind::internal, "the media worker could not be run"};
    }
    return {Kind::internal, "unknown media worker error"};
}

struct Stop::State {
    ~State() { ::close(descriptor); }
    int descriptor{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::atomic<bool> requested{false};
};

Stop::Stop() : state_{std::make_shared<State>()} {
    if (state_->descriptor < 0) throw std::runtime_error{"no descriptor left to stop media work with"};
}

void Stop::request() const noexcept {
    state_->requested = true;
    const std::uint64_t one = 1;
    (void)!::write(state_->descriptor, &one, sizeof one);
}

bool Stop::is_requested() const noexcept { return state_->requested; }
int Stop::descriptor() const noexcept { return state_->descriptor; }

Status Worker::run(int file, wire::Request request, const Sink& sink, const Stop& stop) const {
    if (stop.is_requested()) return Errc::stopped;
    request.cpu_s = static_cast<std::uint32_t>(limits_.cpu.count());
    request.memory_mib = limits_.memory_mib;
    const wire::Arguments arguments = wire::to_arguments(request);
    const auto deadline = Clock::now() + limits_.wall;
    auto process = detail::Process::start(program_, {arguments.begin(), arguments.end()}, file);
    if (!process) return process.error();

    AnswerReader reader{sink, limits_.answer_bytes};
    std::array<std::uint8_t, 64 * 1024> buffer;
    while (true) {
        switch (wait_for_output(process->output(), stop, deadline)) {
            case Event::stopped: return Errc::stopped;
            case Event::late: return common::Error{Errc::out_of_time, "wall-clock time"};
            case Event::readable: break;
        }
        const ssize_t count = ::read(process->output(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return common::Error{Errc::failed, "read"};
        if (count == 0) break;
        const ByteView bytes{buffer.data(), static_cast<std::size_t>(count)};
        if (auto fed = reader.feed(bytes); !fed) return fed;
    }
    if (reader.is_done()) return {};  // the process has nothing more to say and is ended if it does not end
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    return error_of(process->wait(std::max(left, milliseconds{1})));
}

std::string default_program() {
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    return (failed ? std::filesystem::path{} : self.parent_path()) / "whatsapp-media-worker";
}

}  // namespace bridge::convert::work
