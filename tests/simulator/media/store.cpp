#include "tests/simulator/media/store.hpp"

#include <algorithm>

namespace simulator::media {

namespace crypto = common::crypto;
namespace files = common::files;

namespace {

std::string fresh_name() {
    return std::to_string(10'000'000 + crypto::random_below(90'000'000)) + "_" +
           std::to_string(1'000'000'000'000'000ULL + crypto::random_below(9'000'000'000'000'000ULL)) + "_" +
           std::to_string(crypto::random_below(1'000'000'000'000ULL)) + "_n.enc";
}

/// The folders that WhatsApp's hosts use for the usual types.
std::string_view folder_of(std::string_view type) {
    if (type == "image") return "/v/t62.7118-24/";
    if (type == "video") return "/v/t62.7161-24/";
    if (type == "audio") return "/v/t62.7117-24/";
    if (type == "document") return "/v/t62.7119-24/";
    return "/v/t62.7000-24/";
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::wrong_hash: return {Kind::invalid, "the file is not the one its token names"};
        case Errc::no_file: return {Kind::not_found, "no such media file"};
    }
    return {Kind::internal, "unknown media error"};
}

Result<Incoming> Incoming::create(const std::string& folder) {
    if (auto made = files::make_folder(folder); !made) return made.error();
    auto file = files::TempFile::create(folder, ".media");
    if (!file) return file.error();
    Incoming incoming;
    incoming.file_ = std::make_shared<files::TempFile>(std::move(*file));
    return incoming;
}

Status Incoming::append(ByteView piece) {
    if (auto written = file_->file().write_at(size_, piece); !written) return written;
    hash_.update(piece);
    size_ += piece.size();
    return {};
}

Result<Blob*> Store::keep(Incoming incoming, std::string_view type, ByteView expected) {
    const crypto::Sha256 hash = incoming.hash_.finish();
    if (!expected.empty() && !std::ranges::equal(expected, hash)) return Errc::wrong_hash;
    Blob blob;
    blob.path = std::string{folder_of(type)} + fresh_name();
    blob.type = type;
    blob.sha256 = common::to_bytes(ByteView{hash});
    blob.size = incoming.size_;
    blob.file = std::move(incoming.file_);
    const std::string path = blob.path;
    return &blobs_.insert_or_assign(path, std::move(blob)).first->second;
}

Result<Blob*> Store::keep_plain(ByteView content) {
    auto incoming = Incoming::create(folder_);
    if (!incoming) return incoming.error();
    if (auto written = incoming->append(content); !written) return written.error();
    auto kept = keep(std::move(*incoming), "picture", {});
    if (!kept) return kept;
    auto entry = blobs_.extract((*kept)->path);
    entry.key() = "/pps/" + common::to_hex(crypto::random_bytes(12)) + ".jpg";
    entry.mapped().path = entry.key();
    return &blobs_.insert(std::move(entry)).position->second;
}

Blob* Store::find(std::string_view path) {
    const auto found = blobs_.find(path.substr(0, path.find('?')));
    return found == blobs_.end() ? nullptr : &found->second;
}

Blob* Store::find(std::string_view type, ByteView sha256) {
    for (auto& [path, blob] : blobs_) {
        if (blob.gone == 0 && blob.type == type && std::ranges::equal(blob.sha256, sha256)) return &blob;
    }
    return nullptr;
}

Blob& Store::renew(const Blob& blob) {
    Blob copy = blob;
    copy.path = std::string{folder_of(blob.type)} + fresh_name();
    copy.gone = 0;
    copy.downloads = 0;
    const std::string path = copy.path;
    return blobs_.insert_or_assign(path, std::move(copy)).first->second;
}

std::string direct_path(const Blob& blob, std::uint64_t expires) {
    std::string hex;
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789ABCDEF"[(expires >> shift) & 0x0FU];
    return blob.path + "?ccb=11-4&oh=01_" + common::to_base64url(ByteView{blob.sha256}.first(12)) + "&oe=" + hex +
           "&_nc_sid=5e03e0";
}

Result<Bytes> hash_of_token(std::string_view token) {
    std::string standard{token.substr(0, token.find('='))};
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
    while (standard.size() % 4 != 0) standard += '=';
    auto hash = common::from_base64(standard);
    if (!hash || hash->size() != crypto::Sha256{}.size()) return Errc::wrong_hash;
    return hash;
}

}  // namespace simulator::media
