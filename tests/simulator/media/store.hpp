/// The encrypted files of the simulator's media hosts: on disk while the process lives, never whole in memory. Knows
/// no HTTP and no keys; what a file contains is its uploader's business.
#pragma once

#include "common/crypto/stream.hpp"
#include "common/files/files.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace simulator::media {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;

enum class Errc { wrong_hash = 1, no_file };
common::ErrcInfo describe(Errc code) noexcept;

/// A file on its way in. Blocks: for a worker.
class Incoming {
public:
    static Result<Incoming> create(const std::string& folder);

    Status append(ByteView piece);
    std::uint64_t size() const noexcept { return size_; }

private:
    friend class Store;
    std::shared_ptr<common::files::TempFile> file_;
    common::crypto::Sha256Stream hash_;
    std::uint64_t size_{0};
};

struct Blob {
    std::string path;  ///< "/v/t62.7118-24/NAME.enc" or "/pps/NAME.jpg", without query
    std::string type;  ///< "image", "video" ...
    Bytes sha256;      ///< of the whole
    std::uint64_t size{0};
    unsigned gone{0};  ///< HTTP status it is refused with; 0 is there
    std::uint64_t downloads{0};
    std::shared_ptr<common::files::TempFile> file;

    std::shared_ptr<const common::files::File> content() const { return {file, &file->file()}; }
};

class Store {
public:
    explicit Store(std::string folder) : folder_{std::move(folder)} {}

    const std::string& folder() const noexcept { return folder_; }
    /// Takes a complete file; `expected` is its hash (empty: anything). Blobs stay in their place.
    Result<Blob*> keep(Incoming incoming, std::string_view type, ByteView expected);
    /// A small file that is not encrypted (profile pictures), under `/pps/`.
    Result<Blob*> keep_plain(ByteView content);
    /// By path, with or without query; null when there never was one.
    Blob* find(std::string_view path);
    /// The newest file of that type and hash that is not gone.
    Blob* find(std::string_view type, ByteView sha256);
    /// The same file under a new path; the old one stays what it is.
    Blob& renew(const Blob& blob);
    std::map<std::string, Blob, std::less<>>& blobs() noexcept { return blobs_; }

private:
    std::string folder_;
    std::map<std::string, Blob, std::less<>> blobs_;  ///< by path
};

/// What a message names: path and the usual query. `expires` is in unix seconds.
std::string direct_path(const Blob& blob, std::uint64_t expires);
/// The hash that an upload's token or a download's `hash` stands for: base64url, with or without padding.
Result<Bytes> hash_of_token(std::string_view token);

}  // namespace simulator::media
