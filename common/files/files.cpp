#include "common/files/files.hpp"

#include "common/crypto/crypto.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace common::files {
namespace {

constexpr int max_name_attempts = 8;

/// Repeats a system call that a signal interrupted.
template <class Call>
auto retried(Call call) {
    for (;;) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

/// Takes over what `open` gave: a regular file, or an error.
Result<File> regular(int descriptor, const std::string& path) {
    if (descriptor < 0) return system_error(errno, path);
    File file{descriptor};
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) return system_error(errno, path);
    if (!S_ISREG(facts.st_mode)) return Error{Errc::not_a_file, path};
    return file;
}

Result<File> open_with(const std::string& path, int flags) {
    // Without O_NONBLOCK a pipe would hold us until somebody writes to it.
    return regular(retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600); }), path);
}

bool is_plain_name(std::string_view name) noexcept {
    return !name.empty() && name != "." && name != ".." && name.find('\0') == std::string_view::npos;
}

/// A rename is on the disk once its folder is.
Status sync_folder_of(const std::string& path) {
    auto folder = std::filesystem::path{path}.parent_path().string();
    if (folder.empty()) folder = ".";
    const int descriptor = retried([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (descriptor < 0) return system_error(errno, folder);
    const File owner{descriptor};
    if (::fsync(descriptor) != 0) return system_error(errno, folder);
    return {};
}

}  // namespace

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::not_found: return {Kind::not_found, "no such file"};
        case Errc::not_allowed: return {Kind::unauthorized, "file may not be opened"};
        case Errc::exists: return {Kind::conflict, "file exists"};
        case Errc::no_space: return {Kind::unavailable, "no space left for files"};
        case Errc::not_a_file: return {Kind::invalid, "not a regular file"};
        case Errc::failed: return {Kind::internal, "file cannot be read or written"};
    }
    return {Kind::internal, "unknown file error"};
}

Error system_error(int number, std::string what) {
    const std::string detail = std::move(what) + ": " + std::system_category().message(number);
    switch (number) {
        case ENOENT:
        case ENOTDIR: return Error{Errc::not_found, detail};
        case EACCES:
        case EPERM:
        case EROFS:
        case ELOOP: return Error{Errc::not_allowed, detail};
        case EEXIST: return Error{Errc::exists, detail};
        case ENOSPC:
        case EDQUOT:
        case EFBIG: return Error{Errc::no_space, detail};
        case EISDIR:
        case ENXIO: return Error{Errc::not_a_file, detail};
        default: return Error{Errc::failed, detail};
    }
}

File::File(File&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

File& File::operator=(File&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

void File::close() noexcept {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Result<File> File::open(const std::string& path) { return open_with(path, O_RDONLY); }
Result<File> File::create(const std::string& path) { return open_with(path, O_RDWR | O_CREAT | O_EXCL); }

Result<File> open_beneath(const std::string& folder, const std::string& relative) {
    constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    File at{retried([&] { return ::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY); })};
    if (!at.is_open()) return system_error(errno, folder);
    std::string_view rest = relative;
    for (;;) {
        const auto slash = rest.find('/');
        const std::string name{rest.substr(0, slash)};
        if (!is_plain_name(name)) return Error{Errc::not_allowed, relative};
        const int parent = at.descriptor();
        if (slash == std::string_view::npos) {
            return regular(retried([&] { return ::openat(parent, name.c_str(), flags); }), relative);
        }
        File next{retried([&] { return ::openat(parent, name.c_str(), flags | O_DIRECTORY); })};
        // A link in the middle is ENOTDIR here: no folder, as far as we are concerned.
        if (!next.is_open()) return system_error(errno, relative);
        at = std::move(next);
        rest.remove_prefix(slash + 1);
    }
}

Result<std::uint64_t> File::size() const {
    struct stat facts {};
    if (::fstat(descriptor_, &facts) != 0) return system_error(errno, "size");
    return static_cast<std::uint64_t>(facts.st_size);
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        const auto at = static_cast<off_t>(offset + done);
        const auto got = retried([&] { return ::pread(descriptor_, into.data() + done, into.size() - done, at); });
        if (got < 0) return system_error(errno, "read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Status File::write_at(std::uint64_t offset, ByteView data) {
    while (!data.empty()) {
        const auto at = static_cast<off_t>(offset);
        const auto put = retried([&] { return ::pwrite(descriptor_, data.data(), data.size(), at); });
        if (put < 0) return system_error(errno, "write");
        offset += static_cast<std::uint64_t>(put);
        data = data.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

Status File::truncate(std::uint64_t size) {
    if (retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0) {
        return system_error(errno, "truncate");
    }
    return {};
}

Status File::sync() {
    if (retried([&] { return ::fsync(descriptor_); }) != 0) return system_error(errno, "sync");
    return {};
}

TempFile::TempFile(TempFile&& other) noexcept
    : file_{std::move(other.file_)}, path_{std::exchange(other.path_, std::string{})} {}

TempFile& TempFile::operator=(TempFile&& other) noexcept {
    if (this != &other) {
        remove();
        file_ = std::move(other.file_);
        path_ = std::exchange(other.path_, std::string{});
    }
    return *this;
}

Result<TempFile> TempFile::create(const std::string& folder, std::string_view suffix) {
    for (int attempt = 0;; ++attempt) {
        std::string path = folder + '/' + to_hex(crypto::random_bytes(16));
        path.append(suffix);
        auto file = File::create(path);
        if (file) return TempFile{std::move(*file), std::move(path)};
        if (!(file.error() == Errc::exists) || attempt == max_name_attempts) return file.error();
    }
}

Status TempFile::keep_as(const std::string& target) {
    if (const auto synced = file_.sync(); !synced) return synced;
    if (std::rename(path_.c_str(), target.c_str()) != 0) return system_error(errno, target);
    path_.clear();
    return sync_folder_of(target);
}

void TempFile::remove() noexcept {
    file_.close();
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
}

Status make_folder(const std::string& path) {
    // One by one: only what we make ourselves gets our mode.
    std::filesystem::path made;
    for (const auto& part : std::filesystem::path{path}) {
        made /= part;
        if (::mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
        const int number = errno;
        std::error_code ignored;
        if (!std::filesystem::is_directory(made, ignored)) return system_error(number, made.string());
    }
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return Error{Errc::not_a_file, path};
    return {};
}

}  // namespace common::files
