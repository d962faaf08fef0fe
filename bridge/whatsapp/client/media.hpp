/// The account's files: sealed when a send is accepted, uploaded when its turn comes, downloaded, and asked for again
/// at the phone when the hosts have lost them (protocol part 2, sections 9 and 6.12). Encrypted bodies of sends wait in
/// the outgoing folder; a send names its body by the name of the file there.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/media/retry.hpp"
#include "bridge/whatsapp/media/transfers.hpp"
#include "common/http/client.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace bridge::whatsapp::client {

class Media {
public:
    Media(Core& core, asio::any_io_executor worker);
    ~Media();

    /// Encrypts a file into the outgoing folder: `what` comes back with key and hashes, and the name of the body.
    asio::awaitable<Result<Client::Attachment>> seal(
        std::shared_ptr<const common::files::File> file, content::Media what
    );
    /// Uploads the body `name` and returns `message` with the place where it is now.
    asio::awaitable<Result<common::Bytes>> upload(std::string name, common::Bytes message);
    /// The body has been sent, or never will be.
    void discard(const std::string& name);
    /// Start-up: bodies that no pending send is about go. Nothing is sealed before.
    asio::awaitable<Status> sweep(std::set<std::string> needed);

    /// Downloads, opens and verifies; asks the phone for a new upload when the file is gone, once.
    asio::awaitable<Result<media::Downloaded>> download(
        content::Media what, media::RetryTarget target, std::string folder
    );
    /// A `mediaretry` notification: wakes whoever waits for it.
    void answered(const Node& notification);
    /// A new login: hosts are asked for anew.
    void connected();

private:
    struct Tools;
    Result<Tools*> tools();
    asio::awaitable<Result<std::string>> ask_phone(media::RetryTarget target, common::ByteView media_key);

    std::string path_of(const std::string& name) const { return core_.options.outgoing_folder + '/' + name; }

    struct Question {
        explicit Question(const asio::any_io_executor& io) : answered{io} {}
        common::Event answered;
        std::optional<media::RetryAnswer> answer;
    };

    Core& core_;
    asio::any_io_executor worker_;
    std::unique_ptr<Tools> tools_;
    bool swept_{false};
    std::map<std::string, std::shared_ptr<Question>> asked_;  ///< by message id
};

/// What a kind of content is to the media hosts.
media::Type type_of(content::MediaKind kind) noexcept;

}  // namespace bridge::whatsapp::client
