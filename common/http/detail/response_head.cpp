#include "common/http/detail/response_head.hpp"

#include <array>
#include <ctime>

namespace common::http::detail {
namespace {

void append_clean(std::string& out, std::string_view value) {
    for (const char c : value) out.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
}

bool has_no_body(unsigned status) noexcept { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
    switch (status) {
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        default: return "Status";
    }
}

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    append_header(out, "Date", options.date);
    if (!has_no_body(response.status)) {
        if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
        const std::uint64_t length = options.length.value_or(response.body.size());
        if (options.body == BodyKind::whole) append_header(out, "Content-Length", std::to_string(length));
        if (options.body == BodyKind::chunked) append_header(out, "Transfer-Encoding", "chunked");
    }
    for (const auto& [name, value] : response.headers.all()) append_header(out, name, value);
    if (response.status != 101) {
        if (!options.keep_alive) {
            append_header(out, "Connection", "close");
        } else if (options.http_1_0) {
            append_header(out, "Connection", "keep-alive");
        }
    }
    out += "\r\n";
}

std::string http_date(long long unix_seconds) {
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

}  // namespace common::http::detail
