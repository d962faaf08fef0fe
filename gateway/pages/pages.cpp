#include "gateway/pages/pages.hpp"

#include <string>

namespace gateway::pages {
namespace {

using common::http::Request;
using common::http::Response;

// Both viewers write style elements of their own, and ReDoc searches in a worker made from a blob.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' "
    "data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::size_t trailer_size = 8;

/// The gzip trailer holds the CRC-32 and the size of the content: together a good entity tag.
std::string tag_of(const Asset& asset) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string tag = "\"";
    for (const char byte : asset.gzip.substr(asset.gzip.size() - trailer_size)) {
        const auto value = static_cast<unsigned char>(byte);
        tag += digits[value >> 4];
        tag += digits[value & 15U];
    }
    return tag + '"';
}

bool takes_gzip(const Request& request) {
    const auto accepted = request.headers.find("Accept-Encoding").value_or("");
    const auto place = accepted.find("gzip");
    if (place == std::string_view::npos) return false;
    const auto rest = accepted.substr(place + 4, accepted.find(',', place) - place - 4);
    return rest.find("q=0") == std::string_view::npos || rest.find("q=0.") != std::string_view::npos;
}

Response answer(const Asset& asset, const Request& request) {
    const auto tag = tag_of(asset);
    Response response{200, std::string{asset.type}, ""};
    response.headers.set("ETag", tag);
    response.headers.set("Vary", "Accept-Encoding");
    response.headers.set("Cache-Control", asset.changes_rarely ? "public, max-age=86400" : "no-cache");
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (asset.is_page) {
        response.headers.set("Content-Security-Policy", content_policy);
        response.headers.set("Referrer-Policy", "no-referrer");
    }
    if (request.headers.find("If-None-Match") == tag) {
        response.status = 304;
    } else if (takes_gzip(request)) {
        response.headers.set("Content-Encoding", "gzip");
        response.body = asset.gzip;
    } else {
        response.body = asset.plain;
    }
    return response;
}

}  // namespace

void add_to(common::http::Router& router) {
    for (const Asset& asset : assets()) {
        router.add(
            "GET",
            asset.path,
            [&asset](const Request& request) -> common::asio::awaitable<common::Result<Response>> {
                co_return answer(asset, request);
            }
        );
    }
}

}  // namespace gateway::pages
