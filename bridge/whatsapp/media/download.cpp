#include "bridge/whatsapp/media/detail/answers.hpp"
#include "bridge/whatsapp/media/detail/urls.hpp"
#include "bridge/whatsapp/media/transfers.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace bridge::whatsapp::media {
namespace {

/// Enough for the ciphers to be worth a visit to the worker.
constexpr std::size_t batch_size = 512U << 10;
/// Progress that makes an attempt count as none.
constexpr std::uint64_t worthwhile = 256U << 10;

/// Where content goes: a file or memory. Called on the worker.
struct Store {
    virtual ~Store() = default;
    virtual Status write(std::uint64_t offset, ByteView content) = 0;
    virtual Status clear() = 0;
};

struct FileStore final : Store {
    files::TempFile file;
    Status write(std::uint64_t offset, ByteView content) override { return file.file().write_at(offset, content); }
    Status clear() override { return file.file().truncate(0); }
};

struct MemoryStore final : Store {
    Bytes content;
    Status write(std::uint64_t, ByteView more) override {
        common::append(content, more);
        return {};
    }
    Status clear() override {
        content.clear();
        return {};
    }
};

}  // namespace

/// One file on its way from one host after the other; what has arrived stays when a connection breaks.
class Transfers::Download {
public:
    Download(Transfers& transfers, const Descriptor& file, Store& store, std::uint64_t max_size, Progress on_progress)
        : transfers_{transfers},
          file_{file},
          store_{store},
          max_body_{file.media_key.empty() ? max_size : body_size(max_size)},
          on_progress_{std::move(on_progress)} {}

    /// Path and keys; nothing has been sent when this fails.
    Status prepare() {
        auto path = detail::path_of(file_);
        if (!path) return path.error();
        path_ = std::move(*path);
        return restart();
    }
    asio::awaitable<std::optional<Failure>> attempt(std::string host);
    std::uint64_t size() const noexcept { return decryptor_->plain_length(); }
    common::crypto::Sha256 content_hash() const noexcept { return decryptor_->content_hash(); }

private:
    Status restart();
    Result<http::BodySink> judge(const http::Response& head, std::string& text);
    asio::awaitable<Status> take(std::string piece);
    asio::awaitable<Status> flush(bool is_end);
    Status work(const Bytes& batch, bool is_end, bool clears);

    Transfers& transfers_;
    const Descriptor& file_;
    Store& store_;
    std::uint64_t max_body_;
    Progress on_progress_;
    std::string path_;
    std::optional<Decryptor> decryptor_;
    Bytes batch_;                     ///< has arrived, not been opened yet
    std::uint64_t received_{0};       ///< of the body, with `batch_`
    std::uint64_t total_{0};          ///< of the body, once a host has said it
    bool clears_{false};              ///< what is in the store is of another attempt
    bool differs_{false};             ///< what arrived is not what was sent
    bool has_differed_{false};        ///< in an attempt before
    std::optional<Error> own_error_;  ///< of files and ciphers: no host can help
};

Status Transfers::Download::restart() {
    Expected expected{file_.file_sha256, file_.file_enc_sha256};
    if (file_.media_key.empty()) {
        auto made = Decryptor::create_plain(std::move(expected));
        if (!made) return made.error();
        decryptor_.emplace(std::move(*made));
    } else {
        const auto keys = Keys::derive(file_.media_key, file_.type);
        if (!keys) return keys.error();
        auto made = Decryptor::create(*keys, std::move(expected), transfers_.run_tasks());
        if (!made) return made.error();
        decryptor_.emplace(std::move(*made));
    }
    batch_.clear();
    received_ = 0;
    clears_ = true;
    return {};
}

Result<http::BodySink> Transfers::Download::judge(const http::Response& head, std::string& text) {
    if (head.status != 200 && head.status != 206) return detail::into_text(text);
    std::optional<std::uint64_t> whole;
    if (head.status == 206) {
        const auto range = http::parse_content_range(head.headers.find("Content-Range").value_or(std::string_view{}));
        if (!range || range->part.begin != received_) {
            // Not what was asked for: the next attempt asks for all.
            const auto again = restart();
            return again ? Error{Errc::bad_answer, "Content-Range"} : again.error();
        }
        whole = range->whole;
    } else {
        // A host that knows no ranges: all of it again.
        if (received_ != 0) {
            if (const auto again = restart(); !again) return again.error();
        }
        std::uint64_t length = 0;
        const auto said = head.headers.find("Content-Length").value_or(std::string_view{});
        const auto [end, code] = std::from_chars(said.data(), said.data() + said.size(), length);
        if (code == std::errc{} && !said.empty()) whole = length;
    }
    if (whole && *whole > max_body_) return Errc::too_large;
    total_ = whole.value_or(0);
    return http::BodySink{[this](std::string piece) { return take(std::move(piece)); }};
}

asio::awaitable<Status> Transfers::Download::take(std::string piece) {
    received_ += piece.size();
    if (received_ > max_body_) {
        own_error_ = Error{Errc::too_large};
        co_return *own_error_;
    }
    common::append(batch_, common::as_bytes(piece));
    if (on_progress_) on_progress_(received_, total_);
    if (batch_.size() < batch_size) co_return Status{};
    co_return co_await flush(false);
}

asio::awaitable<Status> Transfers::Download::flush(bool is_end) {
    auto job = [this, batch = std::exchange(batch_, {}), is_end, clears = std::exchange(clears_, false)] {
        return work(batch, is_end, clears);
    };
    const auto done = co_await common::run_on(transfers_.worker_, std::move(job));
    if (!done) own_error_ = done.error();
    co_return done;
}

Status Transfers::Download::work(const Bytes& batch, bool is_end, bool clears) {
    if (clears) {
        if (const auto cleared = store_.clear(); !cleared) return cleared.error();
    }
    std::uint64_t at = decryptor_->plain_length();
    const ByteView content = decryptor_->update(batch);
    if (const auto written = store_.write(at, content); !written) return written.error();
    if (!is_end) return {};
    at = decryptor_->plain_length();
    const auto rest = decryptor_->finish();
    if (!rest) {
        differs_ = true;
        return rest.error();
    }
    return store_.write(at, *rest);
}

asio::awaitable<std::optional<Transfers::Failure>> Transfers::Download::attempt(std::string host) {
    auto request = transfers_.request_to("GET", detail::download_url(host, path_, file_));
    const std::uint64_t before = received_;
    if (received_ != 0) request.headers.set("Range", http::range_from(received_));
    request.max_body = max_body_;
    std::string text;
    request.accept = [&](const http::Response& head) { return judge(head, text); };
    const auto answer = co_await transfers_.client_.transfer(std::move(request));
    if (own_error_) co_return Failure{Next::stop, *own_error_};
    const bool has_body = answer && (answer->status == 200 || answer->status == 206);
    const bool cut_off = has_body && total_ != 0 && received_ < total_;
    if (has_body && !cut_off) {
        const auto ended = co_await flush(true);
        if (ended) co_return std::nullopt;
        if (!std::exchange(differs_, false) || std::exchange(has_differed_, true)) {
            co_return Failure{Next::stop, ended.error()};
        }
        // Another host, or this one in another mood, may have the right bytes.
        const Error why = ended.error();
        own_error_.reset();
        const auto again = restart();
        if (!again) co_return Failure{Next::stop, again.error()};
        co_return Failure{Next::again, why};
    }
    if (answer && answer->status == 416 && received_ != 0) {
        const auto again = restart();
        if (!again) co_return Failure{Next::stop, again.error()};
        co_return Failure{Next::again, Error{Errc::bad_answer, "status 416"}};
    }
    if (answer && !has_body) co_return transfers_.failure_of(*answer, Way::down);
    Failure failure = cut_off ? Failure{Next::again, Error{Errc::unavailable, "cut off"}} : failure_of(answer.error());
    failure.progressed = received_ >= before + worthwhile;
    co_return failure;
}

asio::awaitable<Result<Downloaded>> Transfers::download(Descriptor file, std::string folder, Progress on_progress) {
    FileStore store;
    Download download{*this, file, store, options_.max_size, std::move(on_progress)};
    if (const auto ready = download.prepare(); !ready) co_return ready.error();
    auto create = [folder = std::move(folder)] { return files::TempFile::create(folder); };
    auto created = co_await common::run_on(worker_, std::move(create));
    if (!created) co_return created.error().within("download media");
    store.file = std::move(*created);
    Attempt attempt = [&download](std::string host, std::string) { return download.attempt(std::move(host)); };
    const auto done = co_await try_hosts(Way::down, file.type, std::move(attempt));
    if (!done) co_return done.error().within("download media");
    Downloaded downloaded;
    downloaded.file = std::move(store.file);
    downloaded.file_sha256 = download.content_hash();
    downloaded.size = download.size();
    co_return std::move(downloaded);
}

asio::awaitable<Result<Downloaded>> Transfers::download_to(Descriptor file, std::string target, Progress on_progress) {
    auto folder = std::filesystem::path{target}.parent_path().string();
    if (folder.empty()) folder = ".";
    auto downloaded = co_await download(std::move(file), std::move(folder), std::move(on_progress));
    if (!downloaded) co_return downloaded.error();
    auto keep = [&] { return downloaded->file.keep_as(target); };
    const auto kept = co_await common::run_on(worker_, std::move(keep));
    if (!kept) co_return kept.error().within("keep media");
    co_return std::move(*downloaded);
}

asio::awaitable<Result<Bytes>> Transfers::fetch(Descriptor file, std::uint64_t max_size) {
    MemoryStore store;
    Download download{*this, file, store, max_size, {}};
    if (const auto ready = download.prepare(); !ready) co_return ready.error();
    Attempt attempt = [&download](std::string host, std::string) { return download.attempt(std::move(host)); };
    const auto done = co_await try_hosts(Way::down, file.type, std::move(attempt));
    if (!done) co_return done.error().within("fetch media");
    co_return std::move(store.content);
}

}  // namespace bridge::whatsapp::media
