/// Moving media: encrypting a file and uploading it, downloading one and opening it, with retries, other hosts and
/// resumption (protocol part 2, sections 9.4, 9.5 and 9.7). Files and ciphers run on a worker, the rest on the io
/// executor. What to do about a file that is gone (media retry) is the owner's decision.
#pragma once

#include "bridge/whatsapp/media/cipher.hpp"
#include "bridge/whatsapp/media/media_hosts.hpp"
#include "common/files/files.hpp"
#include "common/http/client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace bridge::whatsapp::media {

namespace files = common::files;
namespace http = common::http;

/// Bytes of the body that are done, of how many (0: not known yet).
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct TransferOptions {
    std::string temp_folder;                     ///< for encrypted copies; must exist
    std::uint64_t max_size{2ULL << 30};          ///< of content, both ways
    std::uint64_t resumable_from{5ULL << 20};    ///< larger bodies are uploaded in a way that can be resumed
    unsigned attempts{5};                        ///< at one host, without progress
    std::chrono::milliseconds pause_unit{1000};  ///< the n-th pause is n times as long, and a little random
    std::chrono::milliseconds longest_pause{60'000};
    std::chrono::milliseconds connect_timeout{20'000};
    std::chrono::milliseconds stall_timeout{30'000};  ///< without a byte
};

/// A file that is ready to be uploaded, any number of times; its temporary copy goes away with it.
struct SealedFile {
    Type type{Type::document};
    Bytes media_key;  ///< empty for newsletters
    Sealed sealed;    ///< for newsletters `file_enc_sha256` is zero: the message has none
    common::UnixTime key_time{};
    std::shared_ptr<const files::File> body;
    std::shared_ptr<files::TempFile> copy;  ///< owns `body`, when that is encrypted

    bool is_newsletter() const noexcept { return media_key.empty(); }
};

struct SealRequest {
    std::shared_ptr<const files::File> file;
    Type type{Type::document};
    Bytes media_key;           ///< empty: a new one
    bool with_sidecar{false};  ///< voice notes, audio; videos only when they can be played from the front
    Progress on_progress;
};

/// What the message needs of an upload.
struct Uploaded {
    std::string url;
    std::string direct_path;
    std::string handle;  ///< `media_id` of newsletter messages; may be empty
};

struct Downloaded {
    files::TempFile file;  ///< complete and verified, still under a temporary name
    common::crypto::Sha256 file_sha256{};
    std::uint64_t size{0};
};

class Transfers {
public:
    /// `client`, `hosts` and `clock` outlive this; `worker` may have any number of threads (two or more make ciphers
    /// faster).
    Transfers(
        asio::any_io_executor worker,
        http::Client& client,
        MediaHosts& hosts,
        HostPolicy policy,
        const common::Clock& clock,
        TransferOptions options
    );

    /// Encrypts a file into a temporary copy. `too_large`, `bad_key`, or what the files room says.
    asio::awaitable<Result<SealedFile>> seal(SealRequest request);
    /// The same for newsletters, where nothing is encrypted: the file itself is uploaded.
    asio::awaitable<Result<SealedFile>> seal_for_newsletter(SealRequest request);
    /// `not_allowed` when the token is refused twice, `no_hosts`, `bad_answer`, or `unavailable` after all attempts.
    asio::awaitable<Result<Uploaded>> upload(SealedFile file, Progress on_progress = {});

    /// Downloads into a new temporary file in `folder`. `gone` calls for a media retry; `bad_path`, `bad_key`,
    /// `too_large` and the errors of `Decryptor` are final; `unavailable` may get better later.
    asio::awaitable<Result<Downloaded>> download(Descriptor file, std::string folder, Progress on_progress = {});
    /// The same, and gives it the name `target` when all of it is good.
    asio::awaitable<Result<Downloaded>> download_to(Descriptor file, std::string target, Progress on_progress = {});
    /// For small things (thumbnails, app state, history): the content, at most `max_size` bytes.
    asio::awaitable<Result<Bytes>> fetch(Descriptor file, std::uint64_t max_size);

    /// Deletes a history blob from the server once it is stored here. `e_handle` and `user_secret` may be empty.
    asio::awaitable<Status> erase(Descriptor file, std::string e_handle, std::string user_secret);

private:
    enum class Way { up, down };
    /// What an attempt that failed leaves to do.
    enum class Next { again, other_host, ask_hosts, stop };
    struct Failure {
        Failure(Next n, Error e) : next{n}, error{std::move(e)} {}
        Next next;
        Error error;
        std::chrono::milliseconds pause{0};  ///< that the host asked for
        bool progressed{false};
    };
    using Attempt = std::function<asio::awaitable<std::optional<Failure>>(std::string host, std::string auth)>;
    class Upload;
    class Download;

    /// Attempt after attempt, host after host, until one succeeds.
    asio::awaitable<Status> try_hosts(Way way, Type type, Attempt attempt);
    asio::awaitable<std::optional<Failure>> try_host(std::string host, std::string auth, const Attempt& attempt);
    asio::awaitable<Status> pause_before(unsigned attempt, std::chrono::milliseconds asked) const;
    http::Transfer request_to(std::string method, std::string url) const;
    /// For an answer that is none of the good ones.
    Failure failure_of(const http::Response& answer, Way way) const;
    /// For a transfer that came to no answer.
    static Failure failure_of(const Error& error);
    RunTasks run_tasks() const;

    asio::any_io_executor worker_;
    http::Client& client_;
    MediaHosts& hosts_;
    HostPolicy policy_;
    const common::Clock& clock_;
    TransferOptions options_;
};

}  // namespace bridge::whatsapp::media
