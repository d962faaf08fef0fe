#include "bridge/app/media_port.hpp"

#include "bridge/app/store_sink.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "common/crypto/crypto.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <filesystem>

namespace bridge::app {

using api::Result;
using api::Status;
using common::Bytes;
using whatsapp::Jid;
namespace asio = common::asio;
namespace content = whatsapp::content;
namespace fs = std::filesystem;

namespace {

constexpr auto care_interval = std::chrono::hours{1};
constexpr auto upload_lifetime = std::chrono::hours{24};
constexpr std::size_t dead_at_once = 500;
constexpr std::size_t longest_name = 150;

/// What a name may keep of itself in a folder of ours.
std::string safe_name(const std::string& name) {
    std::string out;
    for (const char c : name.substr(0, longest_name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const bool fine =
            plain || c == '.' || c == '-' || c == '_' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
        out += fine ? c : '_';
    }
    return out;
}

Status remove_old(const std::string& folder, std::chrono::hours age) {
    std::error_code failed;
    const auto limit = fs::file_time_type::clock::now() - age;
    for (const auto& entry : fs::directory_iterator{folder, failed}) {
        std::error_code ignored;
        if (entry.last_write_time(ignored) < limit && entry.is_regular_file(ignored)) fs::remove(entry.path(), ignored);
    }
    return {};
}

}  // namespace

MediaPort::MediaPort(
    asio::any_io_executor io,
    asio::any_io_executor worker,
    whatsapp::client::Client& client,
    store::Store& store,
    mediastore::MediaStore& files,
    Folders folders,
    AutoDownload automatic,
    const common::Clock& clock
)
    : io_{io},
      worker_{std::move(worker)},
      client_{client},
      store_{store},
      files_{files},
      folders_{std::move(folders)},
      automatic_{std::move(automatic)},
      clock_{clock},
      tasks_{io},
      wanted_{io, 1000} {}

Result<std::string> MediaPort::keep(std::string file_path, std::string file_name) {
    const std::string id = common::to_hex(common::crypto::random_bytes(16)) + '-' + safe_name(file_name);
    std::error_code failed;
    fs::rename(file_path, folders_.uploads + '/' + id, failed);
    if (failed) return common::Error{common::Errc::internal, "keep upload: " + failed.message()};
    return id;
}

asio::awaitable<Result<std::optional<api::MediaFile>>> MediaPort::local(const store::MediaInfo& media) {
    std::optional<api::MediaFile> found;
    if (media.path.empty()) co_return found;
    auto open = [this, name = media.path]() -> Result<std::uint64_t> {
        auto file = files_.open_file(name, clock_.now());
        if (!file) return file.error();
        return file->size();
    };
    const auto size = co_await common::run_on(worker_, std::move(open));
    if (!size && size.error().kind() == common::Kind::not_found) co_return found;  // removed: it is fetched anew
    if (!size) co_return size.error();
    found.emplace();
    found->path = folders_.media + '/' + media.path;
    found->mime_type = media.mime_type;
    found->file_name = media.file_name;
    found->size = *size;
    co_return found;
}

asio::awaitable<Result<api::MediaFile>> MediaPort::fetch(api::Target target) {
    auto message = co_await store_.stored(target.message_id, target.chat_jid);
    if (!message) co_return message.error();
    auto media = co_await store_.media(target.message_id, target.chat_jid);
    if (!media) co_return media.error();
    auto here = co_await local(*media);
    if (!here) co_return here.error();
    if (*here) co_return std::move(**here);
    const std::pair key{message->chat.jid + message->chat.lid, message->id};
    auto& slot = running_[key];
    if (!slot) {
        slot = std::make_shared<Running>(io_);
        auto work = download_for(slot, std::move(*message), std::move(*media));
        tasks_.spawn(std::move(work));
    }
    const std::shared_ptr<Running> running = slot;
    while (!running->result) {
        const auto waited = co_await running->done.wait(std::chrono::hours{1});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
    Result<api::MediaFile> result = *running->result;
    co_return result;
}

asio::awaitable<void> MediaPort::download_for(
    std::shared_ptr<Running> running, store::StoredMessage message, store::MediaInfo media
) {
    const std::pair key{message.chat.jid + message.chat.lid, message.id};
    running->result = co_await download(std::move(message), std::move(media));
    running_.erase(key);
    running->done.notify();
}

asio::awaitable<Status> MediaPort::note(store::StoredMessage message, store::MediaState state, std::string path) {
    store::UpdateMedia change;
    change.chat = std::move(message.chat);
    change.id = std::move(message.id);
    change.state = state;
    change.path = std::move(path);
    std::vector<store::Change> changes;
    changes.emplace_back(std::move(change));
    const auto done = co_await store_.apply(std::move(changes));
    if (!done) co_return done.error();
    co_return Status{};
}

asio::awaitable<Result<api::MediaFile>> MediaPort::download(store::StoredMessage message, store::MediaInfo media) {
    const auto what = content::read(message.content);
    const auto* file = what ? std::get_if<content::Media>(&what->body) : nullptr;
    if (!file) co_return common::Error{store::Errc::media_not_found};
    content::Media wanted = *file;
    if (!media.direct_path.empty()) wanted.direct_path = media.direct_path;
    const Jid chat = address_of(message.chat.lid.empty() ? message.chat.jid : message.chat.lid);
    whatsapp::media::RetryTarget target;
    target.message_id = message.id;
    target.chat = chat;
    target.from_me = message.from_me;
    if (!chat.is_user())
        target.participant = address_of(message.sender.lid.empty() ? message.sender.jid : message.sender.lid);
    auto downloaded = co_await client_.download(std::move(wanted), std::move(target), files_.temp_folder());
    if (!downloaded) {
        const bool gone = downloaded.error().kind() == common::Kind::not_found;
        const auto noted =
            co_await note(std::move(message), gone ? store::MediaState::gone : store::MediaState::failed, "");
        if (!noted) common::log::warn("a failed download could not be noted", {{"why", noted.error().message()}});
        co_return downloaded.error();
    }
    auto keep =
        [this, file = std::make_shared<whatsapp::media::Downloaded>(std::move(*downloaded)), mime = media.mime_type] {
            return files_.keep(std::move(file->file), file->file_sha256, mime, clock_.now());
        };
    const auto kept = co_await common::run_on(worker_, std::move(keep));
    if (!kept) co_return kept.error();
    const auto noted = co_await note(std::move(message), store::MediaState::downloaded, kept->name);
    if (!noted) co_return noted.error();
    api::MediaFile out;
    out.path = folders_.media + '/' + kept->name;
    out.mime_type = media.mime_type;
    out.file_name = media.file_name;
    out.size = kept->size;
    co_return out;
}

void MediaPort::arrived(api::Target message, const std::string& kind, std::uint64_t size) {
    if (!automatic_.kinds.contains(kind) || size > automatic_.max_size) return;
    if (!wanted_.try_send(std::move(message))) common::log::warn("too many files wait for their download");
}

asio::awaitable<void> MediaPort::run_downloads() {
    while (true) {
        auto next = co_await wanted_.receive();
        if (!next) co_return;
        const auto fetched = co_await fetch(std::move(*next));
        if (fetched) continue;
        if (fetched.error().kind() == common::Kind::cancelled) co_return;
        common::log::info("a file was not downloaded", {{"why", fetched.error().message()}});
    }
}

asio::awaitable<void> MediaPort::run_care() {
    while (true) {
        const auto done = co_await care();
        if (!done && done.error().kind() == common::Kind::cancelled) co_return;
        if (!done) common::log::warn("the media folder could not be cleaned", {{"why", done.error().message()}});
        if (const auto slept = co_await common::sleep_for(care_interval); !slept) co_return;
    }
}

asio::awaitable<Status> MediaPort::care() {
    while (true) {
        auto dead = co_await store_.dead_files(dead_at_once);
        if (!dead) co_return dead.error();
        if (dead->empty()) break;
        auto remove = [this, names = *dead]() -> Status {
            for (const std::string& name : names) {
                if (auto removed = files_.remove(name); !removed && removed.error() != mediastore::Errc::bad_name)
                    return removed;
            }
            return {};
        };
        auto removed = co_await common::run_on(worker_, std::move(remove));
        if (!removed) co_return removed;
        std::vector<store::Change> changes;
        changes.emplace_back(store::ForgetFiles{std::move(*dead)});
        const auto forgotten = co_await store_.apply(std::move(changes));
        if (!forgotten) co_return forgotten.error();
    }
    auto clean = [this]() -> Status {
        if (auto removed = remove_old(folders_.uploads, upload_lifetime); !removed) return removed;
        const auto cleaned = files_.clean(clock_.now());
        if (!cleaned) return cleaned.error();
        return {};
    };
    co_return co_await common::run_on(worker_, std::move(clean));
}

asio::awaitable<void> MediaPort::finish() {
    tasks_.cancel();
    co_await tasks_.join();
}

}  // namespace bridge::app
