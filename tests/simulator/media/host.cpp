#include "tests/simulator/media/host.hpp"

#include "common/json/json.hpp"

#include <algorithm>

namespace simulator::media {

namespace asio = common::asio;
namespace http = common::http;
namespace json = common::json;

namespace {

constexpr std::uint64_t far_expiry = 0x7FFFFFFFULL;

http::Response refused(unsigned status, std::string_view why) {
    json::Writer body;
    body.object().key("error").object().field("code", status).field("message", why).end().end();
    return {status, "application/json", body.take()};
}

bool concerns(const Trouble& trouble, Side side) { return side == Side::primary || !trouble.primary_only; }

std::string key_of(const http::Request& request) {
    const std::string_view token = request.param("token");
    return std::string{request.param("type")} + "/" + std::string{token.substr(0, token.find('='))};
}

/// `inner`, broken off after `limit` bytes.
http::BodySource cut(std::shared_ptr<http::BodySource> inner, std::uint64_t limit) {
    auto left = std::make_shared<std::uint64_t>(limit);
    http::BodySource source;
    source.size = inner->size;
    source.read = [inner, left]() -> asio::awaitable<Result<std::string>> {
        if (*left == 0) co_return common::Errc::cancelled;
        auto piece = co_await inner->read();
        if (!piece) co_return piece.error();
        piece->resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece->size(), *left)));
        *left -= piece->size();
        co_return piece;
    };
    return source;
}

/// `inner` with a bit of its first piece flipped.
http::BodySource corrupt(std::shared_ptr<http::BodySource> inner) {
    auto done = std::make_shared<bool>(false);
    http::BodySource source;
    source.size = inner->size;
    source.read = [inner, done]() -> asio::awaitable<Result<std::string>> {
        auto piece = co_await inner->read();
        if (piece && !piece->empty() && !*done) {
            char& byte = (*piece)[piece->size() / 2];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U);
            *done = true;
        }
        co_return piece;
    };
    return source;
}

}  // namespace

void Host::set_addresses(std::string primary, std::string fallback) {
    primary_ = std::move(primary);
    fallback_ = std::move(fallback);
}

std::string Host::authorise() {
    return *authorised_.insert(common::to_base64url(common::crypto::random_bytes(24))).first;
}

void Host::install(http::Router& routes, Side side) {
    routes.add_upload(
        "POST",
        "/mms/{type}/{token}",
        [this, side](const Request& request, http::RequestBody& body) { return upload(request, body, side); },
        most_bytes
    );
    const auto get = [this, side](const Request& request) { return download(request, side); };
    routes.add("GET", "/v/{folder}/{name}", get);
    routes.add("GET", "/pps/{name}", get);
    const auto remove_one = [this](const Request& request) -> asio::awaitable<Answer> { co_return remove(request); };
    routes.add("DELETE", "/mms/{type}/{token}", remove_one);
}

std::optional<http::Response> Host::refusal(Trouble& trouble, Side side) {
    if (trouble.fail == 0 || !concerns(trouble, side)) return std::nullopt;
    --trouble.fail;
    Response response = refused(trouble.status, "on request");
    if (trouble.retry_after != 0) response.headers.set("Retry-After", std::to_string(trouble.retry_after));
    return response;
}

http::Response Host::stored(const Blob& blob) const {
    const std::string path = direct_path(blob, far_expiry);
    json::Writer body;
    body.object().field("url", url(path)).field("direct_path", path);
    const std::string handle = common::to_base64url(ByteView{blob.sha256}.first(16));
    body.field("handle", handle).field("object_id", handle).end();
    return {200, "application/json", body.take()};
}

asio::awaitable<Host::Answer> Host::upload(const Request& request, http::RequestBody& body, Side side) {
    if (!authorised_.contains(request.query_value("auth").value_or(""))) co_return refused(401, "not authorised");
    if (auto no = refusal(uploads_, side)) co_return *no;
    const auto hash = hash_of_token(request.param("token"));
    const auto said = hash_of_token(request.query_value("token").value_or(request.param("token")));
    if (!hash || !said || *hash != *said) co_return refused(400, "token");
    const std::string key = key_of(request);
    const auto known = partials_.find(key);
    if (request.query_value("resume") == "1") {
        if (const Blob* blob = store_.find(request.param("type"), *hash)) {
            Response complete = stored(*blob);
            complete.body.insert(1, R"("resume":"complete",)");
            co_return complete;
        }
        json::Writer offset;
        offset.object().field("resume", known == partials_.end() ? 0 : known->second->size()).end();
        co_return Response{200, "application/json", offset.take()};
    }
    Partial partial;
    if (const auto offset = request.query_value("file_offset")) {
        if (known != partials_.end()) partial = known->second;
        const std::uint64_t have = partial ? partial->size() : 0;
        if (std::to_string(have) != *offset) co_return refused(416, "offset");
    }
    if (!partial) {
        auto work = [folder = store_.folder()] { return Incoming::create(folder); };
        auto incoming = co_await common::run_on(worker_, std::move(work));
        if (!incoming) co_return incoming.error();
        partial = std::make_shared<Incoming>(std::move(*incoming));
        partials_[key] = partial;
    }
    const bool cuts = uploads_.cuts > 0 && concerns(uploads_, side);
    if (cuts) --uploads_.cuts;
    std::uint64_t left = cuts ? uploads_.cut_after : most_bytes;
    while (true) {
        auto piece = co_await body.read();
        if (!piece) co_return piece.error();
        if (piece->empty()) break;
        piece->resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece->size(), left)));
        left -= piece->size();
        auto work = [partial, piece = std::move(*piece)] { return partial->append(common::as_bytes(piece)); };
        if (auto written = co_await common::run_on(worker_, std::move(work)); !written) co_return written.error();
        if (left == 0) co_return refused(500, "broken off on request");
    }
    partials_.erase(key);
    const auto blob = store_.keep(std::move(*partial), request.param("type"), *hash);
    if (!blob) co_return refused(400, "hash");
    co_return stored(**blob);
}

asio::awaitable<Host::Answer> Host::download(const Request& request, Side side) {
    if (auto no = refusal(downloads_, side)) co_return *no;
    Blob* blob = store_.find(request.path);
    if (blob == nullptr) co_return refused(404, "no such file");
    if (blob->gone != 0) co_return refused(blob->gone, "gone");
    if (const auto asked = request.query_value("hash")) {
        const auto hash = hash_of_token(*asked);
        if (!hash || *hash != blob->sha256) co_return refused(403, "hash");
    }
    ++blob->downloads;
    const std::string type = blob->type == "picture" ? "image/jpeg" : "application/octet-stream";
    Response response = http::file_response(request.headers, worker_, blob->content(), blob->size, type);
    co_return spoilt(std::move(response), side);
}

http::Response Host::spoilt(Response response, Side side) {
    if (!response.source || !concerns(downloads_, side)) return response;
    if (downloads_.cuts > 0) {
        --downloads_.cuts;
        response.source = std::make_shared<http::BodySource>(cut(response.source, downloads_.cut_after));
    } else if (downloads_.corrupt > 0) {
        --downloads_.corrupt;
        response.source = std::make_shared<http::BodySource>(corrupt(response.source));
    }
    return response;
}

Host::Answer Host::remove(const Request& request) {
    if (!authorised_.contains(request.query_value("auth").value_or(""))) return refused(401, "not authorised");
    const auto hash = hash_of_token(request.param("token"));
    Blob* blob = hash ? store_.find(request.param("type"), *hash) : nullptr;
    if (blob == nullptr) return refused(404, "no such file");
    blob->gone = 404;
    return Response{200, "application/json", "{}"};
}

}  // namespace simulator::media
