/// Which files may leave this machine: those inside the configured folders, wherever links lead.
#pragma once

#include "bridge/mediastore/mediastore.hpp"

#include <string>
#include <vector>

namespace bridge::mediastore {

class SendFolders {
public:
    /// The folders must exist (`not_found` otherwise); links in their own paths are resolved once, now.
    static Result<SendFolders> create(const std::vector<std::string>& folders);

    struct Opened {
        common::files::File file;  ///< what is read must be this, not the path: that may change
        std::string path;          ///< without links
        std::string name;          ///< last part of the path that was asked for
        std::uint64_t size{0};
    };
    /// Opens a file by its path; a relative one is looked for in each folder in turn. `outside_folders` for everything
    /// that is not inside, whether it exists or not; `not_found`, `not_a_file`, `too_large`. Blocks: on a worker.
    Result<Opened> open(const std::string& path, std::uint64_t max_size) const;

    const std::vector<std::string>& folders() const noexcept { return folders_; }

private:
    Result<Opened> open_absolute(const std::string& path, std::uint64_t max_size) const;

    std::vector<std::string> folders_;  ///< canonical
};

}  // namespace bridge::mediastore
