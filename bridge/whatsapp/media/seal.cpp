#include "bridge/whatsapp/media/transfers.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::whatsapp::media {
namespace {

constexpr std::size_t chunk_size = 1U << 20;

/// A file on its way through a cipher: what one visit to the worker needs.
struct Sealing {
    Sealing(const Keys& keys, bool sidecar, RunTasks run) : encryptor{keys, sidecar, std::move(run)} {}
    Encryptor encryptor;
    std::shared_ptr<const files::File> from;
    std::shared_ptr<files::TempFile> into;
    Bytes buffer;
    std::uint64_t read{0};
    std::uint64_t written{0};
    Sealed sealed;

    /// The next chunk; true at the end, when `sealed` is filled in.
    Result<bool> step() {
        const auto got = from->read_at(read, buffer);
        if (!got) return got.error();
        read += *got;
        const ByteView plain = ByteView{buffer}.first(*got);
        if (const auto kept = keep(encryptor.update(plain)); !kept) return kept.error();
        if (*got == buffer.size()) return false;
        if (const auto kept = keep(encryptor.finish(sealed)); !kept) return kept.error();
        return true;
    }
    Status keep(ByteView ready) {
        const auto kept = into->file().write_at(written, ready);
        written += ready.size();
        return kept;
    }
};

/// For newsletters: a hash is all.
struct Hashing {
    std::shared_ptr<const files::File> from;
    common::crypto::Sha256Stream hash;
    Bytes buffer;
    std::uint64_t read{0};

    Result<bool> step() {
        const auto got = from->read_at(read, buffer);
        if (!got) return got.error();
        read += *got;
        hash.update(ByteView{buffer}.first(*got));
        return *got < buffer.size();
    }
};

/// Step by step on the worker, so that it can be cancelled and tells how far it is.
template <class Work>
asio::awaitable<Status> run_through(
    asio::any_io_executor worker, Work& work, Progress on_progress, std::uint64_t total, std::uint64_t max_size
) {
    for (;;) {
        auto step = [&work] { return work.step(); };
        const auto ended = co_await common::run_on(worker, std::move(step));
        if (!ended) co_return ended.error();
        if (work.read > max_size) co_return Errc::too_large;
        if (on_progress) on_progress(work.read, total);
        if (*ended) co_return Status{};
    }
}

}  // namespace

asio::awaitable<Result<SealedFile>> Transfers::seal(SealRequest request) {
    if (request.media_key.empty()) request.media_key = common::crypto::random_bytes(media_key_size);
    const auto keys = Keys::derive(request.media_key, request.type);
    if (!keys) co_return keys.error();
    Sealing work{*keys, request.with_sidecar, run_tasks()};
    work.from = request.file;
    work.buffer.resize(chunk_size);
    auto prepare = [folder = options_.temp_folder, file = request.file, &work]() -> Result<std::uint64_t> {
        auto copy = files::TempFile::create(folder, ".enc");
        if (!copy) return copy.error();
        work.into = std::make_shared<files::TempFile>(std::move(*copy));
        return file->size();
    };
    const auto size = co_await common::run_on(worker_, std::move(prepare));
    if (!size) co_return size.error().within("seal media");
    if (*size > options_.max_size) co_return Errc::too_large;
    const auto sealed = co_await run_through(worker_, work, request.on_progress, *size, options_.max_size);
    if (!sealed) co_return sealed.error().within("seal media");
    SealedFile file;
    file.type = request.type;
    file.media_key = std::move(request.media_key);
    file.sealed = std::move(work.sealed);
    file.key_time = clock_.now();
    file.copy = work.into;
    file.body = std::shared_ptr<const files::File>{work.into, &work.into->file()};
    co_return file;
}

asio::awaitable<Result<SealedFile>> Transfers::seal_for_newsletter(SealRequest request) {
    Hashing work;
    work.from = request.file;
    work.buffer.resize(chunk_size);
    auto measure = [file = request.file] { return file->size(); };
    const auto size = co_await common::run_on(worker_, std::move(measure));
    if (!size) co_return size.error().within("hash media");
    if (*size > options_.max_size) co_return Errc::too_large;
    const auto hashed = co_await run_through(worker_, work, request.on_progress, *size, options_.max_size);
    if (!hashed) co_return hashed.error().within("hash media");
    SealedFile file;
    file.type = request.type;
    file.sealed.file_sha256 = work.hash.finish();
    file.sealed.file_length = work.read;
    file.sealed.body_length = work.read;
    file.key_time = clock_.now();
    file.body = request.file;
    co_return file;
}

}  // namespace bridge::whatsapp::media
