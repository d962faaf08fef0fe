/// The media folder: files under names made from their content, within a quota and for a time. What a file is called
/// elsewhere, and which message has it, is for the message store to know. All of it blocks: to be called on a worker.
/// Beside it: which files may be sent (send_folders.hpp) and what may be fetched from the web (url_fetcher.hpp).
#pragma once

#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/files/files.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::mediastore {

using common::Error;
using common::Result;
using common::Status;

enum class Errc { bad_name = 1, over_quota, outside_folders, host_not_allowed, too_large, fetch_failed };
common::ErrcInfo describe(Errc code) noexcept;

struct Limits {
    std::uint64_t quota{10ULL << 30};       ///< bytes of all files; 0: no quota
    std::chrono::hours retention{24 * 90};  ///< after the last use; 0: for ever
};

struct StoredFile {
    std::string name;  ///< "ab/abcd...ef.jpg": relative to the media folder; to be kept by whoever wants it again
    std::uint64_t size{0};
    common::UnixTime last_used{};
};

/// What a clean-up removed.
struct Cleaned {
    std::uint64_t files{0};
    std::uint64_t bytes{0};
    std::vector<std::string> names;
};

/// Safe from several threads of one process; no other process may use the folder.
class MediaStore {
public:
    /// Makes the folder where it is missing, and removes temporary files of a process that ended early.
    static Result<std::unique_ptr<MediaStore>> open(std::string folder, Limits limits);

    /// Where downloads go before they are kept: same file system, cleaned at the start.
    const std::string& temp_folder() const noexcept { return temp_folder_; }

    /// Takes a complete file in under the name of its content; one that is there already stays, and counts as used. Old
    /// files make room when the quota asks for it; `over_quota` when that is not enough. The extension comes from the
    /// MIME type, out of a list of ours.
    Result<StoredFile> keep(
        common::files::TempFile file,
        const common::crypto::Sha256& sha256,
        std::string_view mime_type,
        common::UnixTime now
    );
    /// For reading, and counts as used. `bad_name` for anything that `keep` would not have given; `not_found`.
    Result<common::files::File> open_file(const std::string& name, common::UnixTime now);
    /// Is fine when there is none.
    Status remove(const std::string& name);

    /// All files, the one not used for longest first.
    Result<std::vector<StoredFile>> list() const;
    /// Removes what is past its time, then the oldest until the rest fits the quota. Files for which `needed` is true
    /// stay.
    Result<Cleaned> clean(common::UnixTime now, const std::function<bool(const std::string&)>& needed = {});
    std::uint64_t used() const;

    static std::string name_of(const common::crypto::Sha256& sha256, std::string_view mime_type);
    static bool is_name(std::string_view name) noexcept;

private:
    MediaStore(std::string folder, Limits limits);
    Status make_room(std::uint64_t size);
    Result<Cleaned> remove_oldest(std::vector<StoredFile> files, const std::function<bool(const StoredFile&)>& goes);
    std::string path_of(const std::string& name) const { return folder_ + '/' + name; }

    std::string folder_;
    std::string temp_folder_;
    Limits limits_;
    mutable std::mutex mutex_;
    std::uint64_t used_{0};
};

}  // namespace bridge::mediastore
