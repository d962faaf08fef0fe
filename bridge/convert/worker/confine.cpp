#include "bridge/convert/worker/confine.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>

namespace bridge::convert::worker {
namespace {

bool limit(__rlimit_resource what, rlim_t most) noexcept {
    const rlimit value{most, most};
    return ::setrlimit(what, &value) == 0;
}

bool set_limits(const wire::Request& request) noexcept {
    // The soft limit on CPU time ends the process with a signal that says why.
    const rlimit cpu{request.cpu_s, request.cpu_s + 1};
    return ::setrlimit(RLIMIT_CPU, &cpu) == 0 && limit(RLIMIT_AS, rlim_t{request.memory_mib} << 20) &&
           limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 3) &&
           limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0);
}

struct Release {
    void operator()(void* filter) const noexcept { seccomp_release(filter); }
};

/// Whatever is not named here fails with EPERM: files, sockets, processes, signals to others, executable memory.
bool filter_calls() noexcept {
    const std::unique_ptr<void, Release> filter{seccomp_init(SCMP_ACT_ERRNO(EPERM))};
    if (!filter) return false;
    bool ok = true;
    const auto allow = [&](int call) { ok = ok && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) == 0; };
    const auto allow_if = [&](int call, scmp_arg_cmp condition) {
        ok = ok && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1, condition) == 0;
    };
    const auto not_executable = SCMP_CMP(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    allow_if(SCMP_SYS(read), SCMP_CMP(0, SCMP_CMP_EQ, STDIN_FILENO));
    allow_if(SCMP_SYS(lseek), SCMP_CMP(0, SCMP_CMP_EQ, STDIN_FILENO));
    allow_if(SCMP_SYS(write), SCMP_CMP(0, SCMP_CMP_EQ, STDOUT_FILENO));
    allow_if(SCMP_SYS(mmap), not_executable);
    allow_if(SCMP_SYS(mprotect), not_executable);
    for (const int call :
         {SCMP_SYS(munmap),
          SCMP_SYS(mremap),
          SCMP_SYS(madvise),
          SCMP_SYS(brk),
          SCMP_SYS(futex),
          SCMP_SYS(clock_gettime),
          SCMP_SYS(gettimeofday),
          SCMP_SYS(getrandom),
          SCMP_SYS(getpid),
          SCMP_SYS(gettid),
          SCMP_SYS(sched_getaffinity),
          SCMP_SYS(sched_yield),
          SCMP_SYS(rt_sigprocmask),
          SCMP_SYS(rt_sigreturn),
          SCMP_SYS(restart_syscall),
          SCMP_SYS(exit),
          SCMP_SYS(exit_group)}) {
        allow(call);
    }
    return ok && seccomp_load(filter.get()) == 0;
}

}  // namespace

bool confine(const wire::Request& request) noexcept {
    // The bridge comes first; and when it is gone, nobody waits for an answer.
    (void)::setpriority(PRIO_PROCESS, 0, 5);
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0 &&
           ::close_range(STDERR_FILENO + 1, ~0U, 0) == 0 && set_limits(request) &&
           ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_calls();
}

}  // namespace bridge::convert::worker
