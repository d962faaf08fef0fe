#include "bridge/app/outgoing_files.hpp"

#include "bridge/whatsapp/content/content.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::app {

using api::Result;
using api::Status;
using whatsapp::content::Media;
using whatsapp::content::MediaKind;
namespace asio = common::asio;
namespace files = common::files;
namespace formats = convert::formats;

namespace {

/// Last part of a URL's path, for people.
std::string name_in(const std::string& url) {
    const std::string path = url.substr(0, url.find_first_of("?#"));
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(slash + 1, 255);
}

/// Uploads are kept as "<32 hex digits>-<name>".
std::string name_of_upload(const std::string& id) {
    constexpr std::size_t prefix = 33;
    return id.size() > prefix ? id.substr(prefix) : std::string{};
}

std::optional<FileErrc> unfit(MediaKind kind, const convert::About& about) {
    switch (kind) {
        case MediaKind::image:
            return about.format.kind == formats::Kind::image ? std::nullopt : std::optional{FileErrc::no_picture};
        case MediaKind::video:
        case MediaKind::gif:
        case MediaKind::video_note:
            return about.format.kind == formats::Kind::video ? std::nullopt : std::optional{FileErrc::no_film};
        case MediaKind::audio:
            return about.format.kind == formats::Kind::audio ? std::nullopt : std::optional{FileErrc::no_sound};
        default: return std::nullopt;
    }
}

}  // namespace

common::ErrcInfo describe(FileErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case FileErrc::no_picture: return {Kind::invalid, "the file is not a picture: send it as a document"};
        case FileErrc::no_film: return {Kind::invalid, "the file is not a video: send it as a document"};
        case FileErrc::no_sound: return {Kind::invalid, "the file has no sound: send it as a document"};
        case FileErrc::empty: return {Kind::invalid, "the file is empty"};
        case FileErrc::unknown_upload: return {Kind::not_found, "there is no such upload (any more)"};
        case FileErrc::no_file_in_message: return {Kind::invalid, "the message that media names has no file"};
        case FileErrc::not_uploaded_yet: return {Kind::conflict, "the file of that message has not been sent yet"};
        case FileErrc::other_kind: return {Kind::invalid, "the file was sent as another kind: use that kind again"};
    }
    return {Kind::internal, "unknown file error"};
}

std::string OutgoingFiles::new_path() const {
    return rules_.temp_folder + '/' + common::to_hex(common::crypto::random_bytes(16)) + ".made";
}

asio::awaitable<Result<OutgoingFiles::Opened>> OutgoingFiles::open(api::MediaSource source) {
    if (!source.url.empty()) {
        auto fetched = co_await fetcher_.fetch(source.url, rules_.temp_folder);
        if (!fetched) co_return fetched.error();
        auto opened = co_await open_temporary(std::make_shared<files::TempFile>(std::move(fetched->file)));
        if (opened) opened->name = name_in(source.url);
        co_return opened;
    }
    const bool upload = !source.upload.empty();
    if (upload && (source.upload.find('/') != std::string::npos || source.upload.starts_with('.')))
        co_return FileErrc::unknown_upload;
    const std::string path = upload ? rules_.uploads_folder + '/' + source.upload : source.path;
    auto work = [folders = &rules_.folders, path, most = rules_.max_size] { return folders->open(path, most); };
    auto found = co_await common::run_on(worker_, std::move(work));
    if (!found && upload && found.error().kind() == common::Kind::not_found) co_return FileErrc::unknown_upload;
    if (!found) co_return found.error();
    Opened opened;
    opened.file = std::make_shared<const files::File>(std::move(found->file));
    opened.name = upload ? name_of_upload(source.upload) : std::move(found->name);
    co_return opened;
}

asio::awaitable<Result<OutgoingFiles::Opened>> OutgoingFiles::open_temporary(std::shared_ptr<files::TempFile> file) {
    auto work = [path = file->path()] { return files::File::open(path); };
    auto found = co_await common::run_on(worker_, std::move(work));
    if (!found) co_return found.error();
    Opened opened;
    opened.file = std::make_shared<const files::File>(std::move(*found));
    opened.temporary = std::move(file);
    co_return opened;
}

asio::awaitable<Status> OutgoingFiles::make_voice_note(Opened& file, Media& media) {
    const std::string output = new_path();
    auto made = co_await converter_.voice_note(file.path(), output);
    if (!made) co_return made.error();
    auto opened = co_await open_temporary(std::make_shared<files::TempFile>(files::File{}, output));
    if (!opened) co_return opened.error();
    file = std::move(*opened);
    media.mime_type = std::string{convert::voice_note_mime};
    media.duration = std::chrono::seconds{made->seconds};
    media.waveform.assign(made->waveform.begin(), made->waveform.end());
    co_return Status{};
}

asio::awaitable<Status> OutgoingFiles::make_sticker(Opened& file, Media& media) {
    const std::string output = new_path();
    auto made = co_await converter_.sticker(file.path(), output);
    if (!made) co_return made.error();
    auto opened = co_await open_temporary(std::make_shared<files::TempFile>(files::File{}, output));
    if (!opened) co_return opened.error();
    file = std::move(*opened);
    media.mime_type = std::string{convert::sticker_mime};
    media.width = made->side;
    media.height = made->side;
    media.animated = made->animated;
    co_return Status{};
}

asio::awaitable<Status> OutgoingFiles::measure(Opened& file, Media& media) {
    auto about = co_await converter_.inspect(file.path());
    if (!about) co_return about.error();
    if (about->bytes == 0 && media.kind != MediaKind::document) co_return FileErrc::empty;
    if (const auto why = unfit(media.kind, *about)) co_return *why;
    media.mime_type = std::string{about->format.mime};
    if (media.kind == MediaKind::document) {
        if (media.file_name.empty()) media.file_name = file.name;
        if (media.title.empty()) media.title = media.file_name;
        media.page_count = about->pages.value_or(0);
        co_return Status{};
    }
    media.duration = std::chrono::seconds{about->seconds().value_or(0)};
    if (media.kind == MediaKind::audio) co_return Status{};
    if (about->size) {
        media.width = about->size->width;
        media.height = about->size->height;
    }
    auto preview = co_await converter_.preview(file.path());
    if (preview) media.thumbnail = std::move(preview->jpeg);
    // Without a preview the file is sent all the same; only who asked to stop is heard.
    if (!preview && preview.error().kind() == common::Kind::cancelled) co_return preview.error();
    co_return Status{};
}

asio::awaitable<Result<OutgoingFiles::Prepared>> OutgoingFiles::sent_before(api::MediaSource source, Media wanted) {
    auto stored = co_await store_.stored(source.message_id, source.chat_jid);
    if (!stored) co_return stored.error();
    auto what = whatsapp::content::read(stored->content);
    auto* media = what ? std::get_if<Media>(&what->body) : nullptr;
    if (!media) co_return FileErrc::no_file_in_message;
    if (whatsapp::client::is_waiting_for_upload(*media)) co_return FileErrc::not_uploaded_yet;
    // The kind is part of the key: a picture cannot be sent again as a document without a new upload.
    if (media->kind != wanted.kind) co_return FileErrc::other_kind;
    const auto place = co_await store_.media(source.message_id, source.chat_jid);
    if (place && !place->direct_path.empty()) media->direct_path = place->direct_path;
    Prepared prepared;
    prepared.media = std::move(*media);
    prepared.media.caption = std::move(wanted.caption);
    if (!wanted.file_name.empty()) prepared.media.file_name = std::move(wanted.file_name);
    co_return prepared;
}

asio::awaitable<Result<OutgoingFiles::Prepared>> OutgoingFiles::prepare(api::MediaSource source, Media wanted) {
    if (!source.message_id.empty()) co_return co_await sent_before(std::move(source), std::move(wanted));
    auto file = co_await open(std::move(source));
    if (!file) co_return file.error();
    Status made;
    switch (wanted.kind) {
        case MediaKind::voice_note: made = co_await make_voice_note(*file, wanted); break;
        case MediaKind::sticker: made = co_await make_sticker(*file, wanted); break;
        default: made = co_await measure(*file, wanted); break;
    }
    if (!made) co_return made.error();
    auto attached = co_await client_.attach(file->file, std::move(wanted));
    if (!attached) co_return attached.error();
    co_return Prepared{std::move(attached->media), std::move(attached->name)};
}

}  // namespace bridge::app
