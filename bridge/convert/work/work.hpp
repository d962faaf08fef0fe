/// Runs whatsapp-media-worker for one file: starts it, passes the file, reads its answers, and ends it whatever
/// happens.
///
/// Blocks for as long as the job takes: for worker threads. FFmpeg is never loaded into this process.
#pragma once

#include "bridge/convert/work/answers.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace bridge::convert::work {

enum class Errc {
    missing = 1,    ///< the worker or FFmpeg's libraries are not installed
    unreadable,     ///< no format that the worker knows, or damaged
    nothing_there,  ///< no sound, or no picture
    too_large,
    too_long,
    too_much,  ///< the answer is longer than allowed
    out_of_time,
    out_of_memory,
    crashed,
    nonsense,  ///< the worker broke the protocol
    stopped,
    failed
};
common::ErrcInfo describe(Errc code) noexcept;

/// Ends jobs from another thread. Copies share one switch.
class Stop {
public:
    Stop();
    /// Every job that has it ends with `stopped`, now and later.
    void request() const noexcept;
    bool is_requested() const noexcept;
    /// Readable once requested; for poll.
    int descriptor() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

struct Limits {
    std::chrono::seconds cpu{30};
    std::chrono::seconds wall{90};
    std::uint32_t memory_mib{1024};
    std::uint64_t answer_bytes{512ULL << 20};
};

class Worker {
public:
    /// `program` is a path; the limits hold for each job.
    Worker(std::string program, Limits limits) : program_{std::move(program)}, limits_{limits} {}

    /// `file` is an open regular file, read from its start; its place is moved. Limits in `request` are overwritten.
    Status run(int file, wire::Request request, const Sink& sink, const Stop& stop) const;

private:
    std::string program_;
    Limits limits_;
};

/// Where the worker is when nothing else is said: beside the running program.
std::string default_program();

}  // namespace bridge::convert::work
