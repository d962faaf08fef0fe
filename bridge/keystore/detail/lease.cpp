#include "bridge/keystore/detail/lease.hpp"

#include "bridge/keystore/keystore.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bridge::keystore::detail {

namespace {

constexpr mode_t owner_only = 0600;

/// Without O_CLOEXEC a child process would keep the lease alive; O_NOFOLLOW keeps a link from naming another file.
int open_private(const std::string& path) {
    return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only);
}

std::string reason(const std::string& path) { return path + ": " + std::strerror(errno); }

std::string holder(int file) {
    char text[32] = {};
    const ssize_t size = ::pread(file, text, sizeof text - 1, 0);
    return size > 0 ? std::string{"held by process "} + text : std::string{"held by an unknown process"};
}

}  // namespace

common::Result<Lease> Lease::take(const std::string& path) {
    const int file = open_private(path);
    if (file < 0) return common::Error{Errc::cannot_create, reason(path)};
    Lease lease{file};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return common::Error{Errc::in_use, holder(file)};
        return common::Error{Errc::cannot_create, reason(path)};
    }
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) {
        return common::Error{Errc::cannot_create, reason(path)};
    }
    return lease;
}

Lease::~Lease() {
    if (file_ >= 0) ::close(file_);
}

common::Status make_private(const std::string& path) {
    const int file = open_private(path);
    if (file < 0) return common::Error{Errc::cannot_create, reason(path)};
    struct stat facts {};
    common::Status done;
    if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid()) {
        done = common::Error{Errc::not_private, path + " is not a file of this user"};
    } else if ((facts.st_mode & 0777) != owner_only && ::fchmod(file, owner_only) != 0) {
        done = common::Error{Errc::not_private, reason(path)};
    }
    ::close(file);
    return done;
}

}  // namespace bridge::keystore::detail
