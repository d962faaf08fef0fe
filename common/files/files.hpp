/// Files as values with owners: reading and writing at a place, temporary files, replacing a file as a whole. All of it
/// blocks: to be called on a worker (`run_on`), never on the io thread.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace common::files {

enum class Errc { not_found = 1, not_allowed, exists, no_space, not_a_file, failed };
ErrcInfo describe(Errc code) noexcept;
/// What the system's `errno` means; `what` goes into the detail.
Error system_error(int number, std::string what);

/// An open regular file.
class File {
public:
    File() = default;
    /// Takes the descriptor over.
    explicit File(int descriptor) noexcept : descriptor_{descriptor} {}
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File() { close(); }

    /// For reading. `not_a_file` for folders, pipes and devices.
    static Result<File> open(const std::string& path);
    /// A new file for reading and writing that only we may read (0600); `exists` when there is one.
    static Result<File> create(const std::string& path);

    bool is_open() const noexcept { return descriptor_ >= 0; }
    int descriptor() const noexcept { return descriptor_; }
    Result<std::uint64_t> size() const;
    /// Fills `into` from `offset` on; fewer bytes only at the end of the file.
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const;
    /// Writes all of `data`.
    Status write_at(std::uint64_t offset, ByteView data);
    Status truncate(std::uint64_t size);
    /// Waits until the content is on the disk.
    Status sync();
    void close() noexcept;

private:
    int descriptor_{-1};
};

/// A file that is removed with this object, unless it was kept: for what must not stay when we stop half-way.
class TempFile {
public:
    TempFile() = default;
    TempFile(File file, std::string path) noexcept : file_{std::move(file)}, path_{std::move(path)} {}
    TempFile(TempFile&& other) noexcept;
    TempFile& operator=(TempFile&& other) noexcept;
    ~TempFile() { remove(); }

    /// A file with an unguessable name that ends in `suffix`, in a folder that must exist.
    static Result<TempFile> create(const std::string& folder, std::string_view suffix = ".part");

    File& file() noexcept { return file_; }
    const File& file() const noexcept { return file_; }
    const std::string& path() const noexcept { return path_; }
    /// Makes it, complete and on the disk, the file `target` of the same file system: readers see the old file or all
    /// of the new one.
    Status keep_as(const std::string& target);
    void remove() noexcept;

private:
    File file_;
    std::string path_;
};

/// Opens for reading what `relative` names inside `folder`, without following links and without leaving it, whatever
/// happens to the folders meanwhile: "a/b.jpg". `not_allowed` for absolute paths, "..", "." and links.
Result<File> open_beneath(const std::string& folder, const std::string& relative);

/// Creates a folder (0700) and those above it that are missing.
Status make_folder(const std::string& path);

}  // namespace common::files
