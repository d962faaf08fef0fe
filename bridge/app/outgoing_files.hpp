/// From where a caller says a file is to a file that is ready to be sent: found where files may be sent from, looked
/// at, made into what WhatsApp expects of its kind, and encrypted.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/convert/convert.hpp"
#include "bridge/mediastore/send_folders.hpp"
#include "bridge/mediastore/url_fetcher.hpp"
#include "bridge/store/store.hpp"
#include "bridge/whatsapp/client/client.hpp"

#include <memory>
#include <string>

namespace bridge::app {

enum class FileErrc {
    no_picture = 1,
    no_film,
    no_sound,
    empty,
    unknown_upload,
    no_file_in_message,
    not_uploaded_yet,
    other_kind
};
common::ErrcInfo describe(FileErrc code) noexcept;

class OutgoingFiles {
public:
    struct Rules {
        mediastore::SendFolders folders;     ///< `media.path` may name what is in these
        std::string uploads_folder;          ///< `media.upload` names what is in this one
        std::string temp_folder;             ///< for what is fetched and made
        std::uint64_t max_size{2ULL << 30};  ///< bytes
    };
    /// What they refer to outlives this. `worker` is where files are opened.
    OutgoingFiles(
        whatsapp::client::Client& client,
        store::Store& store,
        convert::Converter& converter,
        mediastore::UrlFetcher& fetcher,
        common::asio::any_io_executor worker,
        Rules rules
    )
        : client_{client},
          store_{store},
          converter_{converter},
          fetcher_{fetcher},
          worker_{std::move(worker)},
          rules_{std::move(rules)} {}

    struct Prepared {
        whatsapp::content::Media media;
        std::string attachment;  ///< "" when nothing has to be uploaded
    };
    /// `wanted` says the kind, and what people are to see; the rest is found out. `unauthorized` for files and hosts
    /// that are not allowed, `not_found`, `invalid` for a file that does not fit its kind.
    common::asio::awaitable<api::Result<Prepared>> prepare(api::MediaSource source, whatsapp::content::Media wanted);

private:
    /// A file, open for reading; it is read by its descriptor, because its path may lead elsewhere by now.
    struct Opened {
        std::shared_ptr<const common::files::File> file;
        std::shared_ptr<common::files::TempFile> temporary;  ///< goes away with it
        std::string name;

        std::string path() const { return "/proc/self/fd/" + std::to_string(file->descriptor()); }
    };
    common::asio::awaitable<api::Result<Prepared>> sent_before(
        api::MediaSource source, whatsapp::content::Media wanted
    );
    common::asio::awaitable<api::Result<Opened>> open(api::MediaSource source);
    common::asio::awaitable<api::Result<Opened>> open_temporary(std::shared_ptr<common::files::TempFile> file);
    common::asio::awaitable<api::Status> measure(Opened& file, whatsapp::content::Media& media);
    common::asio::awaitable<api::Status> make_voice_note(Opened& file, whatsapp::content::Media& media);
    common::asio::awaitable<api::Status> make_sticker(Opened& file, whatsapp::content::Media& media);
    std::string new_path() const;

    whatsapp::client::Client& client_;
    store::Store& store_;
    convert::Converter& converter_;
    mediastore::UrlFetcher& fetcher_;
    common::asio::any_io_executor worker_;
    Rules rules_;
};

}  // namespace bridge::app
