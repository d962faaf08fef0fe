#include "bridge/convert/work/detail/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace bridge::convert::work::detail {
namespace {

/// The two C structures of posix_spawn.
struct Plan {
    Plan() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;
    ~Plan() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

/// Standard streams and nothing else is handed on; no signal is blocked or ignored; a session of its own.
int prepare(Plan& plan, int in, int out) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    for (const int failure : {
             ::posix_spawn_file_actions_adddup2(&plan.actions, in, STDIN_FILENO),
             ::posix_spawn_file_actions_adddup2(&plan.actions, out, STDOUT_FILENO),
             ::posix_spawn_file_actions_addopen(&plan.actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0),
             ::posix_spawn_file_actions_addclosefrom_np(&plan.actions, STDERR_FILENO + 1),
             ::posix_spawnattr_setsigmask(&plan.attributes, &none),
             ::posix_spawnattr_setsigdefault(&plan.attributes, &all),
             ::posix_spawnattr_setflags(
                 &plan.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID
             ),
         }) {
        if (failure != 0) return failure;
    }
    return 0;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    close();
    number_ = std::exchange(other.number_, -1);
    return *this;
}

void Descriptor::close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Result<Process> Process::start(const std::string& program, std::vector<std::string> arguments, int in) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return common::Error{Errc::failed, "pipe"};
    Descriptor reading{ends[0]};
    const Descriptor writing{ends[1]};
    Plan plan;
    if (prepare(plan, in, writing.number()) != 0) return common::Error{Errc::failed, "spawn attributes"};

    arguments.insert(arguments.begin(), program);
    std::vector<char*> values;
    for (std::string& argument : arguments) values.push_back(argument.data());
    values.push_back(nullptr);
    char* const environment[]{nullptr};
    pid_t id = -1;
    const int failure =
        ::posix_spawn(&id, program.c_str(), &plan.actions, &plan.attributes, values.data(), environment);
    if (failure == ENOENT || failure == EACCES || failure == ENOEXEC) return common::Error{Errc::missing, program};
    if (failure != 0) return common::Error{Errc::failed, "spawn: error " + std::to_string(failure)};
    return Process{id, std::move(reading)};
}

Process& Process::operator=(Process&& other) noexcept {
    kill();
    id_ = std::exchange(other.id_, -1);
    output_ = std::move(other.output_);
    return *this;
}

Ending Process::wait(std::chrono::milliseconds patience) noexcept {
    if (id_ < 0) return {};
    // The process is ours and not waited for yet, so its number cannot have gone to another.
    const Descriptor watched{static_cast<int>(::syscall(SYS_pidfd_open, id_, 0))};
    pollfd ended{watched.number(), POLLIN, 0};
    const bool in_time = watched.number() >= 0 && ::poll(&ended, 1, static_cast<int>(patience.count())) == 1;
    if (!in_time) ::kill(id_, SIGKILL);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    if (!in_time) return {};
    return WIFSIGNALED(status) ? Ending{-1, WTERMSIG(status)} : Ending{WEXITSTATUS(status), 0};
}

void Process::kill() noexcept {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
}

}  // namespace bridge::convert::work::detail
