#include "bridge/whatsapp/client/media.hpp"

#include "common/log/log.hpp"

#include <filesystem>

namespace bridge::whatsapp::client {

using common::Bytes;

namespace {

/// How long the phone may take to upload a file again.
constexpr auto phone_limit = std::chrono::seconds{30};
/// Stands in a message until its file has been uploaded; never leaves this machine.
constexpr std::string_view not_uploaded = "/not-uploaded";
constexpr std::string_view body_suffix = ".body";

media::Descriptor descriptor_of(const content::Media& what) {
    media::Descriptor file;
    file.type = type_of(what.kind);
    file.direct_path = what.direct_path;
    file.url = what.url;
    file.media_key = common::to_bytes(what.media_key.view());
    file.file_sha256 = what.file_sha256;
    file.file_enc_sha256 = what.file_enc_sha256;
    file.file_length = what.file_length;
    return file;
}

}  // namespace

bool is_waiting_for_upload(const content::Media& media) noexcept { return media.direct_path == not_uploaded; }

media::Type type_of(content::MediaKind kind) noexcept {
    switch (kind) {
        case content::MediaKind::image: return media::Type::image;
        case content::MediaKind::video: return media::Type::video;
        case content::MediaKind::gif: return media::Type::gif;
        case content::MediaKind::video_note: return media::Type::video_note;
        case content::MediaKind::audio: return media::Type::audio;
        case content::MediaKind::voice_note: return media::Type::voice_note;
        case content::MediaKind::document: return media::Type::document;
        case content::MediaKind::sticker: return media::Type::sticker;
    }
    return media::Type::document;
}

/// Made when first needed: most bridges start without a file to move.
struct Media::Tools {
    Tools(Core& core, asio::any_io_executor worker, media::HostPolicy policy)
        : client{core.io, client_options(core)},
          hosts{core.io, core.clock, [&core] { return ask(core); }},
          transfers{std::move(worker), client, hosts, std::move(policy), core.clock, options(core)} {}

    static common::http::ClientOptions client_options(const Core& core) {
        common::http::ClientOptions options;
        options.ca_file = core.options.ca_file;
        return options;
    }
    static media::TransferOptions options(const Core& core) {
        media::TransferOptions options;
        options.temp_folder = core.options.outgoing_folder;
        return options;
    }
    static asio::awaitable<Result<media::MediaConn>> ask(Core& core) {
        if (!core.iq) co_return Errc::not_ready;
        co_return co_await core.iq->ask(media::MediaConnQuery{});
    }

    common::http::Client client;
    media::MediaHosts hosts;
    media::Transfers transfers;
};

Media::Media(Core& core, asio::any_io_executor worker) : core_{core}, worker_{std::move(worker)} {}
Media::~Media() = default;

Result<Media::Tools*> Media::tools() {
    if (tools_) return tools_.get();
    auto policy = media::HostPolicy::create(core_.options.media_host);
    if (!policy) return policy.error();
    tools_ = std::make_unique<Tools>(core_, worker_, std::move(*policy));
    return tools_.get();
}

void Media::connected() {
    if (tools_) tools_->hosts.forget();
}

asio::awaitable<Result<Client::Attachment>> Media::seal(
    std::shared_ptr<const common::files::File> file, content::Media what
) {
    if (!swept_) co_return Errc::not_ready;
    auto tools = this->tools();
    if (!tools) co_return tools.error();
    media::SealRequest request;
    request.file = std::move(file);
    request.type = type_of(what.kind);
    request.with_sidecar = what.kind == content::MediaKind::voice_note || what.kind == content::MediaKind::audio;
    auto sealed = co_await (*tools)->transfers.seal(std::move(request));
    if (!sealed) co_return sealed.error();
    Client::Attachment out;
    out.media = std::move(what);
    out.media.media_key = common::SecretBytes{std::move(sealed->media_key)};
    out.media.file_sha256.assign(sealed->sealed.file_sha256.begin(), sealed->sealed.file_sha256.end());
    out.media.file_enc_sha256.assign(sealed->sealed.file_enc_sha256.begin(), sealed->sealed.file_enc_sha256.end());
    out.media.file_length = sealed->sealed.file_length;
    out.media.media_key_time = sealed->key_time;
    out.media.streaming_sidecar = std::move(sealed->sealed.sidecar);
    out.media.direct_path = std::string{not_uploaded};
    out.name = common::to_hex(common::crypto::random_bytes(16)) + std::string{body_suffix};
    auto keep = [copy = sealed->copy, path = path_of(out.name)]() -> Status { return copy->keep_as(path); };
    auto kept = co_await common::run_on(worker_, std::move(keep));
    if (!kept) co_return kept.error().within("keep the encrypted file");
    co_return out;
}

asio::awaitable<Result<Bytes>> Media::upload(std::string name, Bytes message) {
    auto tools = this->tools();
    if (!tools) co_return tools.error();
    auto what = content::read(message);
    if (!what) co_return what.error();
    auto* medium = std::get_if<content::Media>(&what->body);
    if (!medium) co_return common::Error{common::Errc::invalid_argument, "no file in this message"};
    auto open = [path = path_of(name)] { return common::files::File::open(path); };
    auto body = co_await common::run_on(worker_, std::move(open));
    if (!body) co_return body.error().within("the encrypted file of a send");
    const auto size = body->size();
    if (!size) co_return size.error();
    media::SealedFile file;
    file.type = type_of(medium->kind);
    file.media_key = common::to_bytes(medium->media_key.view());
    const auto hash = common::to_array<32>(medium->file_enc_sha256);
    if (!hash) co_return common::Error{media::Errc::bad_hash};
    file.sealed.file_enc_sha256 = *hash;
    file.sealed.file_length = medium->file_length;
    file.sealed.body_length = *size;
    file.body = std::make_shared<const common::files::File>(std::move(*body));
    auto uploaded = co_await (*tools)->transfers.upload(std::move(file));
    if (!uploaded) co_return uploaded.error().within("upload");
    medium->url = std::move(uploaded->url);
    medium->direct_path = std::move(uploaded->direct_path);
    co_return content::write(*what, content::message_secret_of(message));
}

void Media::discard(const std::string& name) {
    if (name.empty()) return;
    asio::post(worker_, [path = path_of(name)] {
        std::error_code ignored;  // what stays costs space only, and goes at the next start
        std::filesystem::remove(path, ignored);
    });
}

asio::awaitable<Status> Media::sweep(std::set<std::string> needed) {
    auto work = [folder = core_.options.outgoing_folder, needed = std::move(needed)]() -> Status {
        if (auto made = common::files::make_folder(folder); !made) return made;
        std::error_code failed;
        for (const auto& entry : std::filesystem::directory_iterator{folder, failed}) {
            const std::string name = entry.path().filename().string();
            std::error_code ignored;
            if (!needed.contains(name)) std::filesystem::remove(entry.path(), ignored);
        }
        if (failed) return common::Error{common::Errc::internal, "look through " + folder + ": " + failed.message()};
        return {};
    };
    auto done = co_await common::run_on(worker_, std::move(work));
    swept_ = true;
    co_return done;
}

asio::awaitable<Result<media::Downloaded>> Media::download(
    content::Media what, media::RetryTarget target, std::string folder
) {
    auto tools = this->tools();
    if (!tools) co_return tools.error();
    auto file = descriptor_of(what);
    auto first = co_await (*tools)->transfers.download(file, folder);
    if (first || !(first.error() == media::Errc::gone) || file.media_key.empty()) co_return first;
    auto path = co_await ask_phone(std::move(target), file.media_key);
    if (!path) co_return path.error();
    file.direct_path = std::move(*path);
    co_return co_await (*tools)->transfers.download(std::move(file), std::move(folder));
}

asio::awaitable<Result<std::string>> Media::ask_phone(media::RetryTarget target, common::ByteView media_key) {
    if (!core_.online()) co_return Errc::not_ready;
    const std::string id = target.message_id;
    auto& slot = asked_[id];
    if (!slot) {
        const auto iv = common::to_array<12>(common::crypto::random_bytes(12));
        auto receipt = media::retry_receipt(target, core_.account.jid.bare(), media_key, *iv);
        if (!receipt) co_return receipt.error();
        slot = std::make_shared<Question>(core_.io);
        if (auto sent = core_.send(std::move(*receipt)); !sent) {
            asked_.erase(id);
            co_return sent.error();
        }
    }
    const std::shared_ptr<Question> question = slot;
    const auto waited = question->answer ? Status{} : co_await question->answered.wait(phone_limit);
    asked_.erase(id);
    if (!question->answer) {
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
        co_return common::Error{media::Errc::gone, "the phone did not answer"};
    }
    auto again = media::open_retry(*question->answer, media_key);
    if (!again) co_return again.error();
    co_return std::move(again->direct_path);
}

void Media::answered(const Node& notification) {
    auto answer = media::parse_retry(notification);
    if (!answer) {
        common::log::warn("a media retry answer could not be read", {{"why", answer.error().message()}});
        return;
    }
    const auto found = asked_.find(answer->target.message_id);
    if (found == asked_.end()) return;
    found->second->answer = std::move(*answer);
    found->second->answered.notify();
}

}  // namespace bridge::whatsapp::client
