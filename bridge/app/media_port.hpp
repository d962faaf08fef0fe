/// The files of messages: fetched when somebody asks (or by themselves, where that is wanted), kept in the media
/// folder, and cleaned up. Also keeps uploads until they are sent.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/mediastore/mediastore.hpp"
#include "bridge/store/store.hpp"
#include "bridge/whatsapp/client/client.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace bridge::app {

/// What is downloaded without anybody asking.
struct AutoDownload {
    std::set<std::string> kinds;          ///< as messages name them ("image", "voice_note" ...); empty: nothing
    std::uint64_t max_size{16ULL << 20};  ///< bytes; larger files wait until somebody asks
};

struct Folders {
    std::string media;    ///< of the media store
    std::string uploads;  ///< where uploads wait to be sent
};

class MediaPort final : public api::MediaFiles {
public:
    /// What they refer to outlives this.
    MediaPort(
        common::asio::any_io_executor io,
        common::asio::any_io_executor worker,
        whatsapp::client::Client& client,
        store::Store& store,
        mediastore::MediaStore& files,
        Folders folders,
        AutoDownload automatic,
        const common::Clock& clock
    );

    /// Several who ask for the same file share one download; it goes on when they leave.
    common::asio::awaitable<api::Result<api::MediaFile>> fetch(api::Target target) override;
    std::string uploads_folder() const override { return folders_.uploads; }
    api::Result<std::string> keep(std::string file_path, std::string file_name) override;

    /// A message with a file has come: downloads it when `AutoDownload` says so.
    void arrived(api::Target message, const std::string& kind, std::uint64_t size);
    /// Until cancelled: automatic downloads, one after the other.
    common::asio::awaitable<void> run_downloads();
    /// Until cancelled: removes what is past its time, files of messages that are gone, and old uploads.
    common::asio::awaitable<void> run_care();
    /// Ends with what is being downloaded.
    common::asio::awaitable<void> finish();

private:
    struct Running {
        explicit Running(const common::asio::any_io_executor& io) : done{io} {}
        common::Event done;
        std::optional<api::Result<api::MediaFile>> result;
    };
    common::asio::awaitable<api::Result<std::optional<api::MediaFile>>> local(const store::MediaInfo& media);
    common::asio::awaitable<void> download_for(
        std::shared_ptr<Running> running, store::StoredMessage message, store::MediaInfo media
    );
    common::asio::awaitable<api::Result<api::MediaFile>> download(store::StoredMessage message, store::MediaInfo media);
    common::asio::awaitable<api::Status> note(store::StoredMessage message, store::MediaState state, std::string path);
    common::asio::awaitable<api::Status> care();

    common::asio::any_io_executor io_;
    common::asio::any_io_executor worker_;
    whatsapp::client::Client& client_;
    store::Store& store_;
    mediastore::MediaStore& files_;
    Folders folders_;
    AutoDownload automatic_;
    const common::Clock& clock_;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<Running>> running_;  ///< by chat and message id
    common::TaskGroup tasks_;
    common::Channel<api::Target> wanted_;
};

}  // namespace bridge::app
