/// A child process with a file as its input and a pipe as its output. Never left behind: destruction kills and reaps
/// it.
#pragma once

#include "bridge/convert/work/work.hpp"

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace bridge::convert::work::detail {

class Descriptor {
public:
    explicit Descriptor(int number = -1) noexcept : number_{number} {}
    Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }
    int number() const noexcept { return number_; }

private:
    void close() noexcept;
    int number_;
};

/// How a process ended: by a signal, or with a status; both unset when it had to be killed.
struct Ending {
    int status{-1};
    int signal{0};
};

class Process {
public:
    /// With an empty environment. `missing` when there is no such program.
    static Result<Process> start(const std::string& program, std::vector<std::string> arguments, int in);
    Process(Process&& other) noexcept : id_{std::exchange(other.id_, -1)}, output_{std::move(other.output_)} {}
    Process& operator=(Process&& other) noexcept;
    ~Process() { kill(); }

    int output() const noexcept { return output_.number(); }
    /// Waits for its end, and kills it when that takes longer.
    Ending wait(std::chrono::milliseconds patience) noexcept;
    void kill() noexcept;

private:
    Process(pid_t id, Descriptor output) noexcept : id_{id}, output_{std::move(output)} {}

    pid_t id_;
    Descriptor output_;
};

}  // namespace bridge::convert::work::detail
