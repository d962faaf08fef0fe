#include "bridge/mediastore/mediastore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace bridge::mediastore {

namespace files = common::files;
namespace fs = std::filesystem;
using common::Kind;
using common::UnixTime;

namespace {

constexpr std::size_t hash_digits = 64;
constexpr std::size_t longest_extension = 4;

struct Extension {
    std::string_view mime_type;
    std::string_view extension;
};

constexpr std::array<Extension, 28> extensions{{
    {"image/jpeg", "jpg"},
    {"image/png", "png"},
    {"image/webp", "webp"},
    {"image/gif", "gif"},
    {"image/heic", "heic"},
    {"video/mp4", "mp4"},
    {"video/3gpp", "3gp"},
    {"video/quicktime", "mov"},
    {"video/webm", "webm"},
    {"audio/ogg", "ogg"},
    {"audio/opus", "opus"},
    {"audio/mpeg", "mp3"},
    {"audio/mp4", "m4a"},
    {"audio/aac", "aac"},
    {"audio/amr", "amr"},
    {"audio/wav", "wav"},
    {"application/pdf", "pdf"},
    {"application/zip", "zip"},
    {"application/json", "json"},
    {"application/msword", "doc"},
    {"application/vnd.ms-excel", "xls"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
    {"text/plain", "txt"},
    {"text/csv", "csv"},
    {"text/vcard", "vcf"},
    {"application/was", "was"},
}};

std::string_view extension_of(std::string_view mime_type) noexcept {
    const auto type = mime_type.substr(0, mime_type.find_first_of("; "));
    const auto found = std::find_if(extensions.begin(), extensions.end(), [&](const Extension& entry) {
        return entry.mime_type == type;
    });
    return found == extensions.end() ? std::string_view{"bin"} : found->extension;
}

bool is_hex(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_extension_character(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

UnixTime modified(const struct stat& facts) { return UnixTime{std::chrono::seconds{facts.st_mtim.tv_sec}}; }

/// The time of the last use is the file's time of modification: nothing else to keep in step.
void mark_used(int folder, const std::string& path, UnixTime now) noexcept {
    const timespec time{static_cast<time_t>(now.time_since_epoch().count()), 0};
    const std::array<timespec, 2> times{time, time};
    ::utimensat(folder, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::bad_name: return {Kind::not_found, "no such media file"};
        case Errc::over_quota: return {Kind::unavailable, "the media folder is full"};
        case Errc::outside_folders: return {Kind::unauthorized, "file is outside the folders that --send-dir names"};
        case Errc::host_not_allowed: return {Kind::unauthorized, "nothing may be fetched from this address"};
        case Errc::too_large: return {Kind::invalid, "file is too large"};
        case Errc::fetch_failed: return {Kind::unavailable, "file cannot be fetched from its address"};
    }
    return {Kind::internal, "unknown media store error"};
}

std::string MediaStore::name_of(const common::crypto::Sha256& sha256, std::string_view mime_type) {
    const std::string hash = common::to_hex(sha256);
    std::string name = hash.substr(0, 2) + '/' + hash + '.';
    return name.append(extension_of(mime_type));
}

bool MediaStore::is_name(std::string_view name) noexcept {
    if (name.size() < 3 + hash_digits + 2 || name.size() > 3 + hash_digits + 1 + longest_extension) return false;
    if (name[2] != '/' || name[3 + hash_digits] != '.') return false;
    const auto hash = name.substr(3, hash_digits);
    const auto extension = name.substr(3 + hash_digits + 1);
    return name.substr(0, 2) == hash.substr(0, 2) && std::all_of(hash.begin(), hash.end(), is_hex) &&
           std::all_of(extension.begin(), extension.end(), is_extension_character);
}

MediaStore::MediaStore(std::string folder, Limits limits)
    : folder_{std::move(folder)}, temp_folder_{folder_ + "/incoming"}, limits_{limits} {}

Result<std::unique_ptr<MediaStore>> MediaStore::open(std::string folder, Limits limits) {
    std::unique_ptr<MediaStore> store{new MediaStore{std::move(folder), limits}};
    if (const auto made = files::make_folder(store->temp_folder_); !made) return made.error().within("media folder");
    std::error_code code;
    for (const auto& entry : fs::directory_iterator{store->temp_folder_, code}) {
        std::error_code ignored;
        fs::remove(entry.path(), ignored);
    }
    const auto all = store->list();
    if (!all) return all.error().within("media folder");
    for (const StoredFile& file : *all) store->used_ += file.size;
    return store;
}

Result<StoredFile> MediaStore::keep(
    files::TempFile file, const common::crypto::Sha256& sha256, std::string_view mime_type, UnixTime now
) {
    const std::lock_guard lock{mutex_};
    StoredFile stored;
    stored.name = name_of(sha256, mime_type);
    stored.last_used = now;
    const auto size = file.file().size();
    if (!size) return size.error();
    stored.size = *size;
    const std::string path = path_of(stored.name);
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) {
        stored.size = static_cast<std::uint64_t>(facts.st_size);
        mark_used(AT_FDCWD, path, now);
        return stored;
    }
    if (const auto room = make_room(stored.size); !room) return room.error();
    if (const auto made = files::make_folder(fs::path{path}.parent_path()); !made) return made.error();
    if (const auto kept = file.keep_as(path); !kept) return kept.error();
    mark_used(AT_FDCWD, path, now);
    used_ += stored.size;
    return stored;
}

Result<files::File> MediaStore::open_file(const std::string& name, UnixTime now) {
    if (!is_name(name)) return Errc::bad_name;
    const std::lock_guard lock{mutex_};
    auto file = files::open_beneath(folder_, name);
    if (file) mark_used(AT_FDCWD, path_of(name), now);
    return file;
}

Status MediaStore::remove(const std::string& name) {
    if (!is_name(name)) return Errc::bad_name;
    const std::lock_guard lock{mutex_};
    struct stat facts {};
    if (::lstat(path_of(name).c_str(), &facts) != 0) return {};
    if (::unlink(path_of(name).c_str()) != 0 && errno != ENOENT) return files::system_error(errno, name);
    used_ -= std::min(used_, static_cast<std::uint64_t>(facts.st_size));
    return {};
}

Result<std::vector<StoredFile>> MediaStore::list() const {
    std::vector<StoredFile> found;
    std::error_code code;
    for (const auto& folder : fs::directory_iterator{folder_, code}) {
        std::error_code inner;
        if (folder.is_symlink(inner) || !folder.is_directory(inner)) continue;
        for (const auto& entry : fs::directory_iterator{folder.path(), inner}) {
            StoredFile file;
            file.name = folder.path().filename().string() + '/' + entry.path().filename().string();
            struct stat facts {};
            if (!is_name(file.name) || ::lstat(entry.path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
            file.size = static_cast<std::uint64_t>(facts.st_size);
            file.last_used = modified(facts);
            found.push_back(std::move(file));
        }
    }
    if (code) return files::system_error(code.value(), folder_);
    std::sort(found.begin(), found.end(), [](const StoredFile& a, const StoredFile& b) {
        return a.last_used != b.last_used ? a.last_used < b.last_used : a.name < b.name;
    });
    return found;
}

Result<Cleaned> MediaStore::remove_oldest(
    std::vector<StoredFile> all, const std::function<bool(const StoredFile&)>& goes
) {
    Cleaned cleaned;
    for (StoredFile& file : all) {
        if (!goes(file)) continue;
        if (::unlink(path_of(file.name).c_str()) != 0 && errno != ENOENT) return files::system_error(errno, file.name);
        used_ -= std::min(used_, file.size);
        ++cleaned.files;
        cleaned.bytes += file.size;
        cleaned.names.push_back(std::move(file.name));
    }
    return cleaned;
}

Status MediaStore::make_room(std::uint64_t size) {
    if (limits_.quota == 0 || used_ + size <= limits_.quota) return {};
    if (size > limits_.quota) return Errc::over_quota;
    auto all = list();
    if (!all) return all.error();
    const auto goes = [&](const StoredFile&) { return used_ + size > limits_.quota; };
    const auto cleaned = remove_oldest(std::move(*all), goes);
    if (!cleaned) return cleaned.error();
    if (used_ + size > limits_.quota) return Errc::over_quota;
    return {};
}

Result<Cleaned> MediaStore::clean(UnixTime now, const std::function<bool(const std::string&)>& needed) {
    const std::lock_guard lock{mutex_};
    auto all = list();
    if (!all) return all.error();
    used_ = 0;  // counted anew: somebody may have tidied up by hand
    for (const StoredFile& file : *all) used_ += file.size;
    const auto goes = [&](const StoredFile& file) {
        const bool is_old = limits_.retention.count() != 0 && now - file.last_used > limits_.retention;
        const bool is_too_much = limits_.quota != 0 && used_ > limits_.quota;
        return (is_old || is_too_much) && !(needed && needed(file.name));
    };
    return remove_oldest(std::move(*all), goes);
}

std::uint64_t MediaStore::used() const {
    const std::lock_guard lock{mutex_};
    return used_;
}

}  // namespace bridge::mediastore
