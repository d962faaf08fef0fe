// The files of messages: handed out here, and as the Go family's clients ask for them.
#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/api/detail/send_answer.hpp"
#include "common/crypto/crypto.hpp"
#include "common/files/files.hpp"
#include "common/http/body.hpp"
#include "common/http/disposition.hpp"

#include <filesystem>
#include <memory>
#include <utility>

namespace bridge::api::detail {
namespace {

using common::files::File;
using common::http::Headers;

/// A file that is not here yet is fetched first: a large one takes its time.
constexpr RouteOptions while_it_downloads{1U << 20, std::chrono::minutes{10}};
constexpr std::size_t etag_bytes = 16;

/// Files are named by what is in them.
std::string etag_of(const MediaFile& media) {
    const std::string name = std::filesystem::path{media.path}.filename().string();
    const auto hash = common::crypto::sha256(common::as_bytes(name + ' ' + std::to_string(media.size)));
    return '"' + common::to_hex(common::ByteView{hash}.first(etag_bytes)) + '"';
}

/// Whether an If-None-Match or If-Range names this content.
bool names(std::string_view header, std::string_view etag) {
    return header == "*" || header.find(etag) != std::string_view::npos;
}

/// As the sender called it; else after the message.
std::string name_of(const MediaFile& media, std::string_view message_id) {
    std::string name = common::http::safe_file_name(media.file_name);
    if (name.empty()) {
        name = common::http::safe_file_name(message_id) + std::filesystem::path{media.path}.extension().string();
    }
    return name;
}

asio::awaitable<Result<std::shared_ptr<const File>>> open_on(asio::any_io_executor worker, std::string path) {
    auto work = [path = std::move(path)]() -> Result<std::shared_ptr<const File>> {
        auto file = File::open(path);
        if (!file) return file.error().within("open the file of a message");
        return std::make_shared<const File>(std::move(*file));
    };
    co_return co_await common::run_on(worker, std::move(work));
}

void describe(Response& response, const MediaFile& media, std::string_view id, const std::string& etag) {
    response.headers.set("ETag", etag);
    response.headers.set("Cache-Control", "private, no-cache");
    response.headers.set("Content-Disposition", common::http::attachment(name_of(media, id)));
    // A stranger made the file, and said what it is: no browser shall look for more in it.
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
}

Answer get_media(const Deps& deps, const Request& request) {
    QueryReader params{request};
    const auto chat = params.optional_text("chat_jid");
    if (params.problem()) co_return *params.problem();
    Target target{chat ? chat_address(*chat) : std::string{}, std::string{request.param("id")}};
    const std::string id = target.message_id;
    const auto media = co_await deps.media.fetch(std::move(target));
    if (!media) co_return media.error();
    const std::string etag = etag_of(*media);
    if (const auto known = request.headers.find("If-None-Match"); known && names(*known, etag)) {
        Response unchanged{304, "", ""};
        unchanged.headers.set("ETag", etag);
        co_return unchanged;
    }
    auto file = co_await open_on(deps.worker, media->path);
    if (!file) co_return file.error();
    Headers wanted = request.headers;
    if (const auto condition = wanted.find("If-Range"); condition && !names(*condition, etag)) wanted.remove("Range");
    const std::string type = common::http::safe_content_type(media->mime_type);
    Response response = common::http::file_response(wanted, deps.worker, std::move(*file), media->size, type);
    describe(response, *media, id, etag);
    co_return response;
}

Answer post_download(const Deps& deps, const Request& request) {
    BodyReader body{request};
    std::string id = body.text("message_id");
    std::string chat = body.text("chat_jid");
    if (body.problem() || id.empty() || chat.empty())
        co_return family_failure(400, "Message ID and Chat JID are required");
    Target target{chat_address(chat), std::move(id)};
    const auto message = co_await deps.store.message(target.message_id, target.chat_jid);
    if (!message && message.error().kind() == common::Kind::not_found)
        co_return family_failure(404, "There is no such message.");
    if (!message) co_return family_failure(message.error(), request);
    const std::string given_id = target.message_id;
    const auto media = co_await deps.media.fetch(std::move(target));
    if (!media && media.error() == store::Errc::media_not_found)
        co_return family_failure(404, "This message has no media that can be downloaded.");
    if (!media) co_return family_failure(media.error(), request);
    std::error_code failed;
    const auto path = std::filesystem::absolute(media->path, failed);
    common::json::Writer out;
    out.object().field("success", true);
    out.field("message", "Successfully downloaded " + message->media_type.value_or("document") + " media");
    out.field("filename", name_of(*media, given_id)).field("path", path.string()).end();
    co_return json_answer(out.take());
}

}  // namespace

void add_media_routes(Routes& routes) {
    routes.get("/api/messages/{id}/media", get_media, while_it_downloads);
    routes.post("/api/download", post_download, while_it_downloads);
}

}  // namespace bridge::api::detail
