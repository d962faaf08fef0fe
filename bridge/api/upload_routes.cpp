// Files for sends to come: the body of a request goes to the disk as it arrives.
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"
#include "common/files/files.hpp"
#include "common/http/disposition.hpp"
#include "common/http/multipart.hpp"

#include <memory>
#include <utility>

namespace bridge::api::detail {
namespace {

using common::files::TempFile;
using common::http::FormReader;
using common::http::RequestBody;

/// WhatsApp takes documents up to 2 GB; a form adds a little around the file.
constexpr std::uint64_t max_upload = (2ULL << 30) + (1U << 20);
constexpr std::string_view nameless = "file";

/// What the disk does is no business of the caller's.
Status ours(const Status& done, std::string_view what) {
    if (done) return {};
    return common::Error{common::Errc::internal, std::string{what} + ": " + done.error().message()};
}

/// A file that is being written; removed again unless it was kept.
class Upload {
public:
    explicit Upload(const Deps& deps) : deps_{deps} {}

    asio::awaitable<Status> write(std::string piece) {
        auto work = [this, piece = std::move(piece)]() -> Status {
            if (!file_.file().is_open()) {
                auto created = TempFile::create(deps_.media.uploads_folder());
                if (!created) return ours(created.error(), "create upload");
                file_ = std::move(*created);
            }
            auto written = ours(file_.file().write_at(size_, common::as_bytes(piece)), "write upload");
            if (!written) return written;
            size_ += piece.size();
            return {};
        };
        co_return co_await common::run_on(deps_.worker, std::move(work));
    }
    /// Its id. The file is on the disk.
    asio::awaitable<Result<std::string>> keep(std::string name) {
        auto work = [this, name = std::move(name)]() -> Result<std::string> {
            if (auto synced = ours(file_.file().sync(), "sync upload"); !synced) return synced.error();
            return deps_.media.keep(file_.path(), name);
        };
        co_return co_await common::run_on(deps_.worker, std::move(work));
    }
    std::uint64_t size() const noexcept { return size_; }

private:
    const Deps& deps_;
    TempFile file_;
    std::uint64_t size_{0};
};

/// The body is the file.
asio::awaitable<Status> receive_raw(RequestBody& body, Upload& upload) {
    while (true) {
        auto piece = co_await body.read();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return Status{};
        if (auto written = co_await upload.write(std::move(*piece)); !written) co_return written;
    }
}

/// The body is a form; the file is its part named "file", the others are passed over.
class Form {
public:
    Form(std::string_view boundary, Upload& upload) : reader_{boundary}, upload_{upload} {}

    asio::awaitable<Status> receive(RequestBody& body) {
        while (true) {
            auto bytes = co_await body.read();
            if (!bytes) co_return bytes.error();
            if (bytes->empty()) co_return reader_.finish();
            auto pieces = reader_.feed(*bytes);
            if (!pieces) co_return pieces.error();
            for (auto& piece : *pieces) {
                if (auto taken = co_await take(piece); !taken) co_return taken;
            }
        }
    }
    int files() const noexcept { return files_; }
    const std::string& file_name() const noexcept { return file_name_; }

private:
    asio::awaitable<Status> take(FormReader::Piece& piece) {
        switch (piece.kind) {
            case FormReader::Piece::Kind::begin:
                in_file_ = piece.disposition.name == "file";
                if (!in_file_) break;
                ++files_;
                file_name_ = piece.disposition.file_name.value_or("");
                break;
            case FormReader::Piece::Kind::data:
                // Of several files none is kept: the answer says so.
                if (in_file_ && files_ == 1) co_return co_await upload_.write(std::move(piece.data));
                break;
            case FormReader::Piece::Kind::end: in_file_ = false; break;
        }
        co_return Status{};
    }

    FormReader reader_;
    Upload& upload_;
    bool in_file_{false};
    int files_{0};
    std::string file_name_;
};

/// What the header says of a body that is the file itself.
std::string name_in_header(const Request& request) {
    const auto value = request.headers.find("Content-Disposition");
    return value ? common::http::parse_disposition(*value).file_name.value_or("") : std::string{};
}

Response refused(std::string_view what) { return refusal(422, "file: " + std::string{what}); }

Answer post_upload(const Deps& deps, const Request& request, RequestBody& body) {
    QueryReader params{request};
    std::string name = params.text("name");
    if (params.problem()) co_return *params.problem();
    Upload upload{deps};
    const auto boundary = common::http::form_boundary(request.headers.find("Content-Type").value_or(""));
    if (boundary) {
        Form form{*boundary, upload};
        if (const auto received = co_await form.receive(body); !received) co_return received.error();
        if (form.files() == 0) co_return refused("the form must have a part of this name");
        if (form.files() > 1) co_return refused("must be one file");
        if (name.empty()) name = form.file_name();
    } else {
        if (const auto received = co_await receive_raw(body, upload); !received) co_return received.error();
        if (name.empty()) name = name_in_header(request);
    }
    if (upload.size() == 0) co_return refused("must not be empty");
    name = common::http::safe_file_name(name);
    if (name.empty()) name = nameless;
    const auto id = co_await upload.keep(name);
    if (!id) co_return id.error();
    common::json::Writer out;
    out.object().field("upload", *id).field("file_name", name).field("size", upload.size()).end();
    co_return Response{201, "application/json", out.take()};
}

}  // namespace

void add_upload_routes(Routes& routes) { routes.upload("/api/uploads", post_upload, max_upload); }

}  // namespace bridge::api::detail
