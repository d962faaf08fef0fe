#include "bridge/mediastore/send_folders.hpp"

#include <filesystem>

namespace bridge::mediastore {

namespace files = common::files;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_path = 4096;

/// The part of `path` below `folder`; "" when it is not inside. Both are canonical.
std::string below(const std::string& folder, const std::string& path) {
    const std::string prefix = folder == "/" ? folder : folder + '/';
    return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string{};
}

}  // namespace

Result<SendFolders> SendFolders::create(const std::vector<std::string>& folders) {
    SendFolders made;
    for (const std::string& folder : folders) {
        std::error_code code;
        const auto canonical = fs::canonical(folder, code);
        if (code) return files::system_error(code.value(), folder).within("folder to send from");
        if (!fs::is_directory(canonical, code))
            return Error{files::Errc::not_a_file, folder}.within("folder to send from");
        made.folders_.push_back(canonical.string());
    }
    return made;
}

Result<SendFolders::Opened> SendFolders::open(const std::string& path, std::uint64_t max_size) const {
    if (path.empty() || path.size() > longest_path || path.find('\0') != std::string::npos)
        return Errc::outside_folders;
    if (path.front() == '/') return open_absolute(path, max_size);
    Error last{Errc::outside_folders};
    for (const std::string& folder : folders_) {
        auto opened = open_absolute(folder + '/' + path, max_size);
        if (opened || !(opened.error() == files::Errc::not_found)) return opened;
        last = opened.error();
    }
    return last;
}

Result<SendFolders::Opened> SendFolders::open_absolute(const std::string& path, std::uint64_t max_size) const {
    std::error_code code;
    // What does not exist is resolved as far as it does, so that nobody learns what exists outside.
    const std::string canonical = fs::weakly_canonical(path, code).string();
    if (code) return Error{Errc::outside_folders, code.message()};
    for (const std::string& folder : folders_) {
        const std::string inside = below(folder, canonical);
        if (inside.empty()) continue;
        // No part of a canonical path is a link, and none may have become one meanwhile.
        auto file = files::open_beneath(folder, inside);
        if (!file) return file.error();
        const auto size = file->size();
        if (!size) return size.error();
        if (*size > max_size) return Errc::too_large;
        Opened opened;
        opened.file = std::move(*file);
        opened.path = canonical;
        opened.name = fs::path{path}.filename().string();
        opened.size = *size;
        return opened;
    }
    return Errc::outside_folders;
}

}  // namespace bridge::mediastore
