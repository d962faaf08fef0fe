#include "bridge/whatsapp/media/detail/answers.hpp"
#include "bridge/whatsapp/media/detail/urls.hpp"
#include "bridge/whatsapp/media/transfers.hpp"

#include <algorithm>

namespace bridge::whatsapp::media {

/// One file on its way to one host after the other.
class Transfers::Upload {
public:
    Upload(Transfers& transfers, const SealedFile& file, Progress on_progress)
        : transfers_{transfers}, file_{file}, on_progress_{std::move(on_progress)} {
        target_.type = file.type;
        target_.newsletter = file.is_newsletter();
        target_.token = token_of(target_.newsletter ? file.sealed.file_sha256 : file.sealed.file_enc_sha256);
    }

    asio::awaitable<std::optional<Failure>> attempt(std::string host, std::string auth) {
        target_.auth = std::move(auth);
        const std::string url = detail::upload_url(host, target_);
        std::uint64_t offset = 0;
        if (is_resumable()) {
            auto failure = co_await ask_offset(url, offset);
            if (failure || done_) co_return failure;
        }
        co_return co_await send_from(url, offset);
    }
    Uploaded take() { return std::move(*done_); }

private:
    std::uint64_t length() const noexcept { return file_.sealed.body_length; }
    bool is_resumable() const noexcept { return !target_.newsletter && length() >= transfers_.options_.resumable_from; }

    asio::awaitable<std::optional<Failure>> ask_offset(std::string url, std::uint64_t& offset) {
        auto request = transfers_.request_to("POST", url + "&resume=1");
        std::string text;
        request.accept = [&text](const http::Response&) -> Result<http::BodySink> { return detail::into_text(text); };
        const auto answer = co_await transfers_.client_.transfer(std::move(request));
        if (!answer) co_return failure_of(answer.error());
        if (answer->status == 400 || answer->status == 404 || answer->status == 405) co_return std::nullopt;
        if (answer->status != 200) co_return transfers_.failure_of(*answer, Way::up);
        auto resume = detail::parse_resume(text, length());
        if (!resume) co_return std::nullopt;  // does not know the question: then from the start
        if (auto* uploaded = std::get_if<Uploaded>(&*resume)) {
            done_ = std::move(*uploaded);
        } else {
            offset = std::get<std::uint64_t>(*resume);
        }
        co_return std::nullopt;
    }

    asio::awaitable<std::optional<Failure>> send_from(std::string url, std::uint64_t offset) {
        if (offset != 0) url += "&file_offset=" + std::to_string(offset);
        auto request = transfers_.request_to("POST", std::move(url));
        request.headers.set("Content-Type", "application/octet-stream");
        request.body = http::file_source(transfers_.worker_, file_.body, offset, length() - offset);
        std::string text;
        request.accept = [&text](const http::Response&) -> Result<http::BodySink> { return detail::into_text(text); };
        std::uint64_t sent = 0;
        request.on_progress = [&](std::uint64_t up, std::uint64_t) {
            sent = up;
            if (on_progress_) on_progress_(offset + up, length());
        };
        const auto answer = co_await transfers_.client_.transfer(std::move(request));
        if (!answer) {
            Failure failure = failure_of(answer.error());
            // What went out counts once the host says that it has it: it is asked in the next attempt.
            failure.progressed = offset > furthest_;
            furthest_ = std::max(furthest_, offset);
            co_return failure;
        }
        if (answer->status != 200) co_return transfers_.failure_of(*answer, Way::up);
        auto uploaded = detail::parse_uploaded(text);
        if (!uploaded) co_return Failure{Next::other_host, uploaded.error()};
        done_ = std::move(*uploaded);
        co_return std::nullopt;
    }

    Transfers& transfers_;
    const SealedFile& file_;
    Progress on_progress_;
    detail::UploadTarget target_;
    std::uint64_t furthest_{0};
    std::optional<Uploaded> done_;
};

asio::awaitable<Result<Uploaded>> Transfers::upload(SealedFile file, Progress on_progress) {
    Upload upload{*this, file, std::move(on_progress)};
    Attempt attempt = [&upload](std::string host, std::string auth) {
        return upload.attempt(std::move(host), std::move(auth));
    };
    const auto done = co_await try_hosts(Way::up, file.type, std::move(attempt));
    if (!done) co_return done.error().within("upload media");
    co_return upload.take();
}

asio::awaitable<Status> Transfers::erase(Descriptor file, std::string e_handle, std::string user_secret) {
    const auto path = detail::path_of(file);
    if (!path) co_return path.error();
    if (file.file_enc_sha256.size() != 32) co_return Errc::bad_hash;
    Attempt attempt = [&](std::string host, std::string auth) -> asio::awaitable<std::optional<Failure>> {
        detail::UploadTarget target;
        target.type = file.type;
        target.token = token_of(file.file_enc_sha256);
        target.auth = std::move(auth);
        auto request = request_to("DELETE", detail::delete_url(host, target, *path, e_handle));
        if (!user_secret.empty()) request.headers.set("Companion_User_Secret", user_secret);
        std::string text;
        request.accept = [&text](const http::Response&) -> Result<http::BodySink> { return detail::into_text(text); };
        const auto answer = co_await client_.transfer(std::move(request));
        if (!answer) co_return failure_of(answer.error());
        const bool is_gone = answer->status == 404 || answer->status == 410;
        if (answer->status / 100 == 2 || is_gone) co_return std::nullopt;
        co_return failure_of(*answer, Way::up);
    };
    const auto done = co_await try_hosts(Way::up, file.type, std::move(attempt));
    if (!done) co_return done.error().within("delete media");
    co_return Status{};
}

}  // namespace bridge::whatsapp::media
